"""From facts about clauses to STAR coverage and flags: what an answer tells, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from realtime_scoring.features import ClauseFacts, tokens_of
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.text import count_words, fold
from realtime_scoring.types import AnswerText, Flag, Language, Question, QuestionKind, StarCoverage

IMAGINED_KINDS: frozenset[QuestionKind] = frozenset({"situational", "logic"})
"""Questions that ask what one would do; all others ask for what was done."""

LOWEST_ASR_CONFIDENCE = 0.6


def find_results(facts: tuple[ClauseFacts, ...]) -> tuple[ClauseFacts, ...]:
    """Outcome clauses that follow (or contain) an act: a result is the result of something done."""
    acted = False
    results = []
    for fact in facts:
        acted = acted or fact.action
        if fact.outcome and acted:
            results.append(fact)
    return tuple(results)


def measure_star(facts: tuple[ClauseFacts, ...]) -> StarCoverage:
    situation = sum(fact.when for fact in facts) + sum(fact.circumstance for fact in facts)
    own = sum(fact.action and fact.agency == "own" for fact in facts)
    team = sum(fact.action and fact.agency == "team" for fact in facts)
    results = find_results(facts)
    return StarCoverage(
        situation=min(1.0, 0.5 * situation),
        task=1.0 if any(fact.task for fact in facts) else 0.0,
        action=min(1.0, 0.5 * own) if own else (0.25 if team else 0.0),
        result=(1.0 if any(fact.quantity for fact in results) else 0.5) if results else 0.0,
    )


def find_flags(
    question: Question,
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
    topic: frozenset[str],
    lexicons: Mapping[Language, Lexicon],
) -> frozenset[Flag]:
    """`topic` are the tokens an answer to this question may be expected to share."""
    flags: set[Flag] = set()
    enough = has_enough_words(facts, lexicons)
    if not enough:
        flags.add(Flag.TOO_SHORT)
    if mean_asr_confidence(answers) < LOWEST_ASR_CONFIDENCE:
        flags.add(Flag.LOW_ASR_CONFIDENCE)
    if asks_to_repeat(answers, lexicons):
        flags.add(Flag.ASKED_TO_REPEAT)
    if not facts or (not enough and _declines(answers, lexicons)):
        flags.add(Flag.UNANSWERED)
    elif enough and not tokens_of(facts, lexicons) & topic:
        flags.add(Flag.OFF_TOPIC)
    return frozenset(flags | _find_gaps(question.kind, facts))


def _find_gaps(kind: QuestionKind, facts: tuple[ClauseFacts, ...]) -> set[Flag]:
    if kind in IMAGINED_KINDS:
        acts = any(fact.intended or fact.action for fact in facts)
        return set() if acts else {Flag.NO_ACTION}
    gaps: set[Flag] = set()
    own = sum(fact.action and fact.agency == "own" for fact in facts)
    team = sum(fact.action and fact.agency == "team" for fact in facts)
    happened = any(fact.circumstance for fact in facts)
    if not own and not team:
        gaps.add(Flag.NO_ACTION)
        if any(fact.intended for fact in facts):
            gaps.add(Flag.HYPOTHETICAL)
        if not happened:
            gaps.add(Flag.NO_EVENT)
    if own * 2 < team:
        gaps.add(Flag.WE_DOMINATES)
    results = find_results(facts)
    if not results:
        gaps.add(Flag.NO_RESULT)
    elif not any(fact.quantity for fact in results):
        gaps.add(Flag.NO_QUANTITY)
    if not any(fact.when or fact.circumstance or fact.task for fact in facts):
        gaps.add(Flag.NO_CONTEXT)
    return gaps


def has_enough_words(facts: Iterable[ClauseFacts], lexicons: Mapping[Language, Lexicon]) -> bool:
    """Counted as a share of each language's minimum, so that mixed answers add up."""
    return sum(fact.words / lexicons[fact.language].shortest_answer for fact in facts) >= 1.0 - 1e-9


def mean_asr_confidence(answers: tuple[AnswerText, ...]) -> float:
    """Weighted by length; typed text counts as certain."""
    weighted = [
        (1.0 if answer.asr_confidence is None else answer.asr_confidence, len(answer.text)) for answer in answers
    ]
    total = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / total if total else 1.0


def asks_to_repeat(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    return bool(answers) and _says_shortly(answers[-1], "asks_to_repeat", lexicons)


def _declines(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    return any(_says_shortly(answer, "declines", lexicons) for answer in answers)


def _says_shortly(answer: AnswerText, what: str, lexicons: Mapping[Language, Lexicon]) -> bool:
    lexicon = lexicons[answer.language]
    pattern = lexicon.asks_to_repeat if what == "asks_to_repeat" else lexicon.declines
    short = count_words(answer.text, answer.language) < lexicon.shortest_answer
    return short and pattern.search(fold(answer.text)) is not None
