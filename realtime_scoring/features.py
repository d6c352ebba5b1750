"""What each clause of an answer is: whose act, real or imagined, when, why, with what result.

Clauses about who a person is, and clauses addressed to the rater, are left out here: nothing after this
module ever sees them. A clause said before is left out too, so repetition adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.text import Clause, content_tokens, count_words, split_clauses
from realtime_scoring.types import AnswerText, Language

Agency = Literal["own", "team"]


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """`action` is something really done; `intended` something one would do."""

    clause: Clause
    language: Language
    words: int
    agency: Agency | None
    action: bool
    intended: bool
    habitual: bool
    vague: bool
    when: bool
    circumstance: bool
    task: bool
    outcome: bool
    quantity: bool
    reflection: bool
    negation_at: int | None
    """Where in the clause's text a negation begins: what stands after it is denied."""


def read_facts(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> tuple[ClauseFacts, ...]:
    """Facts of every distinct clause in order of speech; retracted acts are taken back."""
    facts: list[ClauseFacts] = []
    said: set[str] = set()
    for turn_index, answer in enumerate(answers):
        lexicon = lexicons[answer.language]
        previous: ClauseFacts | None = None
        for clause in split_clauses(answer, turn_index, lexicon):
            if lexicon.about_person.search(clause.text) or lexicon.to_the_rater.search(clause.text):
                previous = None
                continue
            if lexicon.retraction.search(clause.text):
                facts = _retract(facts, clause, lexicon)
                previous = None
                continue
            fact = _read_clause(clause, answer.language, previous, lexicon)
            previous = fact
            key = clause.text[strip_lead_in(clause.text, lexicon) :]
            if key not in said:
                said.add(key)
                facts.append(fact)
    return tuple(facts)


def strip_lead_in(text: str, lexicon: Lexicon) -> int:
    """Where the clause begins behind "and", "then", "因为" ..."""
    start = 0
    while (match := lexicon.lead_in.match(text, start)) and match.end() > start:
        start = match.end()
        while start < len(text) and text[start] in " ,":
            start += 1
    return start if start < len(text) else 0


def _read_clause(clause: Clause, language: Language, previous: ClauseFacts | None, lexicon: Lexicon) -> ClauseFacts:
    text = clause.text
    negation = lexicon.negation.search(text)
    negation_at = negation.start() if negation else None
    hypothetical = lexicon.hypothetical.search(text) is not None
    agency = _find_agency(text, lexicon)
    action = agency is not None and not hypothetical and _find_action(text, negation_at, lexicon)
    if agency is None and previous is not None and previous.clause.sentence == clause.sentence:
        # "I called the customer, explained the delay and ...": the subject carries on.
        starts = (0, strip_lead_in(text, lexicon))
        acts = [match for start in starts if (match := lexicon.action_without_subject.match(text, start))]
        if previous.agency and acts:
            # In English the verb itself shows that it was done; in Chinese its 了, or what it carries on from.
            done = language == "en" or previous.action or any("了" in match.group() for match in acts)
            agency, action = previous.agency, done and not previous.intended
    outcome = lexicon.outcome.search(text) is not None or (lexicon.outcome_marker.search(text) is not None and action)
    return ClauseFacts(
        clause=clause,
        language=language,
        words=count_words(text, language),
        agency=agency,
        action=action,
        intended=hypothetical and lexicon.intended_action.search(text) is not None,
        habitual=lexicon.habitual.search(text) is not None,
        vague=lexicon.vague.search(text) is not None,
        when=lexicon.when.search(text) is not None,
        circumstance=lexicon.circumstance.search(text) is not None,
        task=lexicon.task.search(text) is not None,
        outcome=outcome and not hypothetical and negation is None,
        quantity=lexicon.quantity.search(text) is not None,
        reflection=lexicon.reflection.search(text) is not None,
        negation_at=negation_at,
    )


def _find_agency(text: str, lexicon: Lexicon) -> Agency | None:
    """Whoever is named first as the one who acts."""
    own, team = lexicon.own.search(text), lexicon.team.search(text)
    if own and (team is None or own.start() < team.start()):
        return "own"
    return "team" if team else None


def _find_action(text: str, negation_at: int | None, lexicon: Lexicon) -> bool:
    return any(
        not lexicon.stative.match(text, match.start()) and not is_denied(match, negation_at)
        for match in lexicon.action.finditer(text)
    )


def is_denied(match: re.Match[str], negation_at: int | None) -> bool:
    return negation_at is not None and negation_at < match.end()


def _retract(facts: list[ClauseFacts], retraction: Clause, lexicon: Lexicon) -> list[ClauseFacts]:
    """Takes back the acts that share a word with the retraction; if none does, the latest act."""
    words = content_tokens(retraction.text, lexicon.language, lexicon)
    acts = [index for index, fact in enumerate(facts) if fact.action or fact.outcome]
    meant = [
        index for index in acts if words & content_tokens(facts[index].clause.text, facts[index].language, lexicon)
    ] or acts[-1:]
    return [
        replace(fact, action=False, outcome=False, agency=None) if index in meant else fact
        for index, fact in enumerate(facts)
    ]


def tokens_of(facts: Iterable[ClauseFacts], lexicons: Mapping[Language, Lexicon]) -> frozenset[str]:
    found: set[str] = set()
    for fact in facts:
        found |= content_tokens(fact.clause.text, fact.language, lexicons[fact.language])
    return frozenset(found)
