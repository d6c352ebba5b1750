"""A language model's opinion on a level, taken only if every quote is exact and the level follows from the quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.levels import (
    CONFIDENCES,
    LEVELS,
    LONGEST_RATIONALE,
    MOST_EVIDENCE,
    STAR_LETTERS,
    STRUCTURE,
    LevelTask,
    sign_indicators,
)
from realtime_scoring.opinion.outcome import Refusal, Refused
from realtime_scoring.opinion.reading import Malformed, read_choice, read_list, read_object, read_text
from realtime_scoring.quotes import is_sensitive
from realtime_scoring.text import count_words
from realtime_scoring.types import AnswerText, Confidence, Evidence, Language, StarPart

_KEYS = frozenset({"competency", "level", "evidence", "missing", "rationale", "confidence"})
_ITEM_KEYS = frozenset({"clause_id", "quote", "indicator_id"})
_LONGEST_TEXT = 2000
_SHORTEST_QUOTE: dict[Language, int] = {"en": 2, "zh-CN": 3}
_STAR: dict[str, StarPart] = {"S": "situation", "T": "task", "A": "action", "R": "result"}
_UNUSABLE = re.compile(r"[<>`\[\]{}|\\]|https?:|www\.|://")
_FURTHEST = 1


@dataclass(frozen=True, slots=True)
class LevelOpinion:
    """`level` None: not enough evidence, in the model's opinion. Each piece of `evidence` is an exact span of the
    answers, and weighs nothing in the score of the rules."""

    competency: str
    level: int | None
    evidence: tuple[Evidence, ...]
    missing: tuple[StarPart, ...]
    rationale: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class _Reply:
    competency: str
    level: int | None
    evidence: tuple[tuple[str, str, str], ...]
    """Clause id, quote, indicator id."""
    missing: tuple[StarPart, ...]
    rationale: str
    confidence: Confidence


def accept_levels(task: LevelTask, reply: object, lexicons: Mapping[Language, Lexicon]) -> LevelOpinion | Refused:
    """`reply`: decoded JSON, of any shape. One wrong quote refuses the whole: who invents one may invent the rest."""
    try:
        read = _read(reply)
    except Malformed:
        return Refused(Refusal.MALFORMED)
    if read.competency != task.entry.competency.id:
        return Refused(Refusal.COMPETENCY)
    if not _is_usable(read.rationale, task, lexicons):
        return Refused(Refusal.RATIONALE)
    evidence = _collect(task, read)
    if isinstance(evidence, Refusal):
        return Refused(evidence)
    reason = _check_level(task, read, evidence)
    if reason is not None:
        return Refused(reason)
    return LevelOpinion(read.competency, read.level, evidence, read.missing, read.rationale, read.confidence)


def _read(reply: object) -> _Reply:
    values = read_object(reply, _KEYS)
    level = read_choice(values["level"], frozenset(LEVELS))
    confidence = read_choice(values["confidence"], frozenset(CONFIDENCES))
    missing = [read_choice(item, frozenset(STAR_LETTERS)) for item in read_list(values["missing"], len(STAR_LETTERS))]
    items = [read_object(item, _ITEM_KEYS) for item in read_list(values["evidence"], MOST_EVIDENCE)]
    return _Reply(
        competency=read_text(values["competency"], _LONGEST_TEXT),
        level=None if level == "NE" else int(level),
        evidence=tuple(
            (
                read_text(item["clause_id"], _LONGEST_TEXT),
                read_text(item["quote"], _LONGEST_TEXT),
                read_text(item["indicator_id"], _LONGEST_TEXT),
            )
            for item in items
        ),
        missing=tuple(_STAR[letter] for letter in dict.fromkeys(missing)),
        rationale=read_text(values["rationale"], LONGEST_RATIONALE).strip(),
        confidence="low" if confidence == "low" else "medium" if confidence == "medium" else "high",
    )


def _is_usable(rationale: str, task: LevelTask, lexicons: Mapping[Language, Lexicon]) -> bool:
    """Shown to people who decide: nothing private in it, and nothing but plain words."""
    said = AnswerText("", rationale, task.question.language)
    return rationale.isprintable() and not _UNUSABLE.search(rationale) and not is_sensitive((said,), lexicons)


def _collect(task: LevelTask, read: _Reply) -> tuple[Evidence, ...] | Refusal:
    """Each indicator once: the first clause that shows it."""
    signs = sign_indicators(task.entry)
    collected: dict[str, Evidence] = {}
    for clause_id, quote, indicator in read.evidence:
        if indicator not in signs:
            return Refusal.INDICATOR
        found = task.excerpt.find(clause_id, quote)
        if found is None or count_words(found.quote, task.question.language) < _SHORTEST_QUOTE[task.question.language]:
            return Refusal.QUOTE
        collected.setdefault(
            indicator,
            Evidence(
                competency=task.entry.competency.id,
                indicator=indicator,
                sign=1 if signs[indicator] > 0 else -1,
                weight=0.0,
                turn_id=found.turn_id,
                quote=found.quote,
                char_start=found.char_start,
                char_end=found.char_end,
                t_start_ms=found.t_start_ms,
                t_end_ms=found.t_end_ms,
            ),
        )
    return tuple(collected.values())


def _check_level(task: LevelTask, read: _Reply, evidence: tuple[Evidence, ...]) -> Refusal | None:
    """The bounds are the scorer's own: without a behaviour level 1, with n of them no more than n + 2."""
    if read.level is None:
        return None
    behaviours = {item.indicator for item in evidence if item.sign > 0 and item.indicator not in STRUCTURE}
    if read.level > (len(behaviours) + 2 if behaviours else 1):
        return Refusal.UNSUPPORTED
    distance = abs(read.level - (task.embedded.level or 0))
    cited = any(_names(read.rationale, item.indicator) for item in evidence)
    return Refusal.FAR_OFF if distance > _FURTHEST and not cited else None


def _names(rationale: str, indicator: str) -> bool:
    return re.search(rf"(?<![a-z0-9_]){re.escape(indicator)}(?![a-z0-9_])", rationale) is not None
