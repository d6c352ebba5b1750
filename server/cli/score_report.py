"""What `viva score` says, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.explain.types import ExplainedQuote, Explanation
from realtime_scoring.types import AnswerText, Assessment, CompetencyLevel, Language, Question, Score

_WIDTH = 100
"""Where nobody looks at a terminal: the same report for every reader."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "question": "Question",
        "for": "What the answer shows",
        "against": "What counts against it",
        "nothing": "No words of the answer were taken as evidence.",
        "summary": "Summary",
        "competency": "Competency",
        "level": "Level",
        "confidence": "Confidence",
        "none": "not enough evidence",
        "total": "Total",
        "unknown": "Agreement with human raters is unknown until it is measured (viva audit agreement).",
    },
    "zh-CN": {
        "question": "问题",
        "for": "回答体现了",
        "against": "不利的内容",
        "nothing": "没有采用回答中的任何话作为依据。",
        "summary": "汇总",
        "competency": "能力",
        "level": "等级",
        "confidence": "把握",
        "none": "依据不足",
        "total": "总分",
        "unknown": "与人工评分的一致程度在测量之前未知（viva audit agreement）。",
    },
}
_CONFIDENCE: dict[Language, dict[str, str]] = {
    "en": {"low": "low", "medium": "medium", "high": "high"},
    "zh-CN": {"low": "低", "medium": "中", "high": "高"},
}


@dataclass(frozen=True, slots=True)
class Report:
    language: Language
    score: Score
    names: dict[str, str]
    parts: tuple[tuple[Question, Assessment, tuple[Explanation, ...]], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values in a fixed order."""
        return {
            "versions": asdict(self.score.versions),
            "language": self.language,
            "total": self.score.total,
            "competencies": [_level_to_json(level) for level in self.score.levels],
            "questions": [
                {
                    "id": question.id,
                    "star": asdict(assessment.star),
                    "flags": sorted(assessment.flags),
                    "levels": [_level_to_json(level) for level in assessment.levels],
                    "explanations": [asdict(explanation) for explanation in explanations],
                }
                for question, assessment, explanations in self.parts
            ],
            "agreement_with_human_raters": "unknown until measured",
        }


def _level_to_json(level: CompetencyLevel) -> dict[str, Any]:
    """Without the evidence, which stands in the explanation of its question."""
    return {
        "competency": level.competency,
        "level": level.level,
        "mean_level": level.mean_level,
        "confidence": level.confidence,
        "anchor": level.anchor,
    }


def build_report(
    engine: ScoringEngine, answered: tuple[tuple[Question, tuple[AnswerText, ...]], ...], language: Language
) -> Report:
    assessed = tuple((question, engine.assess(question, answers)) for question, answers in answered)
    return Report(
        language,
        engine.score(assessed),
        {competency.id: competency.name[language] for competency in engine.competencies()},
        tuple(
            (question, assessment, engine.explain(question, assessment, language)) for question, assessment in assessed
        ),
    )


def print_report(report: Report) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    words = _WORDS[report.language]
    for question, _, explanations in report.parts:
        if explanations:
            console.rule(_plain(f"{words['question']}: {question.id}"), align="left")
            console.print(_plain(question.text, "italic"))
        for explanation in explanations:
            console.print()
            for index, sentence in enumerate(explanation.sentences):
                console.print(_plain(sentence, "bold" if index == 0 else ""))
            _print_quotes(console, words["for"], explanation.shown)
            _print_quotes(console, words["against"], explanation.against)
            if not explanation.shown and not explanation.against:
                console.print(_plain(words["nothing"], "dim"))
        console.print()
    _print_summary(console, report, words)


def _print_quotes(console: Console, title: str, quotes: tuple[ExplainedQuote, ...]) -> None:
    if not quotes:
        return
    console.print(_plain(f"{title}:"))
    for quote in quotes:
        evidence = quote.evidence
        remark = f" ({quote.remark})" if quote.remark else ""
        place = f"{evidence.turn_id}{_tell_time(evidence.t_start_ms)}"
        line = f"“{evidence.quote}” - {quote.label}{remark} [{place}]"
        console.print(Padding(_plain(line), (0, 0, 0, 2)))


def _print_summary(console: Console, report: Report, words: dict[str, str]) -> None:
    table = Table(
        words["competency"], words["level"], words["confidence"], title=words["summary"], title_justify="left"
    )
    for level in report.score.levels:
        shown = words["none"] if level.level is None else f"{level.level} ({level.mean_level})"
        confidence = "-" if level.level is None else _CONFIDENCE[report.language][level.confidence]
        table.add_row(_plain(report.names.get(level.competency, level.competency)), shown, confidence)
    console.print(table)
    total = words["none"] if report.score.total is None else f"{report.score.total} / 100"
    versions = report.score.versions
    console.print(_plain(f"{words['total']}: {total}"))
    console.print(_plain(f"engine {versions.engine}, rubric {versions.rubric}, lexicon {versions.lexicon}", "dim"))
    console.print(_plain(words["unknown"]))


def _tell_time(t_start_ms: int | None) -> str:
    """Typed text has none."""
    if t_start_ms is None:
        return ""
    minutes, milliseconds = divmod(t_start_ms, 60_000)
    return f", {minutes}:{milliseconds / 1000:06.3f}"


def _plain(text: str, style: str = "") -> Text:
    """Somebody's words are no markup, and no commands to a terminal."""
    return Text("".join(character if character.isprintable() else " " for character in text), style=style)
