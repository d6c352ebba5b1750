"""Quoted evidence for and against a competency, from facts about clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from realtime_scoring.claims import LOWEST, LOWEST_OF_FEW, THRESHOLD, Claim, weigh
from realtime_scoring.coverage import IMAGINED_KINDS, find_results
from realtime_scoring.features import ClauseFacts
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.rubric import CompetencyRubric, Indicator
from realtime_scoring.steps import BEHAVIOUR_WEIGHT, STRUCTURE_WEIGHTS
from realtime_scoring.text import Clause, locate_ms, word_spans
from realtime_scoring.types import AnswerText, Evidence, Language, QuestionKind, StarPart

_INDICATORS_PER_CLAUSE = 2
_FEW = 2
"""So many acts are quoted that are not sure."""
_MEASURED = 1
"""So many results with a number are, too: what is told after one makes it none the less."""
_LESSONS = 1
"""So many lessons are, too, however they are put."""
_WHOLE = 8
"""So many clauses make an answer such as the table was found from; of fewer it denies less."""
_GENERAL = 2

_STEPS = 5
"""So many imagined steps are quoted."""


_SHORTEST_REASON: dict[Language, int] = {"en": 4, "zh-CN": 6}
_REASON = re.compile(r"(?:because|since|as)(?![a-z])|因为|由于")
_WAS = re.compile(r"(?<![a-z])(?:was|were|used to)(?![a-z])")
_MAY = re.compile(r"(?<![a-z])(?:may|might|would)(?![a-z])")
_QUOTE_WORDS: dict[Language, int] = {"en": 20, "zh-CN": 30}


@dataclass(frozen=True, slots=True)
class _Said:
    """`ends`: where the quote of a clause ends, in characters, when what depends on it is quoted with it."""

    answers: tuple[AnswerText, ...]
    ends: Mapping[Clause, int]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What of the lexicon a clause holds that matters for evidence alone."""

    undergone: bool
    moves: bool
    dependent: bool
    subject: bool
    """Names the one who acts, instead of carrying on from a clause before."""
    no_step: bool
    reason: bool
    past: bool


def collect_evidence(
    entry: CompetencyRubric,
    kind: QuestionKind,
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
    topic: frozenset[str],
    lexicons: Mapping[Language, Lexicon],
) -> tuple[Evidence, ...]:
    """What is sure enough: the surest clause for each indicator, counter-evidence, then what holds for all."""
    said = _Said(answers, join_dependents(facts, lexicons))
    negatives = tuple(_find_negatives(entry, facts, said))
    if kind in IMAGINED_KINDS:
        return (*_find_imagined(entry, _without_against(entry, facts), said, lexicons), *negatives)
    claims = choose_claims(find_claims(entry, facts, lexicons), lexicons)
    shown: dict[str, Claim] = {}
    for claim in claims:
        for indicator, _ in claim.indicators:
            shown.setdefault(indicator, claim)
    behaviours = [
        _quote(entry, indicator, 1, _weigh_behaviour(claim.fact), claim.fact, said, claim.place_of(indicator))
        for indicator, claim in shown.items()
    ]
    return (*behaviours, *negatives, *_find_structure(entry, claims, list(shown.values()), said))


def choose_claims(claims: Iterable[Claim], lexicons: Mapping[Language, Lexicon]) -> list[Claim]:
    """The sure ones, surest first; the surest act for each behaviour in any case; and, if anything is told at all, what
    is likely of the surest acts, the surest measured result and the surest lesson."""
    told = [(weigh(claim, lexicons[claim.fact.language].tagger), claim) for claim in claims]
    weighed = sorted(told, key=lambda item: item[0], reverse=True)
    ranked = [claim for _, claim in weighed]
    sure = [claim for weight, claim in weighed if weight >= THRESHOLD]
    acts = [item for item in weighed if item[1].fact.action and not item[1].result and not item[1].moves]
    is_told = len(acts) >= _FEW or any(claim.result for claim in ranked) or _is_of_one_time(ranked)
    measured = [item for item in weighed if item[1].result and item[1].fact.quantity]
    lessons = [item for item in weighed if item[1].fact.reflection]
    named = {item[1].indicators[0][0]: item for item in reversed(weighed) if item[1].indicators and item[1].fact.action}
    likely = acts[:_FEW] + measured[:_MEASURED] + lessons[:_LESSONS] if is_told else []
    lowest = LOWEST if len(told) >= _WHOLE else LOWEST_OF_FEW
    in_any_case = (*named.values(), *(item for item in likely if item[0] >= lowest))
    return sure + [claim for weight, claim in dict.fromkeys(in_any_case) if weight < THRESHOLD]


def _is_of_one_time(claims: list[Claim]) -> bool:
    facts = [claim.fact for claim in claims]
    return sum(fact.general or fact.habitual or fact.habit or fact.supposed for fact in facts) < _GENERAL


def find_claims(
    entry: CompetencyRubric, facts: tuple[ClauseFacts, ...], lexicons: Mapping[Language, Lexicon]
) -> Iterable[Claim]:
    """Every clause that says something, stands and does not speak against the competency, in order."""
    facts = _without_against(entry, facts)
    results = {fact.clause for fact in find_results(facts)}
    acts = sum(fact.action for fact in facts)
    own_acts = sum(fact.action and fact.agency == "own" for fact in facts)
    acted = 0
    words = 0
    begun = False
    known: set[str] = set()
    for fact in facts:
        # A catchword that nobody is said to have done anything about is none.
        whole = fact.agency is not None or fact.words >= _SHORTEST_REASON[fact.language]
        found = tuple(match_indicators(entry, fact)) if whole else ()
        names = {indicator for indicator, _ in found}
        phrases = _search_lexicon(lexicons[fact.language], fact.clause.text)
        claim = Claim(
            fact=fact,
            indicators=found,
            news=bool(names - known),
            result=fact.clause in results,
            acts_before=acted,
            acts=acts,
            own_acts=own_acts,
            begun=begun,
            words_before=words,
            undergone=fact.agency is None and not fact.taken_back and phrases.undergone,
            moves=phrases.moves,
        )
        if not (fact.idle or fact.taken_back):
            yield claim
        words += fact.words
        acted += fact.action
        begun = begun or fact.action or fact.when or fact.circumstance or fact.setting or fact.task
        known |= names if fact.agency else set()


def _without_against(entry: CompetencyRubric, facts: tuple[ClauseFacts, ...]) -> tuple[ClauseFacts, ...]:
    against = {fact.clause for _, fact, _ in _find_against(entry, facts)}
    return tuple(fact for fact in facts if fact.clause not in against)


def _find_imagined(
    entry: CompetencyRubric, facts: tuple[ClauseFacts, ...], said: _Said, lexicons: Mapping[Language, Lexicon]
) -> Iterable[Evidence]:
    """Where the question asks what one would do: the first step for each indicator, then the steps of none."""
    shown: dict[str, tuple[ClauseFacts, tuple[int, int]]] = {}
    steps = [fact for fact in facts if _may_be_step(fact, lexicons)]
    for fact in steps:
        reason = _search_lexicon(lexicons[fact.language], fact.clause.text).reason
        for indicator, match in match_indicators(entry, fact):
            # A reason is no step of what it speaks of: it shows what the giving of reasons shows.
            if match[0] == 0 or not reason:
                shown.setdefault(indicator, (fact, match))
    for indicator, (fact, match) in shown.items():
        yield _quote(entry, indicator, 1, _discount(BEHAVIOUR_WEIGHT, fact), fact, said, match)
    told = [fact for fact in steps if not _search_lexicon(lexicons[fact.language], fact.clause.text).reason]
    yield from _find_steps(entry, told, [fact for fact, _ in shown.values()], said)


def _may_be_step(fact: ClauseFacts, lexicons: Mapping[Language, Lexicon]) -> bool:
    """A few words without a subject are catchwords, and what was with nobody in it is the case, not a step."""
    phrases = _search_lexicon(lexicons[fact.language], fact.clause.text)
    if phrases.no_step or (phrases.past and fact.agency is None and not phrases.reason):
        return False
    named = phrases.subject or fact.language == "en"  # English carries a subject on to what is told of it alone
    return (fact.agency is not None and named) or fact.words >= _SHORTEST_REASON[fact.language]


def match_indicators(entry: CompetencyRubric, fact: ClauseFacts) -> list[tuple[str, tuple[int, int]]]:
    """At most two for a clause: a row of catchwords is no behaviour."""
    found: list[tuple[str, tuple[int, int]]] = []
    for indicator in () if fact.taken_back else entry.indicators:
        span = _search_indicator(indicator, fact.language, fact.clause.text)
        if span and not (fact.negation_at is not None and fact.negation_at < span[1]):
            found.append((indicator.id, span))
    return found[:_INDICATORS_PER_CLAUSE]


@lru_cache(maxsize=32768)
def _search_indicator(indicator: Indicator, language: Language, text: str) -> tuple[int, int] | None:
    """Kept, since a growing answer is read anew with every piece that comes. By what the pattern belongs to: its own
    hash reads all of its compiled code each time."""
    match = indicator.patterns[language].search(text)
    return match.span() if match else None


@lru_cache(maxsize=8192)
def _search_lexicon(lexicon: Lexicon, text: str) -> _Phrases:
    return _Phrases(
        undergone=lexicon.undergone.search(text) is not None,
        moves=lexicon.moves.search(text) is not None,
        dependent=lexicon.dependent.search(text) is not None,
        subject=lexicon.own.search(text) is not None or lexicon.team.search(text) is not None,
        no_step=lexicon.no_step.search(text) is not None,
        reason=_REASON.match(text) is not None,
        past=_WAS.search(text) is not None and _MAY.search(text) is None,
    )


def _find_negatives(entry: CompetencyRubric, facts: tuple[ClauseFacts, ...], said: _Said) -> Iterable[Evidence]:
    told: set[str] = set()
    for indicator, fact, span in _find_against(entry, facts):
        if indicator not in told:
            told.add(indicator)
            yield _quote(entry, indicator, -1, 1.0, fact, said, span)


def _find_against(
    entry: CompetencyRubric, facts: tuple[ClauseFacts, ...]
) -> Iterable[tuple[str, ClauseFacts, tuple[int, int]]]:
    for indicator in entry.negatives:
        for fact in facts:
            span = _search_indicator(indicator, fact.language, fact.clause.text)
            # A pattern may itself hold the negation ("not my job"); only one before it denies it.
            if span and not (fact.negation_at is not None and fact.negation_at < span[0]):
                yield indicator.id, fact, span


def _find_structure(
    entry: CompetencyRubric, claims: list[Claim], quoted: list[Claim], said: _Said
) -> Iterable[Evidence]:
    """`quoted`: those that show a behaviour already. One of them that is an own act is quoted for both."""
    acts = [claim.fact for claim in claims if claim.fact.action and not claim.fact.reflection]
    known = [claim.fact for claim in quoted]
    results = [claim.fact for claim in claims if claim.result]
    own = [fact for fact in acts if fact.agency == "own"]
    both = [fact for fact in own if fact in known][:1]
    for fact in both + [fact for fact in own if fact not in known and fact not in results]:
        yield _quote(entry, "own_action", 1, STRUCTURE_WEIGHTS["own_action"], fact, said)
    for fact in acts:
        if fact.agency == "team" and fact not in known and fact not in results:
            yield _quote(entry, "team_action", 1, STRUCTURE_WEIGHTS["team_action"], fact, said)
    for claim in claims:
        if claim.undergone and claim.fact not in known and claim.fact not in results and not claim.fact.reflection:
            yield _quote(entry, "team_action", 1, STRUCTURE_WEIGHTS["team_action"], claim.fact, said)
    for fact in results:
        kind = "measured_result" if fact.quantity else "result"
        yield _quote(entry, kind, 1, STRUCTURE_WEIGHTS[kind], fact, said)
    lessons = [claim.fact for claim in claims if claim.fact.reflection]
    for fact in lessons:
        yield _quote(entry, "reflection", 1, STRUCTURE_WEIGHTS["reflection"], fact, said)
    for claim in claims:
        # Sure by its wording, though no rule knows what is done in it.
        fact = claim.fact
        if not (fact.action or claim.undergone or fact in known or fact in results or fact in lessons):
            kind = "own_action" if fact.agency == "own" else "team_action"
            yield _quote(entry, kind, 1, STRUCTURE_WEIGHTS[kind], fact, said)


def _find_steps(
    entry: CompetencyRubric,
    facts: list[ClauseFacts],
    quoted: list[ClauseFacts],
    said: _Said,
) -> Iterable[Evidence]:
    """Where the question asks what one would do: the steps of no indicator."""
    steps = [fact for fact in facts if (fact.action or (fact.supposed and fact.agency)) and fact not in quoted]
    for fact in steps[: max(0, _STEPS - len(quoted))]:
        yield _quote(entry, "own_action", 1, STRUCTURE_WEIGHTS["own_action"], fact, said)


def _weigh_behaviour(fact: ClauseFacts) -> float:
    """1 for what was done, less for what is only said in general."""
    return _discount(BEHAVIOUR_WEIGHT if fact.action or fact.reflection else BEHAVIOUR_WEIGHT / 2, fact)


def _discount(weight: float, fact: ClauseFacts) -> float:
    return weight * 0.5 if fact.vague and not (fact.quantity or fact.when) else weight


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
    said: _Said,
    match: tuple[int, int] | None = None,
) -> Evidence:
    answer = said.answers[fact.clause.turn_index]
    start, end = narrow(fact, match, _QUOTE_WORDS[fact.language])
    if end == fact.clause.char_end:
        end = said.ends.get(fact.clause, end)
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


def join_dependents(facts: tuple[ClauseFacts, ...], lexicons: Mapping[Language, Lexicon]) -> Mapping[Clause, int]:
    """ "I asked him", "what he had seen": up to the longest quote, as long as nothing new is told."""
    ends: dict[Clause, int] = {}
    for index, fact in enumerate(facts):
        end, words = fact.clause.char_end, fact.words
        for follower in facts[index + 1 :]:
            near = (
                follower.clause.turn_index == fact.clause.turn_index
                and follower.clause.sentence == fact.clause.sentence
            )
            words += follower.words
            told = follower.action or follower.outcome or follower.reflection
            depends = _search_lexicon(lexicons[follower.language], follower.clause.text).dependent
            if not near or told or not depends or words > _QUOTE_WORDS[fact.language]:
                break
            end = follower.clause.char_end
        if end > fact.clause.char_end:
            ends[fact.clause] = end
    return ends


def narrow(fact: ClauseFacts, match: tuple[int, int] | None, limit: int) -> tuple[int, int]:
    """Original span of the clause, or of `limit` words of a longer one with the match among them."""
    clause = fact.clause
    words = word_spans(clause.text, fact.language)
    if len(words) <= limit:
        return clause.char_start, clause.char_end
    last = next((i for i, (_, end) in enumerate(words) if match and end >= match[1]), 0)
    first = max(0, last - limit + 1)
    return clause.span(words[first][0], words[min(first + limit, len(words)) - 1][1])
