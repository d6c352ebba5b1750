"""`viva rubric check`, and rubrics of an organisation's own in the server."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from realtime_scoring.engine import ScoringEngine
from server.cli import app
from server.cli.checks import check_flows, check_rubrics
from server.hr.flows import TEMPLATES
from server.hr.yaml_document import MAX_FILE_BYTES
from server.interviews.rubrics import SHIPPED, RubricInvalid, open_scoring
from server.settings import load_settings
from tests.unit.linter.test_check import SAFETY


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def viva(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


def test_the_shipped_rubrics_pass() -> None:
    files = [str(path) for path in sorted(SHIPPED.glob("*.yaml"))]
    result = viva("rubric", "check", *files)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "nothing to mend" in result.stdout


def test_mistakes_are_told_with_file_line_place_and_remedy() -> None:
    wrong = SAFETY.replace("label: {en: stopped unsafe work, zh-CN: 停止不安全的作业}", "label: {en: stopped}")
    Path("wrong.yaml").write_text(wrong.replace("id: site_safety", "id: teamwork"), encoding="utf-8")
    Path("good.yaml").write_text(SAFETY, encoding="utf-8")
    result = viva("rubric", "check", "good.yaml", "wrong.yaml")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "rubric_invalid: wrong.yaml: line 11: indicators[0].label: the language `zh-CN` is missing; add `zh-CN:`",
        "rubric_invalid: wrong.yaml: line 1: id: the competency `teamwork` is described already; take another id",
    ]


def test_two_files_may_not_describe_the_same() -> None:
    for name in ("a.yaml", "b.yaml"):
        Path(name).write_text(SAFETY, encoding="utf-8")
    result = viva("rubric", "check", "a.yaml", "b.yaml")
    assert result.exit_code == 1
    assert "b.yaml: line 1: id: the competency `site_safety` is described already" in result.stderr
    assert "a.yaml: line" not in result.stderr


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe", "line 1: not UTF-8"),
        (b"id: [", "not YAML"),
        (b"just words", "this is no rubric"),
        (b"- 1", "this is no rubric"),
        (b"id: x\nid: y", "stands here twice"),
        (BOMB.encode(), "anchors, aliases and tags are not used here"),
        (b"!!python/object/apply:os.system [ls]", "anchors, aliases and tags are not used here"),
        (b"[" * 5000, "not YAML"),
        (b" " * (MAX_FILE_BYTES + 1), "larger than 256 KiB"),
    ],
)
def test_what_is_no_rubric_at_all_is_refused(content: bytes, message: str) -> None:
    Path("rubric.yaml").write_bytes(content)
    result = viva("rubric", "check", "rubric.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith("rubric_invalid: rubric.yaml: ")
    assert message in result.stderr


def test_a_missing_file_is_told() -> None:
    result = viva("rubric", "check", "nowhere.yaml")
    assert (result.exit_code, result.stderr) == (1, "rubric_invalid: nowhere.yaml: No such file or directory\n")
    assert viva("rubric", "check").exit_code == 2


def test_the_server_takes_up_own_rubrics(tmp_path: Path) -> None:
    folder = tmp_path / "rubrics"
    folder.mkdir()
    assert open_scoring(folder).versions == ScoringEngine.default().versions
    (folder / "safety.yaml").write_text(SAFETY, encoding="utf-8")
    engine = open_scoring(folder)
    assert "site_safety" in {competency.id for competency in engine.competencies()}
    assert engine.versions.rubric != ScoringEngine.default().versions.rubric
    assert open_scoring(None).versions == ScoringEngine.default().versions


def test_one_bad_rubric_refuses_all(tmp_path: Path) -> None:
    (tmp_path / "safety.yaml").write_text(SAFETY, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(SAFETY.replace("(?:work|crane|machine)", "(?:[a-z]+ ?)+"), encoding="utf-8")
    with pytest.raises(RubricInvalid, match=r"bad\.yaml: line \d+: indicators\[0\]\.en\[0\]: this may take forever"):
        open_scoring(tmp_path)
    with pytest.raises(RubricInvalid, match="there is no such directory"):
        open_scoring(tmp_path / "nowhere")


def test_the_doctor_looks_at_own_rubrics_and_flows_may_name_them(tmp_path: Path) -> None:
    rubrics, flows = tmp_path / "rubrics", tmp_path / "flows"
    rubrics.mkdir()
    flows.mkdir()
    (rubrics / "safety.yaml").write_text(SAFETY, encoding="utf-8")
    flow = (TEMPLATES / "five-stage.yaml").read_text(encoding="utf-8")
    (flows / "mine.yaml").write_text(flow.replace("teamwork, problem_solving", "site_safety"), encoding="utf-8")
    assert "site_safety" in (flows / "mine.yaml").read_text(encoding="utf-8")
    with_rubrics = load_settings({"rubrics_dir": rubrics, "flows_dir": flows})
    assert check_rubrics(with_rubrics).status == check_flows(with_rubrics).status == "ok"
    assert "site_safety" in check_rubrics(with_rubrics).detail
    assert viva("flow", "check", "flows/mine.yaml", VIVA_RUBRICS_DIR="rubrics").exit_code == 0

    without = load_settings({"flows_dir": flows})
    assert check_flows(without).status == "failed"
    assert viva("flow", "check", "flows/mine.yaml").exit_code == 1

    (rubrics / "bad.yaml").write_text("id: bad", encoding="utf-8")
    assert check_rubrics(with_rubrics).status == "failed"
    assert "bad.yaml" in check_rubrics(with_rubrics).detail
    assert check_flows(with_rubrics).status == "failed"


def test_own_competencies_can_be_scored_and_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "rubrics"
    folder.mkdir()
    (folder / "safety.yaml").write_text(SAFETY, encoding="utf-8")
    question = {"id": "q", "text": "Safety?", "kind": "behavioural", "competencies": ["site_safety"]}
    Path("transcript.json").write_text(json.dumps({"language": "en", "questions": [question]}))
    unknown = viva("score", "transcript.json")
    assert unknown.exit_code == 1
    assert "no rubric describes 'site_safety'" in unknown.stderr
    assert viva("score", "transcript.json", VIVA_RUBRICS_DIR="rubrics").exit_code == 0
    broken = viva("score", "transcript.json", VIVA_RUBRICS_DIR="nowhere")
    assert (broken.exit_code, broken.stderr) == (1, "rubric_invalid: nowhere: there is no such directory\n")
