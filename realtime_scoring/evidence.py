"""From facts about clauses to STAR coverage, flags and quoted evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from realtime_scoring.features import ClauseFacts, is_denied
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.text import content_tokens, count_words, locate_ms, word_spans
from realtime_scoring.types import (
    AnswerText,
    Evidence,
    Flag,
    Language,
    Question,
    QuestionKind,
    StarCoverage,
    StarPart,
)

IMAGINED_KINDS: frozenset[QuestionKind] = frozenset({"situational", "logic"})
"""Questions that ask what one would do; all others ask for what was done."""

LOWEST_ASR_CONFIDENCE = 0.6
_INDICATORS_PER_CLAUSE = 2
_QUOTE_WORDS: dict[Language, int] = {"en": 20, "zh-CN": 30}


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
    elif enough and not _tokens(facts, lexicons) & topic:
        flags.add(Flag.OFF_TOPIC)
    return frozenset(flags | _find_gaps(question.kind, facts))


def _find_gaps(kind: QuestionKind, facts: tuple[ClauseFacts, ...]) -> set[Flag]:
    if kind in IMAGINED_KINDS:
        acts = any(fact.intended or fact.action for fact in facts)
        return set() if acts else {Flag.NO_ACTION}
    gaps: set[Flag] = set()
    own = sum(fact.action and fact.agency == "own" for fact in facts)
    team = sum(fact.action and fact.agency == "team" for fact in facts)
    happened = any(fact.when for fact in facts) and any(fact.circumstance for fact in facts)
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
        (1.0 if answer.asr_confidence is None else answer.asr_confidence, len(answer.text))
        for answer in answers
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
    return short and pattern.search(answer.text.lower()) is not None


def _tokens(facts: tuple[ClauseFacts, ...], lexicons: Mapping[Language, Lexicon]) -> frozenset[str]:
    found: set[str] = set()
    for fact in facts:
        found |= content_tokens(fact.clause.text, fact.language, lexicons[fact.language])
    return frozenset(found)


def collect_evidence(
    entry: CompetencyRubric,
    kind: QuestionKind,
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
) -> tuple[Evidence, ...]:
    """The strongest clause for each indicator, counter-evidence, then what holds for every competency."""
    best: dict[str, Evidence] = {}
    for fact in facts:
        taken = 0
        for indicator in entry.indicators:
            match = indicator.patterns[fact.language].search(fact.clause.text)
            weight = _weigh(fact, kind)
            if match is None or weight == 0 or is_denied(match, fact.negation_at):
                continue
            taken += 1
            if taken > _INDICATORS_PER_CLAUSE:
                break
            known = best.get(indicator.id)
            if known is None or weight > known.weight:
                best[indicator.id] = _quote(entry, indicator.id, 1, weight, fact, answers, match.span())
    if not best and not any(_find_negatives(entry, facts, answers)):
        return ()
    return (*best.values(), *_find_negatives(entry, facts, answers), *_find_structure(entry, facts, answers))


def _find_negatives(
    entry: CompetencyRubric, facts: tuple[ClauseFacts, ...], answers: tuple[AnswerText, ...]
) -> Iterable[Evidence]:
    for indicator in entry.negatives:
        for fact in facts:
            match = indicator.patterns[fact.language].search(fact.clause.text)
            # A pattern may itself hold the negation ("not my job"); only one before it denies it.
            if match and not (fact.negation_at is not None and fact.negation_at < match.start()):
                yield _quote(entry, indicator.id, -1, 1.0, fact, answers, match.span())
                break


def _find_structure(
    entry: CompetencyRubric, facts: tuple[ClauseFacts, ...], answers: tuple[AnswerText, ...]
) -> Iterable[Evidence]:
    for fact in facts:
        if fact.action and fact.agency == "own":
            yield _quote(entry, "own_action", 1, 0.5, fact, answers)
            break
    results = find_results(facts)
    measured = [fact for fact in results if fact.quantity]
    if measured:
        yield _quote(entry, "measured_result", 1, 1.0, measured[0], answers)
    elif results:
        yield _quote(entry, "result", 1, 0.5, results[0], answers)
    for fact in facts:
        if fact.reflection:
            yield _quote(entry, "reflection", 1, 0.5, fact, answers)
            break


def _weigh(fact: ClauseFacts, kind: QuestionKind) -> float:
    """1 for what was done (or, where the question asks so, would be done), less for what is only said in general."""
    if kind in IMAGINED_KINDS:
        weight = 1.0
    elif fact.agency is None:
        weight = 0.0
    else:
        weight = 1.0 if fact.action or fact.reflection else 0.5
    concrete = fact.quantity or fact.when
    return weight * 0.5 if fact.vague and not concrete else weight


def name_star_part(fact: ClauseFacts) -> StarPart | None:
    if fact.outcome:
        return "result"
    if fact.action or fact.intended:
        return "action"
    if fact.task:
        return "task"
    return "situation" if fact.when or fact.circumstance else None


def _quote(
    entry: CompetencyRubric,
    indicator: str,
    sign: int,
    weight: float,
    fact: ClauseFacts,
    answers: tuple[AnswerText, ...],
    match: tuple[int, int] | None = None,
) -> Evidence:
    answer = answers[fact.clause.turn_index]
    start, end = narrow(fact, match, _QUOTE_WORDS[fact.language])
    t_start_ms, t_end_ms = locate_ms(answer, start, end)
    return Evidence(
        competency=entry.competency.id,
        indicator=indicator,
        sign=1 if sign > 0 else -1,
        weight=weight,
        turn_id=answer.turn_id,
        quote=answer.text[start:end],
        char_start=start,
        char_end=end,
        t_start_ms=t_start_ms,
        t_end_ms=t_end_ms,
        star=name_star_part(fact),
    )


def narrow(fact: ClauseFacts, match: tuple[int, int] | None, limit: int) -> tuple[int, int]:
    """Original span of the clause, or of `limit` words of a longer one with the match among them."""
    clause = fact.clause
    words = word_spans(clause.text)
    if len(words) <= limit:
        return clause.char_start, clause.char_end
    last = next((i for i, (_, end) in enumerate(words) if match and end >= match[1]), 0)
    first = max(0, last - limit + 1)
    return clause.span(words[first][0], words[min(first + limit, len(words)) - 1][1])
