"""From facts about clauses to STAR coverage and flags: what an answer tells, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from realtime_scoring.features import ClauseFacts, tokens_of
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.text import count_words, fold
from realtime_scoring.types import AnswerText, CompetencyLevel, Flag, Language, Question, QuestionKind, StarCoverage

IMAGINED_KINDS: frozenset[QuestionKind] = frozenset({"situational", "logic"})
"""Questions that ask what one would do; all others ask for what was done."""

_SHORT = 3
"""Whoever says more than this many times the shortest answer has answered, whatever else is said in it."""

_TERMS = 2
"""Pay and conditions named so often, and hardly an act beside them: a question of one's own, no answer."""

_TOLD = 3
"""With so many acts an answer is one, whatever else is said in it."""

_GENERAL = 3
"""So many clauses of what one usually does or would do are talk of the matter in general."""

_ACTS_AFTER_RESULT = 3
"""What more acts follow was no result but how things stood."""

_FEW = 2
"""So few acts amid talk in general are no occasion told."""

_NO_OCCASION = frozenset({Flag.NO_EVENT, Flag.HYPOTHETICAL})
_OCCASION = 5
_ANYTHING = 3
"""So many clauses of the past are an occasion, or at least an answer; and so many for each of what is usual:"""
_PAST_TO_GENERAL = 2

_ASIDES = 2
"""So many pastimes in an answer, and too little beside them, are no answer."""

_THIN = 2
"""A step or two that nobody could follow."""

LOWEST_ASR_CONFIDENCE = 0.6


def find_results(facts: tuple[ClauseFacts, ...]) -> tuple[ClauseFacts, ...]:
    """Outcome clauses that follow (or contain) an act: a result is the result of something done.

    What many acts follow was only how things stood then.
    """
    acts = sum(fact.action and not fact.reflection for fact in facts)
    acted = 0
    results = []
    for fact in facts:
        acted += fact.action and not fact.reflection
        if fact.outcome and acted and acts - acted <= _ACTS_AFTER_RESULT:
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
    told = enough and sum(fact.action for fact in facts) >= _TOLD
    if asks_to_repeat(answers, lexicons):
        flags.add(Flag.ASKED_TO_REPEAT)
    if not facts or (not told and (Flag.ASKED_TO_REPEAT in flags or _declines(answers, lexicons))):
        flags.add(Flag.UNANSWERED)
    elif (enough and _is_elsewhere(question.kind, answers, facts, topic, lexicons)) or (
        not enough and _is_aside(answers, lexicons)
    ):
        flags.add(Flag.OFF_TOPIC)
    gaps = _find_gaps(question.kind, facts)
    if question.kind not in IMAGINED_KINDS:
        if _tells_of_the_past(facts, lexicons, _OCCASION):
            gaps -= _NO_OCCASION
        stands = not any(fact.taken_back for fact in facts)
        if Flag.NO_ACTION in gaps and stands and _tells_of_the_past(facts, lexicons, _ANYTHING):
            # What happened, and nobody's act in it that could be checked.
            gaps.add(Flag.IN_GENERAL)
    return frozenset(flags | gaps)


def find_late_flags(kind: QuestionKind, levels: tuple[CompetencyLevel, ...]) -> frozenset[Flag]:
    """What is only known once the levels are: hardly a step of what would be done."""
    highest = max((level.level for level in levels if level.level is not None), default=None)
    thin = kind in IMAGINED_KINDS and highest is not None and highest <= _THIN
    return frozenset({Flag.NO_ACTION}) if thin else frozenset()


def _tells_of_the_past(facts: tuple[ClauseFacts, ...], lexicons: Mapping[Language, Lexicon], at_least: int) -> bool:
    """Something was told that happened, whoever did what there."""
    past = sum(lexicons[fact.language].past.search(fact.clause.text) is not None for fact in facts)
    general = sum(fact.habit or fact.general or fact.habitual for fact in facts)
    return past >= at_least and past > _PAST_TO_GENERAL * general


def _is_elsewhere(
    kind: QuestionKind,
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
    topic: frozenset[str],
    lexicons: Mapping[Language, Lexicon],
) -> bool:
    """Nothing in common with the question and no story either, or talk of pay and conditions instead of one."""
    acts = sum(fact.action for fact in facts)
    terms = {term for answer in answers for term in lexicons[answer.language].terms_of_job.findall(fold(answer.text))}
    if acts < 2 and len(terms) >= _TERMS:
        return True
    told = acts or any(
        fact.outcome or fact.reflection or (kind in IMAGINED_KINDS and fact.supposed and fact.agency) for fact in facts
    )
    return not told and not _tells_of_the_past(facts, lexicons, _ANYTHING) and not tokens_of(facts, lexicons) & topic


def _is_aside(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    """Pastimes from end to end."""
    asides = sum(len(lexicons[answer.language].aside.findall(fold(answer.text))) for answer in answers)
    return asides >= _ASIDES


def _find_gaps(kind: QuestionKind, facts: tuple[ClauseFacts, ...]) -> set[Flag]:
    if kind in IMAGINED_KINDS:
        acts = any(fact.intended or fact.action for fact in facts)
        return set() if acts else {Flag.NO_ACTION}
    gaps: set[Flag] = set()
    own = sum(fact.action and fact.agency == "own" for fact in facts)
    team = sum(fact.action and fact.agency == "team" for fact in facts)
    happened = any(fact.circumstance and fact.when for fact in facts)
    results = find_results(facts)
    measured = any(fact.quantity for fact in results)
    in_general = sum(fact.habit or fact.supposed or fact.general or fact.habitual for fact in facts) >= _GENERAL
    imagined = sum(fact.intended or (fact.habit and fact.general) for fact in facts)
    if not own and not team:
        gaps.add(Flag.NO_ACTION)
        if any(fact.intended for fact in facts):
            gaps.add(Flag.HYPOTHETICAL)
        if not happened:
            gaps.add(Flag.NO_EVENT)
    elif (own + team < 2 and imagined > 2) or (
        kind == "behavioural" and own + team <= _FEW and in_general and not measured
    ):
        gaps.add(Flag.HYPOTHETICAL)
    if own * 2 < team:
        gaps.add(Flag.WE_DOMINATES)
    if in_general:
        gaps.add(Flag.IN_GENERAL)
    if not results:
        gaps.add(Flag.NO_RESULT)
    elif not measured and any(fact.degree for fact in results):
        gaps.add(Flag.NO_QUANTITY)
    if not any(fact.placed or (fact.language == "en" and _is_placed(fact)) for fact in facts):
        gaps.add(Flag.NO_CONTEXT)
    return gaps


def _is_placed(fact: ClauseFacts) -> bool:
    return fact.when or fact.circumstance or fact.task or fact.setting


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
    short = count_words(answer.text, answer.language) < _SHORT * lexicon.shortest_answer
    return short and pattern.search(fold(answer.text)) is not None
