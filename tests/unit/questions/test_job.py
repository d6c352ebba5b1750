"""Jobs as people write them, and what is no job at all."""

from __future__ import annotations

import pytest

from realtime_scoring.errors import DataError
from realtime_scoring.questions.job import MAX_CHARACTERS, describe_job, parse_job
from realtime_scoring.questions.loader import job_from_yaml
from tests.unit.questions.jobs import ENGINEER, NURSE, SALES_ZH, read


@pytest.mark.parametrize(
    ("name", "title", "language", "seniority"),
    [
        ("engineer", "Senior Software Engineer", "en", "experienced"),
        ("nurse", "Staff Nurse, emergency ward", "en", None),
        ("sales-zh", "门店销售(应届生可投)", "zh-CN", "graduate"),
        ("engineer-zh", "高级后端工程师", "zh-CN", "experienced"),
    ],
)
def test_title_language_and_seniority_are_read(name: str, title: str, language: str, seniority: str | None) -> None:
    job = read(name)
    assert (job.title, job.language, job.seniority) == (title, language, seniority)
    assert title not in job.text


def test_a_label_before_the_title_is_left_out() -> None:
    assert describe_job(f"Job title: Nurse\n{NURSE}", "job").title == "Nurse"
    assert describe_job(f"职位:店员\n{SALES_ZH}", "job").title == "店员"


def test_a_text_without_a_title_has_none() -> None:
    job = describe_job("We look for a colleague who will write software with our team in the city.", "job")
    assert job.title == ""
    assert job.text.startswith("We look for")


def test_named_fields_become_one_text() -> None:
    job = job_from_yaml(
        "title: Clerk\nsummary: You keep the books of our shop.\nresponsibilities: [Write to customers, Check bills]\n"
        "requirements: [You work well with others in a team]\nseniority: graduate\nlanguage: en\n",
        "job.yaml",
    )
    assert job.text.split("\n") == [
        "You keep the books of our shop.",
        "Write to customers",
        "Check bills",
        "You work well with others in a team",
    ]
    assert (job.title, job.seniority, job.language) == ("Clerk", "graduate", "en")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": "Clerk"}, "job.yaml: text: missing"),
        ({"text": ENGINEER}, "job.yaml: title: expected a text"),
        ({"title": "Clerk", "text": ""}, "job.yaml: text: expected a text"),
        ({"title": "Clerk", "traits": "patient"}, "job.yaml: traits: expected a list of texts"),
        ({"title": "Clerk", "requirements": "many"}, "job.yaml: requirements: expected a list of texts"),
        ({"title": "Clerk", "text": ENGINEER, "salary": 3}, "job.yaml: unknown entries: salary"),
        (
            {"title": "Clerk", "text": ENGINEER, "seniority": "old"},
            "job.yaml: seniority: expected graduate or experienced",
        ),
        ({"title": "Clerk", "text": ENGINEER, "language": "fr"}, "job.yaml: language: expected en or zh-CN"),
        ({"title": "C" * 200, "text": ENGINEER}, "job.yaml: title: longer than 120 characters"),
        ({"title": "Clerk", "text": "Work."}, "job.yaml: too short"),
        (["Clerk"], "job.yaml: expected named entries"),
        (None, "job.yaml: expected named entries"),
    ],
)
def test_wrong_fields_are_explained(data: object, message: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_job(data, "job.yaml")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "job: too short"),
        (" \n\t ", "job: too short"),
        ("12345 67890 !!! ???", "job: too short"),
        ("x " * MAX_CHARACTERS, "job: longer than"),
        ("a" * 1_000_000, "job: longer than"),
        ("\x7fELF\x02\x01\x01\x00 a program and not a job at all", "job: not a text"),
        ("Nurse\x1b[31m wanted for the ward of our hospital", "job: not a text"),
        ("Мы ищем инженера по программному обеспечению для нашей команды в городе Москве", "job: reads as neither"),
        ("私たちは一緒に働くソフトウェアエンジニアを募集しています。経験は問いません。", "job: reads as neither"),
        (
            "Wir suchen eine Kollegin oder einen Kollegen, der gern im Team arbeitet und unsere Kunden"
            " freundlich berät, Verantwortung übernimmt und auch unter Druck"
            " ruhig bleibt, wenn viele Dinge gleichzeitig geschehen.",
            "job: reads as neither",
        ),
    ],
)
def test_what_is_no_job_in_a_language_we_read(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        describe_job(text, "job")
    assert str(caught.value).startswith(message)


def test_a_named_language_is_believed() -> None:
    text = "Softwareentwicklung im Team: Kundenbetreuung, Verantwortung, Druck, Analyse und vieles mehr bei uns im Haus"
    assert describe_job(text, "job", language="en").language == "en"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [1, 2]\nb: *x\n", "job.yaml: line 1: anchors, aliases and tags"),
        (
            "a: &a [x]\n" + "\n".join(f"{name}: &{name} [{', '.join(['*a'] * 9)}]" for name in "bcdefghij"),
            "job.yaml: line 1: anchors",
        ),
        ("title: !!python/object/apply:os.system ['true']\n", "job.yaml: line 1: anchors, aliases and tags"),
        ("title: a\ntitle: b\n", "job.yaml: line 2: not YAML: the key 'title' stands here twice"),
        ("title: [unclosed\n", "job.yaml: line 2: not YAML"),
        ("[" * 5_000, "job.yaml: "),
        ("title: \x00", "job.yaml: not YAML"),
        ("title: 2026-99-99\n", "job.yaml: month must be"),
        ("title: 2026-01-02\ntext: something long enough to read\n", "job.yaml: title: expected a text"),
        ("just words", "job.yaml: expected named entries"),
        ("", "job.yaml: expected named entries"),
        ("1: a\n", "job.yaml: expected named entries"),
        ("? [a]\n: b\n", "job.yaml: "),
    ],
)
def test_hostile_yaml_is_told_apart(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        job_from_yaml(text, "job.yaml")
    assert str(caught.value).startswith(message)
