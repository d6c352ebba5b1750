"""Quoted evidence for and against a competency, from facts about clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from realtime_scoring.coverage import IMAGINED_KINDS, find_results
from realtime_scoring.features import ClauseFacts, is_denied, tokens_of
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.text import locate_ms, word_spans
from realtime_scoring.types import AnswerText, Evidence, Language, QuestionKind, StarPart

_INDICATORS_PER_CLAUSE = 2
_SHORTEST_REASON: dict[Language, int] = {"en": 4, "zh-CN": 6}
_QUOTE_WORDS: dict[Language, int] = {"en": 20, "zh-CN": 30}


def collect_evidence(
    entry: CompetencyRubric,
    kind: QuestionKind,
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
    topic: frozenset[str],
    lexicons: Mapping[Language, Lexicon],
) -> tuple[Evidence, ...]:
    """The strongest clause for each indicator, counter-evidence, then what holds for every competency."""
    best: dict[str, Evidence] = {}
    telling: list[ClauseFacts] = []
    for fact in facts:
        weight = _weigh(fact, kind)
        shown = match_indicators(entry, fact) if weight else []
        for indicator, match in shown:
            known = best.get(indicator)
            if known is None or weight > known.weight:
                best[indicator] = _quote(entry, indicator, 1, weight, fact, answers, match)
        if shown or tokens_of((fact,), lexicons) & topic:
            telling.append(fact)
    negatives = tuple(_find_negatives(entry, facts, answers))
    structure = _find_structure(entry, facts, telling, answers) if best else ()
    return (*best.values(), *negatives, *structure)


def match_indicators(entry: CompetencyRubric, fact: ClauseFacts) -> list[tuple[str, tuple[int, int]]]:
    """At most two for a clause: a row of catchwords is no behaviour."""
    found = []
    for indicator in entry.indicators:
        match = indicator.patterns[fact.language].search(fact.clause.text)
        if match and not is_denied(match, fact.negation_at):
            found.append((indicator.id, match.span()))
    return found[:_INDICATORS_PER_CLAUSE]


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
    entry: CompetencyRubric,
    facts: tuple[ClauseFacts, ...],
    telling: list[ClauseFacts],
    answers: tuple[AnswerText, ...],
) -> Iterable[Evidence]:
    """`telling`: the clauses on the topic; what was done elsewhere ("I watched a film") shows nothing here."""
    for fact in telling:
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
        weight = 1.0 if fact.agency or fact.words >= _SHORTEST_REASON[fact.language] else 0.0
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
    words = word_spans(clause.text, fact.language)
    if len(words) <= limit:
        return clause.char_start, clause.char_end
    last = next((i for i, (_, end) in enumerate(words) if match and end >= match[1]), 0)
    first = max(0, last - limit + 1)
    return clause.span(words[first][0], words[min(first + limit, len(words)) - 1][1])
