"""`viva score`: the same file gives the same bytes, and a bad one gives a clear error."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.cli.transcript import MAX_FILE_BYTES, render_schema
from tests.unit.scoring.material import ANSWERS, ENGINE, QUESTIONS, STORIES, levels, tell, timed_words

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "schemas" / "transcript.schema.json"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def transcript(language: Any = "en", *, timed: bool = True) -> dict[str, Any]:
    return {
        "language": language,
        "questions": [
            {
                "id": story,
                "text": QUESTIONS[language][story][0],
                "kind": QUESTIONS[language][story][1],
                "competencies": list(QUESTIONS[language][story][2]),
                "answers": [
                    {"text": text, "words": words_of(text) if timed else []} for text in ANSWERS[language][story]
                ],
            }
            for story in STORIES
        ],
    }


def words_of(text: str) -> list[dict[str, int]]:
    return [
        {
            "char_start": word.char_start,
            "char_end": word.char_end,
            "t_start_ms": word.t_start_ms,
            "t_end_ms": word.t_end_ms,
        }
        for word in timed_words(text)
    ]


def write(data: object, name: str = "transcript.json") -> str:
    Path(name).write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return name


def score(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, ["score", *arguments], env=variables)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_levels_and_quotes_are_those_of_the_engine(language: Any) -> None:
    result = score(write(transcript(language)), "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["agreement_with_human_raters"] == "unknown until measured"
    assert report["versions"]["engine"] == ENGINE.versions.engine
    for question in report["questions"]:
        told = tell(question["id"], language, turns=3)
        assert {item["competency"]: item["level"] for item in question["levels"]} == levels(told.assessment)
        texts = {f"{question['id']}-{index + 1}": text for index, text in enumerate(ANSWERS[language][question["id"]])}
        for explanation in question["explanations"]:
            assert explanation["sentences"]
            for quote in (*explanation["shown"], *explanation["against"]):
                said = quote["evidence"]
                assert texts[said["turn_id"]][said["char_start"] : said["char_end"]] == said["quote"]
                assert said["t_start_ms"] < said["t_end_ms"]


@pytest.mark.parametrize("arguments", [(), ("--json",), ("--language", "zh-CN")])
def test_the_same_file_gives_the_same_bytes(arguments: tuple[str, ...]) -> None:
    """In another process with another hash seed too."""
    file = write(transcript())
    here = score(file, *arguments)
    assert here.exit_code == 0, here.stderr
    program = "from server.cli import app; app()"
    there = subprocess.run(
        [sys.executable, "-c", program, "score", file, *arguments],
        env={"PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT), "COLUMNS": "33"},
        capture_output=True,
        check=True,
    )
    assert there.stdout == here.stdout_bytes
    assert score(file, *arguments).stdout_bytes == here.stdout_bytes


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_people_read_quotes_anchors_and_what_is_unknown(language: Any) -> None:
    result = score(write(transcript(language, timed=False)), "--language", language)
    assert result.exit_code == 0, result.stderr
    text = "".join(result.stdout.split())
    for story in STORIES:
        for level in tell(story, language, turns=3).assessment.levels:
            assert "".join(level.anchor.split()) in text
            assert "".join(level.evidence[0].quote.split()) in text
    assert "vivaauditagreement" in text


def test_a_transcript_without_answers_has_no_total() -> None:
    data = transcript()
    for question in data["questions"]:
        question["answers"] = []
    result = score(write(data), "--json")
    report = json.loads(result.stdout)
    assert report["total"] is None
    assert {item["level"] for question in report["questions"] for item in question["levels"]} == {None}
    assert "not enough evidence" in score(write(data)).stdout


def test_what_somebody_said_is_no_command_to_the_terminal() -> None:
    data = transcript(timed=False)
    evil = "\x1b]0;mine\x07\x1b[2J[red]I called the customer[/red] and \u202ethe manager in the morning."
    data["questions"][1]["answers"][1]["text"] += " " + evil
    result = score(write(data))
    assert result.exit_code == 0, result.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stdout)


def change(path: tuple[Any, ...], value: object) -> Callable[[Any], None]:
    def apply(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return apply


ANSWER = ("questions", 1, "answers", 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (change(("language",), "fr"), "language: Input should be 'en' or 'zh-CN'"),
        (change(("colour",), "red"), "colour: Extra inputs are not permitted"),
        (change(("questions",), []), "questions: "),
        (change(("questions", 0, "kind"), "riddle"), "questions[0].kind: "),
        (change(("questions", 0, "id"), "customer"), "the question id 'customer' is used twice"),
        (change(("questions", 0, "competencies"), ["astrology"]), "no rubric describes 'astrology'"),
        (change((*ANSWER, "text"), 7), "questions[1].answers[0].text: "),
        (change((*ANSWER, "text"), "x" * 60_000), "questions[1].answers[0].text: "),
        (change((*ANSWER, "asr_confidence"), 1.5), "questions[1].answers[0].asr_confidence: "),
        (change((*ANSWER, "text"), "short"), "words[1] lies outside the text"),
        (change((*ANSWER, "words", 0, "char_end"), 0), "char_end must be greater than char_start"),
        (change((*ANSWER, "words", 0, "t_end_ms"), 0), "t_end_ms must not be less"),
        (change((*ANSWER, "words", 0, "t_end_ms"), "7"), "words[0].t_end_ms: "),
    ],
)
def test_a_wrong_transcript_is_explained(wrong: Callable[[Any], None], message: str) -> None:
    data = copy.deepcopy(transcript())
    wrong(data)
    result = score(write(data))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("transcript_invalid: transcript.json")
    assert message in result.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\x00\x01\x02",
        b"\xff\xfe{}",
        b'{"language": "en", "questions": NaN}',
        b'{"language": "\\ud800", "questions": []}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b" " * (MAX_FILE_BYTES + 1),
    ],
    ids=["empty", "cut", "list", "null", "binary", "utf-16", "nan", "surrogate", "deep", "deeper", "large"],
)
def test_what_is_no_transcript_at_all_is_refused(content: bytes) -> None:
    Path("transcript.json").write_bytes(content)
    result = score("transcript.json", "--json")
    assert result.exit_code == 1
    assert result.stderr.startswith("transcript_invalid: transcript.json")
    assert len(result.stderr) < 2000


def test_a_missing_file_and_a_wrong_language_end_as_they_should() -> None:
    missing = score("nowhere.json")
    assert (missing.exit_code, missing.stderr) == (1, "transcript_invalid: nowhere.json: No such file or directory\n")
    assert score(write(transcript()), "--language", "fr").exit_code == 2
    assert score(write(transcript()), VIVA_HTTP_PORT="x").exit_code == 2


def test_the_schema_is_that_of_the_code_and_fits_the_example() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == render_schema(), "run: .venv/bin/python tools/transcript_schema.py"
    schema = json.loads(render_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(transcript(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**transcript(), "language": "fr"}, schema)


def test_the_example_of_the_documentation_works() -> None:
    page = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    result = score(write(example), "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["total"] is not None
