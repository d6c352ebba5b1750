"""Flow files: the shipped one is as promised, bad ones are told exactly what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.hr.flows import TEMPLATES, FlowInvalid, FlowUnknown, load_flow, open_library

COMPETENCIES = ("communication", "learning", "customer_focus", "problem_solving", "teamwork", "ownership")

GOOD = """\
id: short
version: 1
title: {en: Short}
languages: [en]
closing: {en: Thank you.}
stages:
  - id: only
    title: {en: Only}
    form: text
    questions:
      - id: why
        kind: open
        text: {en: Tell me.}
        competencies: [learning]
        suggested_s: 60
        limit_s: 120
"""


def _problems(folder: Path, text: str | bytes) -> list[str]:
    path = folder / "flow.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FlowInvalid) as caught:
        load_flow(path, COMPETENCIES)
    assert caught.value.code == "flow_invalid"
    assert str(path) in caught.value.detail
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_flow_has_the_five_stages() -> None:
    flow = load_flow(TEMPLATES / "five-stage.yaml", COMPETENCIES)
    assert flow.languages == ("en", "zh-CN")
    assert [stage.form for stage in flow.stages] == ["text", "video", "voice", "text", "text"]
    questions = {question.id: question for stage in flow.stages for question in stage.questions}
    assert [(name, question.kind, question.follow_ups) for name, question in questions.items()] == [
        ("identity", "identity", 0),
        ("introduction", "introduction", 1),
        ("customer", "behavioural", 2),
        ("teamwork", "behavioural", 1),
        ("logic", "logic", 0),
    ]
    assert questions["introduction"].text["en"] == (
        "Please introduce yourself. What is your experience, and why does this position interest you?"
    )
    assert questions["logic"].text["en"] == (
        "A shop sold 20 percent more in May than in April, but its profit fell."
        " Give two possible reasons and say how you would check each of them."
    )
    assert questions["customer"].text["zh-CN"] == "请讲一次您处理客户投诉的经历。"
    assert flow.stages[-1].questions == ()
    assert "within 24 hours" in flow.closing["en"]
    assert "24小时内" in flow.closing["zh-CN"]
    assert flow.result_within_hours == 24


def test_the_good_file_of_these_tests_is_good(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text(GOOD)
    assert load_flow(tmp_path / "flow.yaml", COMPETENCIES).stages[0].questions[0].limit_s == 120


@pytest.mark.parametrize(
    ("found", "replacement", "expected"),
    [
        ("form: text", "form: hologram", "line 9: stages[0].form: Input should be 'video', 'voice' or 'text'"),
        ("limit_s: 120", "limit_s: soon", "line 16: stages[0].questions[0].limit_s: Input should be a valid integer"),
        ("limit_s: 120", "limit_s: 30", "line 1: questions.why: limit_s is shorter than suggested_s"),
        ("        kind: open\n", "", "line 11: stages[0].questions[0].kind: Field required"),
        (
            "    form: text",
            "    form: text\n    colour: red",
            "line 10: stages[0].colour: Extra inputs are not permitted",
        ),
        (
            "[learning]",
            "[learning, magic]",
            "line 14: stages[0].questions[0].competencies[1]: no rubric describes 'magic'",
        ),
        ("languages: [en]", "languages: [en, zh-CN]", "line 1: title: languages are ['en']"),
        ("id: short", "id: Not A Slug", "line 1: id: String should match pattern"),
        ("version: 1", "version: 1\nversion: 2", "line 3: the key 'version' stands here twice"),
        ("title: {en: Short}", "title: {en: [unclosed", "not YAML"),
        ("title: {en: Short}", "title: &a {en: Short}", "line 3: anchors, aliases and tags are not used here"),
        ("title: {en: Short}", "title: !!python/object:os.system {en: x}", "line 3: anchors, aliases and tags"),
        ("text: {en: Tell me.}", "text: {en: 2026-99-99}", "line 13: stages[0].questions[0].text.en: month must be"),
        ("text: {en: Tell me.}", "text: {? [a] : b}", "line 13: stages[0].questions[0].text: a key must be a word"),
    ],
)
def test_a_problem_is_told_with_its_place(tmp_path: Path, found: str, replacement: str, expected: str) -> None:
    assert GOOD.count(found) == 1
    problems = _problems(tmp_path, GOOD.replace(found, replacement))
    assert any(problem.startswith(expected) or expected in problem for problem in problems), problems


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("form: text", "form: hologram")
        .replace("limit_s: 120", "limit_s: -1")
        .replace("kind: open", "kind: x")
    )
    assert [problem.split(":")[0] for problem in _problems(tmp_path, text)] == ["line 9", "line 12", "line 16"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b"- a\n- b\n", "line 1: Input should be a valid dictionary"),
        (b"just words", "line 1: Input should be a valid dictionary"),
        (b"id: a\ntitle: \xff\xfe\n", "line 2: not UTF-8"),
        (b"a: " + b"x" * 300_000, "larger than 256 KiB"),
        (b"[" * 5_000, "not YAML"),
        (b"id: \x00", "not YAML"),
    ],
)
def test_what_is_no_flow_at_all(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in " ".join(_problems(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FlowInvalid, match="No such file"):
        load_flow(tmp_path / "none.yaml", COMPETENCIES)


def test_a_broken_file_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text("id: [")
    (tmp_path / "c.yaml").write_text(GOOD)
    library = open_library(tmp_path, COMPETENCIES)
    assert set(library.flows) == {"five-stage", "short"}
    assert [error.path.name for error in library.broken] == ["b.yaml", "c.yaml"]
    assert "a.yaml has the id 'short' already" in library.broken[1].detail
    with pytest.raises(FlowUnknown):
        library.get("none")


def test_a_missing_directory_is_told_and_the_shipped_flow_serves(tmp_path: Path) -> None:
    library = open_library(tmp_path / "none", COMPETENCIES)
    assert library.get("five-stage").version == 1
    assert "no such directory" in library.broken[0].detail
