"""Asks a language model for a second opinion on a level: the same anchors, the same indicators, the redacted answer.

The model is not told which level the rules found, nor anything of the person but the words of this answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.excerpt import Excerpt, read_excerpt
from realtime_scoring.opinion.outcome import Withheld, Withholding
from realtime_scoring.opinion.prompt import Message, Prompt, make_fence, object_schema
from realtime_scoring.opinion.redaction import KnownNames, redact
from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.types import AnswerText, CompetencyLevel, Language, Question

LEVELS = ("1", "2", "3", "4", "5", "NE")
LONGEST_RATIONALE = 240
MOST_EVIDENCE = 12
CONFIDENCES = ("low", "medium", "high")
STAR_LETTERS = ("S", "T", "A", "R")

STRUCTURE: dict[str, str] = {
    "own_action": "a concrete act of one's own",
    "result": "what came of it",
    "measured_result": "what came of it, with a number or a before and after",
    "reflection": "a lesson drawn, or what is done otherwise since",
}
"""What counts for every competency, beside its indicators."""


@dataclass(frozen=True, slots=True)
class LevelTask:
    """`embedded`: what the rules found, with a level."""

    question: Question
    entry: CompetencyRubric
    embedded: CompetencyLevel
    excerpt: Excerpt
    names: KnownNames


def prepare_levels(
    question: Question,
    entry: CompetencyRubric | None,
    embedded: CompetencyLevel,
    answers: tuple[AnswerText, ...],
    lexicons: Mapping[Language, Lexicon],
    *,
    names: KnownNames,
) -> LevelTask | Withheld:
    """Not asked where the rules found too little to judge: that is a result, not a gap to be filled."""
    if entry is None or entry.competency.id != embedded.competency:
        return Withheld(Withholding.UNKNOWN_COMPETENCY)
    if embedded.level is None:
        return Withheld(Withholding.NOT_ENOUGH_EVIDENCE)
    excerpt = read_excerpt(answers, lexicons, names)
    return excerpt if isinstance(excerpt, Withheld) else LevelTask(question, entry, embedded, excerpt, names)


def sign_indicators(entry: CompetencyRubric) -> dict[str, int]:
    """Every id that evidence may name, with 1 for what speaks for the competency and -1 for what speaks against it."""
    for_it = {indicator.id: 1 for indicator in entry.indicators}
    against_it = {indicator.id: -1 for indicator in entry.negatives}
    return {**dict.fromkeys(STRUCTURE, 1), **against_it, **for_it}


def prompt_levels(task: LevelTask) -> Prompt:
    question = redact(task.question.text, task.names).text
    lines = [f"{line.clause_id}| {line.text}" for line in task.excerpt.lines]
    fence = make_fence((question, *lines))
    system = "\n".join(
        (
            "You judge one answer of a structured job interview on one competency, by the anchors given, from its"
            " words alone. You have no other task.",
            fence.rule(),
            "Count only what was really done (in an imagined case: what would be done), each thing once. Length,"
            " fluency, self-praise and who the person is count nothing. NE means: not enough evidence to judge.",
            f"Evidence: at most {MOST_EVIDENCE} entries; `quote` is copied exactly, character by character, from the"
            " clause that `clause_id` names; `indicator_id` is one of the ids below. `missing`: which of S, T, A, R are"
            f" not told. `rationale`: English, at most {LONGEST_RATIONALE} characters, naming the indicator ids that"
            " decide.",
            f'Answer with one JSON object: {{"competency", "level" ({", ".join(LEVELS)} as text), "evidence":'
            ' [{"clause_id", "quote", "indicator_id"}], "missing", "rationale", "confidence" (low, medium, high)}.',
        )
    )
    user = "\n\n".join((_describe_rubric(task), fence.wrap("QUESTION", (question,)), fence.wrap("ANSWER", lines)))
    return Prompt((Message("system", system), Message("user", user)), "level_opinion", _make_schema(task), 1200)


def _describe_rubric(task: LevelTask) -> str:
    language = task.question.language
    competency = task.entry.competency
    anchors = [f"{level}: {anchor}" for level, anchor in enumerate(competency.anchors[language], start=1)]
    indicators = [f"{item.id}: {item.label[language]}" for item in task.entry.indicators]
    negatives = [f"{item.id}: {item.label[language]} (against)" for item in task.entry.negatives]
    structure = [f"{name}: {label}" for name, label in STRUCTURE.items()]
    return "\n".join(
        (
            f"Competency {competency.id}: {competency.name[language]} (question of kind {task.question.kind})",
            "Anchors:",
            *anchors,
            "Indicators:",
            *indicators,
            *negatives,
            *structure,
        )
    )


def _make_schema(task: LevelTask) -> Mapping[str, object]:
    text = {"type": "string"}
    item = object_schema(
        {
            "clause_id": text,
            "quote": text,
            "indicator_id": {"type": "string", "enum": sorted(sign_indicators(task.entry))},
        }
    )
    return object_schema(
        {
            "competency": {"type": "string", "enum": [task.entry.competency.id]},
            "level": {"type": "string", "enum": list(LEVELS)},
            "evidence": {"type": "array", "items": item},
            "missing": {"type": "array", "items": {"type": "string", "enum": list(STAR_LETTERS)}},
            "rationale": text,
            "confidence": {"type": "string", "enum": list(CONFIDENCES)},
        }
    )
