"""`viva questions`: what it prints and writes, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from realtime_scoring.engine import ScoringEngine
from server.cli import app
from server.hr.flows import load_flow
from tests.unit.questions.jobs import ENGINEER, SALES_ZH

KNOWN = [competency.id for competency in ScoringEngine.default().competencies()]
WIDE = {"COLUMNS": "220", "NO_COLOR": "1", "TERM": "dumb"}


def viva(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["questions", *map(str, arguments)], env=WIDE)


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.txt"
    path.write_text(ENGINEER, encoding="utf-8")
    return path


def test_a_job_gives_competencies_questions_and_a_flow(job: Path, tmp_path: Path) -> None:
    shown = viva(job, "--count", "8", "--model-out", tmp_path / "model.yaml", "--flow-out", tmp_path / "flow.yaml")
    assert shown.exit_code == 0, shown.output
    assert "Technical reasoning" in shown.output
    assert "Senior Software Engineer" in shown.output
    flow = load_flow(tmp_path / "flow.yaml", KNOWN)
    assert flow.id == "job-senior-software-engineer"
    assert flow.languages == ("en", "zh-CN")
    asked = [question for stage in flow.stages for question in stage.questions]
    assert len(asked) == 8
    assert all(question.competencies for question in asked)
    assert flow.stages[0].id == "experience"
    assert flow.stages[-1].questions == ()
    model = yaml.safe_load((tmp_path / "model.yaml").read_text(encoding="utf-8"))
    assert model["competencies"][0]["id"] == "technical_reasoning"
    checked = CliRunner().invoke(app, ["flow", "check", str(tmp_path / "flow.yaml")], env=WIDE)
    assert checked.exit_code == 0


def test_an_edited_model_is_followed(job: Path, tmp_path: Path) -> None:
    assert viva(job, "--model-out", tmp_path / "model.yaml").exit_code == 0
    data = yaml.safe_load((tmp_path / "model.yaml").read_text(encoding="utf-8"))
    for item in data["competencies"]:
        item["chosen"] = item["id"] in ("resilience", "learning", "teamwork")
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    shown = viva(job, "--model", tmp_path / "model.yaml", "--flow-out", tmp_path / "flow.yaml")
    assert shown.exit_code == 0, shown.output
    flow = load_flow(tmp_path / "flow.yaml", KNOWN)
    rated = {name for stage in flow.stages for question in stage.questions for name in question.competencies}
    assert rated == {"resilience", "learning", "teamwork"}


def test_the_same_job_gives_the_same_words(job: Path) -> None:
    assert viva(job).output == viva(job).output


def test_questions_in_another_language_than_the_job(tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    path.write_text(yaml.safe_dump({"title": "店员", "text": SALES_ZH}, allow_unicode=True), encoding="utf-8")
    chinese, english = viva(path), viva(path, "--language", "en")
    assert chinese.exit_code == english.exit_code == 0
    assert "客户导向" in chinese.output or "客户" in chinese.output
    assert "Customer focus" in english.output
    assert "Tell me about" in english.output


def test_protected_topics_are_told(tmp_path: Path) -> None:
    path = tmp_path / "job.txt"
    path.write_text(ENGINEER + "Candidates should be under 35.\n", encoding="utf-8")
    shown = viva(path)
    assert shown.exit_code == 0
    assert "The job asks for age" in shown.output
    assert "should be under 35" in shown.output


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("job.txt", b"", "job_invalid: "),
        ("job.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "line 1: not UTF-8 text"),
        ("job.txt", b"MZ\x00\x00 this program is not a job", "it holds control characters"),
        ("job.txt", b"work " * 220_000, "larger than 256 KiB"),
        ("job.yaml", b"title: &a [x]\ntext: *a\n", "anchors, aliases and tags are not used here"),
        ("job.yaml", b"title: Clerk\n", "text: missing"),
        (
            "job.txt",
            "Мы ищем инженера для нашей команды в городе Москве".encode(),
            "reads as neither English nor Chinese",
        ),
    ],
)
def test_what_is_no_job_is_refused(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    shown = viva(path, "--flow-out", tmp_path / "flow.yaml")
    assert shown.exit_code == 1
    assert shown.stderr.startswith("job_invalid: ")
    assert str(path) in shown.stderr
    assert expected in shown.stderr
    assert not (tmp_path / "flow.yaml").exists()


def test_a_missing_file_and_a_directory_are_told(tmp_path: Path) -> None:
    assert "No such file" in viva(tmp_path / "none.txt").stderr
    assert "Is a directory" in viva(tmp_path).stderr


def test_a_wrong_model_is_refused(job: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    model.write_text("language: en\ncompetencies: []\n")
    shown = viva(job, "--model", model)
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"competency_model_invalid: {model}: competencies: 0 are chosen")


def test_a_model_of_another_job_is_refused(job: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(SALES_ZH, encoding="utf-8")
    assert viva(other, "--model-out", tmp_path / "model.yaml").exit_code == 0
    assert "derive the model again" in viva(job, "--model", tmp_path / "model.yaml").stderr


def test_what_somebody_edited_is_not_written_over(job: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    model.write_text("mine")
    shown = viva(job, "--model-out", model)
    assert shown.exit_code == 1
    assert shown.stderr.startswith("file_not_written: ")
    assert model.read_text() == "mine"
    assert viva(job, "--model-out", model, "--force").exit_code == 0
    assert model.read_text(encoding="utf-8").startswith("job_title:")


def test_a_count_out_of_range_is_a_usage_error(job: Path) -> None:
    assert viva(job, "--count", "0").exit_code == 2
    assert viva(job, "--count", "99").exit_code == 2


OWN_RUBRIC = """\
id: safety
name: {en: Safety at work, zh-CN: 安全意识}
vocabulary: {en: [forklift], zh-CN: [叉车]}
anchors:
  en: [Shows none., Says it matters., Tells two acts., Tells several own acts., Tells acts with a measured effect.]
  zh-CN: [没有体现。, 只说重要。, 讲了两个行为。, 讲了本人多个行为。, 讲了行为和可衡量的效果。]
indicators:
  - id: stopped_work
    label: {en: stopped dangerous work, zh-CN: 停止危险作业}
    en: ['stopped the (?:machine|work|line)']
    zh-CN: ['停(?:了|止了)(?:机器|作业)']
  - id: told_others
    label: {en: warned others, zh-CN: 提醒他人}
    en: ['warned (?:them|the others|everybody)']
    zh-CN: ['提醒了?(?:大家|同事)']
  - id: reported
    label: {en: reported the danger, zh-CN: 上报隐患}
    en: ['reported (?:it|the danger)']
    zh-CN: ['(?:上报|报告)了(?:隐患|危险)']
negatives:
  - id: looked_away
    label: {en: looked away, zh-CN: 视而不见}
    en: ['looked away']
    zh-CN: ['视而不见']
"""
OWN_BANK = """\
competency: safety
questions:
  - id: safety-danger
    kind: behavioural
    en: Tell me about a dangerous situation at work that you noticed. What did you do?
    zh-CN: 请讲一次您在工作中发现危险情况的经历。您做了什么?
    shows: {safety: [stopped_work, told_others]}
"""


def test_an_organisation_brings_its_own_competency_and_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rubrics").mkdir()
    (tmp_path / "rubrics" / "safety.yaml").write_text(OWN_RUBRIC, encoding="utf-8")
    (tmp_path / "bank.yaml").write_text(OWN_BANK, encoding="utf-8")
    job = tmp_path / "job.txt"
    job.write_text("Driver\nYou drive the forklift in our store and you are careful with it.\n")
    monkeypatch.setenv("VIVA_RUBRICS_DIR", str(tmp_path / "rubrics"))
    refused = viva(job, "--count", "3", "--model-out", tmp_path / "model.yaml")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("questions_missing: bank: no question asks for 'safety'")
    assert "safety" in (tmp_path / "model.yaml").read_text()
    shown = viva(job, "--count", "3", "--bank", tmp_path / "bank.yaml")
    assert shown.exit_code == 0, shown.output
    assert "a dangerous situation at work" in " ".join(shown.output.split())


def test_a_wrong_bank_of_ones_own_is_told(job: Path, tmp_path: Path) -> None:
    (tmp_path / "bank.yaml").write_text("competency: teamwork\nquestions: [{id: a, kind: trick}]\n")
    shown = viva(job, "--bank", tmp_path / "bank.yaml")
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"questions_missing: {tmp_path / 'bank.yaml'}: questions[0].kind: expected one of")
