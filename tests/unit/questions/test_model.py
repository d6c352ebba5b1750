"""Which competencies a job asks for, each with the job's own words, and what in it is not used."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.errors import DataError
from realtime_scoring.questions.competency_model import check_quotes, derive_model, parse_model
from realtime_scoring.questions.cues import parse_cues
from realtime_scoring.questions.job import JobDescription, describe_job
from realtime_scoring.questions.loader import model_from_yaml, model_to_yaml
from tests.unit.questions.jobs import DATA, ENGINEER, JOBS, NURSE, RUBRIC, SALES_ZH, read
from tests.unit.scoring.material import UNHURRIED

ALL = {entry.competency.id for entry in RUBRIC.competencies}


def chosen(job: JobDescription) -> list[str]:
    return [entry.competency for entry in derive_model(job, RUBRIC, DATA.cues).chosen]


@pytest.mark.parametrize("name", JOBS)
def test_a_model_is_whole_and_quotes_exactly(name: str) -> None:
    job = read(name)
    model = derive_model(job, RUBRIC, DATA.cues)
    assert model == derive_model(job, RUBRIC, DATA.cues)
    assert {entry.competency for entry in model.entries} == ALL
    assert len(model.entries) == len(ALL)
    assert 3 <= len(model.chosen) <= 6
    assert model.entries[: len(model.chosen)] == model.chosen
    assert {entry.weight for entry in model.entries} == {1.0}
    assert model.problems == ()
    check_quotes(model, job, "model")
    for entry in model.chosen:
        assert entry.why
        for quote in entry.why:
            assert quote.quote == quote.quote.strip()
            assert len(quote.quote) <= 170
            assert "\n" not in quote.quote


@pytest.mark.parametrize(
    ("name", "first", "among"),
    [
        ("engineer", "technical_reasoning", {"problem_solving", "teamwork", "communication"}),
        ("nurse", "resilience", {"customer_focus", "teamwork", "communication", "ownership"}),
        ("sales-zh", "customer_focus", {"teamwork", "learning", "communication", "ownership"}),
        ("engineer-zh", "technical_reasoning", {"problem_solving", "teamwork", "communication"}),
    ],
)
def test_what_the_job_names_most_comes_first(name: str, first: str, among: set[str]) -> None:
    names = chosen(read(name))
    assert names[0] == first
    assert among <= set(names)


def test_repeating_a_word_changes_nothing() -> None:
    job = read("nurse")
    louder = JobDescription(job.title, job.text + "\nPatients! " * 50, job.seniority, job.language)
    assert chosen(louder) == chosen(job)


def test_a_job_that_names_little_gets_what_most_jobs_ask_for() -> None:
    job = describe_job("Gardener\nYou cut the hedges and the grass in the park of the town.", "job")
    model = derive_model(job, RUBRIC, DATA.cues)
    assert [entry.competency for entry in model.chosen] == ["problem_solving", "teamwork", "communication"]
    assert all(entry.why == () for entry in model.chosen)


@pytest.mark.parametrize(
    ("topic", "line"),
    [
        ("age", "Candidates should be under 35."),
        ("age", "We are looking for young people with energy."),
        ("age", "Aged 25 to 40"),
        ("sex", "Female candidates preferred."),
        ("sex", "We want a strong man for the warehouse team."),
        ("family", "Preferably single, no children."),
        ("origin", "English native speakers only."),
        ("belief", "You must be a practising Christian."),
        ("health", "No disabilities or chronic illnesses."),
        ("appearance", "Please attach a recent photo."),
        ("age", "Applicants must not be older than 40."),
        ("age", "No over-50s"),
        ("sex", "Attractive female receptionist wanted"),
        ("family", "Please state your date of birth and marital status."),
        ("origin", "No foreigners."),
        ("belief", "Muslims need not apply."),
        ("orientation", "Candidates must be heterosexual."),
        ("age", "男女不限,28-35岁"),
        ("age", "谢绝大龄"),
        ("family", "孕妇勿扰"),
        ("origin", "少数民族除外"),
        ("orientation", "不招同性恋"),
        ("age", "年龄35岁以下"),
        ("sex", "限女性"),
        ("sex", "男士优先"),
        ("family", "已婚已育优先"),
        ("origin", "本地户口优先"),
        ("belief", "党员优先"),
        ("health", "身体健康,无传染病史"),
        ("appearance", "形象气质佳,身高165以上"),
    ],
)
def test_who_a_person_is_is_reported_and_not_used(topic: str, line: str) -> None:
    base = NURSE if line.isascii() else SALES_ZH
    clean = describe_job(base, "job")
    job = describe_job(f"{base}{line}\n", "job")
    model = derive_model(job, RUBRIC, DATA.cues)
    assert topic in {problem.topic for problem in model.problems}
    for problem in model.problems:
        quote = problem.quote
        assert job.text[quote.char_start : quote.char_end] == quote.quote
        assert quote.quote in line
    assert model.entries == derive_model(clean, RUBRIC, DATA.cues).entries


@pytest.mark.parametrize(
    "line",
    [
        "We welcome everybody regardless of age, sex, religion, marital status or origin.",
        "Women are encouraged to apply.",
        "We offer excellent health insurance, an attractive salary and a beautiful office.",
        "You support over 50 shops in 30 countries with at least 20 years of history.",
        "We are an equal opportunity employer and do not discriminate.",
        "You work with young children and older patients.",
        "You have a driving licence and are over 18.",
        "You know male and female connectors, and sell dresses for women in our attractive shop.",
        "You advise families and patients of all ages about health; please attach a portfolio.",
        "We are an equal opportunity employer, and support parents and people with disabilities.",
        "公司为已婚员工举办家庭日,氛围年轻",
        "熟悉户籍政策咨询,销售女装",
        "服务12-15岁的学生和老年人,关心他们的健康",
        "负责品牌形象的建设和人口数据的分析",
        "性别不限,年龄不限",
        "服务3到12岁的儿童",
        "我们不问婚育,一视同仁",
        "公司提供健康保险,办公环境优美",
    ],
)
def test_fair_and_harmless_lines_are_no_problem(line: str) -> None:
    base = ENGINEER if line.isascii() else SALES_ZH
    assert derive_model(describe_job(f"{base}{line}\n", "job"), RUBRIC, DATA.cues).problems == ()


@pytest.mark.parametrize("name", JOBS)
def test_a_model_is_read_back_as_it_was_written(name: str) -> None:
    job = describe_job(JOBS[name] + "\nCandidates should be under 35.\n", name)
    model = derive_model(job, RUBRIC, DATA.cues)
    assert model.problems
    assert model_from_yaml(model_to_yaml(model), "model.yaml", RUBRIC) == model


def draft() -> Any:
    return yaml.safe_load(model_to_yaml(derive_model(read("engineer"), RUBRIC, DATA.cues)))


def test_what_people_edit_is_kept() -> None:
    data = draft()
    by_id = {item["id"]: item for item in data["competencies"]}
    by_id["teamwork"]["weight"] = 2
    by_id["learning"]["chosen"] = False
    data["competencies"] = [by_id[name] for name in ("teamwork", "learning", "technical_reasoning", "problem_solving")]
    model = parse_model(data, "model.yaml", RUBRIC)
    assert [(entry.competency, entry.weight) for entry in model.chosen] == [
        ("teamwork", 2.0),
        ("technical_reasoning", 1.0),
        ("problem_solving", 1.0),
    ]
    assert {entry.competency for entry in model.entries} == ALL


def put(data: Any, value: object, *path: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("competencies", 0, "id"), "magic", "m.yaml: competencies[0].id: no rubric describes 'magic'; there are comm"),
        (("competencies", 1, "id"), "technical_reasoning", "m.yaml: competencies[1].id: 'technical_reasoning' stands"),
        (("competencies", 0, "weight"), 0, "m.yaml: competencies[0].weight: expected a number above 0, up to 10"),
        (("competencies", 0, "weight"), float("nan"), "m.yaml: competencies[0].weight"),
        (("competencies", 0, "weight"), True, "m.yaml: competencies[0].weight"),
        (("competencies", 0, "chosen"), "yes please", "m.yaml: competencies[0].chosen: expected true or false"),
        (("competencies", 0, "color"), "red", "m.yaml: competencies[0]: unknown entries: color"),
        (
            ("competencies", 0, "why", 0, "char_end"),
            1,
            "m.yaml: competencies[0].why[0]: char_start and char_end do not",
        ),
        (("competencies", 0, "why", 0, "part"), "cv", "m.yaml: competencies[0].why[0].part: expected title or text"),
        (("competencies", 0, "why"), "because", "m.yaml: competencies[0].why: expected a list"),
        (("competencies",), [], "m.yaml: competencies: 0 are chosen; choose 3 to 6"),
        (("competencies",), {}, "m.yaml: competencies: expected a list"),
        (("language",), "fr", "m.yaml: language: expected en or zh-CN"),
        (("job_title",), "a\x1b[31m", "m.yaml: job_title: expected a text of one line"),
        (("problems",), [{"topic": "\x1b"}], "m.yaml: problems[0].topic: expected a word"),
        (("age",), 30, "m.yaml: unknown entries: age"),
    ],
)
def test_a_wrong_model_is_explained(path: tuple[Any, ...], value: object, message: str) -> None:
    data = draft()
    put(data, value, *path)
    with pytest.raises(DataError) as caught:
        parse_model(data, "m.yaml", RUBRIC)
    assert str(caught.value).startswith(message)


def test_seven_are_too_many() -> None:
    data = draft()
    for item in data["competencies"]:
        item["chosen"] = True
    with pytest.raises(DataError, match="8 are chosen; choose 3 to 6"):
        parse_model(data, "m.yaml", RUBRIC)


def test_a_quote_that_the_job_does_not_hold_is_told() -> None:
    model = derive_model(read("engineer"), RUBRIC, DATA.cues)
    with pytest.raises(DataError, match=r"m\.yaml: technical_reasoning\.why\[0\]: the job's title does not say this"):
        check_quotes(model, read("nurse"), "m.yaml")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"competencies": {}, "protected": {}}, "cues.yaml: fair: expected named entries"),
        ({"competencies": {"x": {"en": ["("], "zh-CN": ["x"]}}}, "cues.yaml: competencies.x.en[0]: not a regular"),
        ({"competence": {}}, "cues.yaml: unknown entries: competence"),
    ],
)
def test_wrong_cues_are_explained(data: object, message: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_cues(data, "cues.yaml")
    assert str(caught.value).startswith(message)


def test_a_long_text_is_read_in_one_go() -> None:
    """The longest text allowed: no pattern takes forever on it."""
    text = ("under pressure between 25 and keep the the the " * 2000)[:49_000]
    model = derive_model(describe_job(f"Clerk\n{text}", "job"), RUBRIC, DATA.cues)
    assert "resilience" in [entry.competency for entry in model.chosen]


PIECES = st.sampled_from(
    [
        *NURSE.split(),
        *SALES_ZH.split("\n"),
        "\n",
        ". ",
        ", ",
        ",",
        "\t",
        "\u2028",
        "\u200b",
        "[red]",
        "{a: *b}",
        "İ",
        "𝔸",
        "é",
        "🙂",
        "- ",
    ]
)


@UNHURRIED
@given(st.lists(PIECES, max_size=60))
def test_any_job_that_is_read_is_quoted_exactly_and_kept(pieces: list[str]) -> None:
    try:
        job = describe_job(" ".join(pieces), "job")
    except DataError:
        return
    model = derive_model(job, RUBRIC, DATA.cues)
    check_quotes(model, job, "model")
    assert 3 <= len(model.chosen) <= 6
    again = model_from_yaml(model_to_yaml(model), "model.yaml", RUBRIC)
    assert again == model
