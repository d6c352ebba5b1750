"""What each clause of an answer is: whose act, real or imagined, when, why, with what result.

Clauses about who a person is, and clauses addressed to the rater, are left out here: nothing after this
module ever sees them. A clause said before is left out too, so repetition adds nothing, even where what is said
again runs into what follows it without a mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.pieces import cut_pieces
from realtime_scoring.tagger import Odds
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
    supposed: bool
    """Said of what would be, or carrying on from such a clause."""
    habitual: bool
    general: bool
    habit: bool
    """Something done as a rule, told of nobody's one occasion."""
    vague: bool
    when: bool
    circumstance: bool
    setting: bool
    task: bool
    outcome: bool
    quantity: bool
    degree: bool
    reflection: bool
    negation_at: int | None
    """Where in the clause's text a negation begins: what stands after it is denied."""
    placed: bool
    """Says where, when or why it was."""
    taken_back: bool = False
    odds: Odds = field(default_factory=Odds)
    """That it is evidence, by its wording alone."""
    idle: bool = False
    """A boast, or catchwords: evidence of nothing."""


def read_facts(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> tuple[ClauseFacts, ...]:
    """Facts of every distinct clause in order of speech; retracted acts are taken back."""
    return _judge_wording(find_facts(answers, lexicons), lexicons)


def find_facts(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> tuple[ClauseFacts, ...]:
    """By the rules alone."""
    facts: list[ClauseFacts] = []
    said: set[str] = set()
    for turn_index, answer in enumerate(answers):
        lexicon = lexicons[answer.language]
        previous: ClauseFacts | None = None
        actor: ClauseFacts | None = None
        others_in, acted = -1, False
        for clause in split_clauses(answer, turn_index, lexicon):
            marks = _mark(clause.text, lexicon)
            if marks.left_out:
                previous = None
                continue
            if marks.retraction:
                # Said twice, it still takes back one thing.
                facts = facts if clause.text in said else _retract(facts, clause, lexicon)
                said.add(clause.text)
                previous = None
                continue
            others_in = clause.sentence if marks.others else -1 if marks.agency else others_in
            carries_on = marks.carries_on and marks.agency is None and not marks.others
            subject = _find_subject(clause, previous, actor, others_in, lexicon) if carries_on else None
            fact = _read_clause(clause, answer.language, subject, lexicon)
            if fact.action and not acted and lexicon.scene.search(clause.text):
                fact = replace(fact, action=False, setting=True)
            acted = acted or fact.action
            if previous is not None and previous.clause.sentence == clause.sentence:
                fact = _carry_lesson(previous, fact, lexicon)
            previous = fact
            actor = fact if fact.action or (fact.agency and lexicon.language == "zh-CN") else actor
            key = clause.text[strip_lead_in(clause.text, lexicon) :]
            if not any(one.startswith(key) for one in said):
                said.add(key)
                facts.append(fact)
    return tuple(_without_habits(facts))


def _find_subject(
    clause: Clause, previous: ClauseFacts | None, actor: ClauseFacts | None, others_in: int, lexicon: Lexicon
) -> ClauseFacts | None:
    """Whose subject a clause without one carries on: within a sentence, and beyond it after "then", "又" ...

    In Chinese the one who acts stays the subject until somebody else is named (Li and Thompson 1981, topic chains):
    `others_in` is the sentence where somebody was, or -1.
    """
    near = previous is not None and previous.clause.sentence == clause.sentence
    if near and (lexicon.language == "en" or (previous is not None and previous.agency)):
        return previous
    goes_on = lexicon.carries_on.match(clause.text) is not None
    if lexicon.language == "en":
        return actor if goes_on else None
    if actor is not None and (goes_on or others_in != clause.sentence):
        # From afar only what is plainly told as done is carried on, or what "then" ties to what one would do.
        return replace(actor, action=False, supposed=actor.supposed and goes_on)
    return previous if near else None


def _carry_lesson(previous: ClauseFacts, fact: ClauseFacts, lexicon: Lexicon) -> ClauseFacts:
    """What "I understood then," only announces is said by the next clause."""
    if previous.outcome or not lexicon.lesson_follows.search(previous.clause.text):
        return fact
    return replace(fact, reflection=True)


def _without_habits(facts: list[ClauseFacts]) -> list[ClauseFacts]:
    """Where all is told as a rule and nothing as an occasion, what sounds like an act is a habit too."""
    said = sum(fact.general or fact.habitual for fact in facts)
    acts = sum(fact.action and not fact.general and not fact.habitual for fact in facts)
    if said < 2 or acts >= 2 * said or any(fact.when for fact in facts):
        return facts
    return [replace(fact, action=False, habit=fact.habit or fact.action) for fact in facts]


SURE = 50
VERY_SURE = 250
"""In hundredths of log odds: so sure the wording is one of a result, or a lesson; so sure it is none, whatever the
rules found."""

_FEWEST_CLAUSES = 4
"""The table was found from whole answers: of fewer clauses it denies nothing that the rules found."""

_CATCHWORDS: dict[Language, int] = {"en": 3, "zh-CN": 5}
"""Fewer words than these that the rules find nothing in are a list of catchwords, or nothing."""


def _judge_wording(facts: tuple[ClauseFacts, ...], lexicons: Mapping[Language, Lexicon]) -> tuple[ClauseFacts, ...]:
    """Boasts and catchwords say nothing, and nothing is judged by standing beside them."""
    whole = len(facts) >= _FEWEST_CLAUSES
    telling = leave_out_idle(facts, lexicons)
    judged: dict[Clause, ClauseFacts] = {}
    for index, fact in enumerate(telling):
        odds = lexicons[fact.language].tagger.judge(describe(telling, index))
        outcome = odds.result > SURE or (fact.outcome and not (whole and odds.result <= -VERY_SURE))
        lesson = odds.lesson > SURE or (fact.reflection and not (whole and odds.lesson <= -VERY_SURE))
        stands = not fact.taken_back and not fact.supposed
        judged[fact.clause] = replace(fact, odds=odds, outcome=outcome and stands, reflection=lesson)
    return tuple(judged.get(fact.clause, replace(fact, idle=True)) for fact in facts)


def leave_out_idle(facts: tuple[ClauseFacts, ...], lexicons: Mapping[Language, Lexicon]) -> tuple[ClauseFacts, ...]:
    return tuple(fact for fact in facts if not _is_idle(fact, lexicons[fact.language]))


def _is_idle(fact: ClauseFacts, lexicon: Lexicon) -> bool:
    if lexicon.boast.search(fact.clause.text):
        return not fact.action
    few = fact.agency is None and fact.words < _CATCHWORDS[fact.language]
    return few and not any(holds(fact) for _, holds in _TOLD)


_TOLD: tuple[tuple[str, Callable[[ClauseFacts], bool]], ...] = (
    ("action", lambda fact: fact.action),
    ("intended", lambda fact: fact.intended),
    ("supposed", lambda fact: fact.supposed),
    ("habitual", lambda fact: fact.habitual),
    ("general", lambda fact: fact.general),
    ("habit", lambda fact: fact.habit),
    ("vague", lambda fact: fact.vague),
    ("when", lambda fact: fact.when),
    ("circumstance", lambda fact: fact.circumstance),
    ("setting", lambda fact: fact.setting),
    ("task", lambda fact: fact.task),
    ("outcome", lambda fact: fact.outcome),
    ("quantity", lambda fact: fact.quantity),
    ("degree", lambda fact: fact.degree),
    ("reflection", lambda fact: fact.reflection),
    ("placed", lambda fact: fact.placed),
    ("taken_back", lambda fact: fact.taken_back),
)
"""What of the facts the tagger is told."""


def describe(facts: tuple[ClauseFacts, ...], index: int) -> frozenset[str]:
    """What the tagger knows a clause by."""
    fact = facts[index]
    found = [name for name, holds in _TOLD if holds(fact)]
    return cut_pieces(
        fact.clause.text,
        facts[index - 1].clause.text if index else "",
        facts[index + 1].clause.text if index + 1 < len(facts) else "",
        index / len(facts),
        [*found, f"agency {fact.agency}"],
        fact.language,
    )


def strip_lead_in(text: str, lexicon: Lexicon) -> int:
    """Where the clause begins behind "and", "then", "因为" ..."""
    start = 0
    while (match := lexicon.lead_in.match(text, start)) and match.end() > start:
        start = match.end()
        while start < len(text) and text[start] in " ,":
            start += 1
    return start if start < len(text) else 0


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a clause is by its own words, whatever stands before it."""

    words: int
    negation_at: int | None
    hypothetical: bool
    intended: bool
    general: bool
    habitual: bool
    vague: bool
    when: bool
    circumstance: bool
    setting: bool
    task: bool
    others: bool
    agency: Agency | None
    action: bool
    carries_on: bool
    """Would be an act of whoever acted before."""
    done: bool
    mishap: bool
    outcome: bool
    outcome_marker: bool
    quantity: bool
    degree: bool
    reflection: bool
    left_out: bool
    retraction: bool
    placed: bool


@lru_cache(maxsize=8192)
def _mark(text: str, lexicon: Lexicon) -> _Marks:
    """Kept, since a growing answer is read anew with every piece that comes."""
    negation = lexicon.negation.search(text)
    negation_at = negation.start() if negation else None
    supposed = lexicon.hypothetical.search(text)
    act = lexicon.action.search(text)
    # "I told her there was nothing I could do": what was done stands before what was thought.
    hypothetical = supposed is not None and (act is None or supposed.start() <= act.start())
    general = lexicon.general.search(text) is not None
    others = lexicon.others.match(text) is not None
    agency = None if others else _find_agency(text, lexicon)
    result = lexicon.outcome.search(text)
    aim = lexicon.aim.search(text)
    aim_at = aim.start() if aim else None
    starts = (0, strip_lead_in(text, lexicon))
    return _Marks(
        words=count_words(text, lexicon.language),
        negation_at=negation_at,
        hypothetical=hypothetical,
        intended=lexicon.intended_action.search(text) is not None,
        general=general,
        habitual=lexicon.habitual.search(text) is not None,
        vague=lexicon.vague.search(text) is not None,
        when=lexicon.when.search(text) is not None,
        circumstance=lexicon.circumstance.search(text) is not None,
        setting=lexicon.setting.search(text) is not None,
        task=lexicon.task.search(text) is not None,
        others=others,
        agency=agency,
        action=agency is not None and not hypothetical and not general and _find_action(text, negation_at, lexicon),
        carries_on=any(lexicon.action_without_subject.match(text, start) for start in starts),
        # In English the verb itself shows that it was done; in Chinese its mark, or what it carries on from.
        done=lexicon.language == "en" or lexicon.done.search(text) is not None,
        mishap=lexicon.mishap.search(text) is not None,
        # "Nobody complained" is a result; "we did not improve" is none.
        outcome=result is not None and not any(at is not None and at < result.start() for at in (negation_at, aim_at)),
        outcome_marker=negation_at is None and lexicon.outcome_marker.search(text) is not None,
        quantity=lexicon.quantity.search(text) is not None,
        degree=lexicon.degree.search(text) is not None,
        reflection=lexicon.reflection.search(text) is not None,
        left_out=any(pattern.search(text) for pattern in (lexicon.about_person, lexicon.to_the_rater, lexicon.aside)),
        retraction=lexicon.retraction.search(text) is not None,
        placed=lexicon.placed.search(text) is not None,
    )


def _read_clause(clause: Clause, language: Language, previous: ClauseFacts | None, lexicon: Lexicon) -> ClauseFacts:
    marks = _mark(clause.text, lexicon)
    agency, action, supposed = marks.agency, marks.action, marks.hypothetical
    if previous is not None and previous.agency:
        # "I called the customer, explained the delay and ...": the subject carries on.
        supposed = supposed or previous.supposed
        told = marks.done or previous.action or previous.supposed
        agency = previous.agency if told or lexicon.language == "en" else None
        action = told and not supposed and not marks.general
    action = action and not marks.mishap
    outcome = marks.outcome or (marks.outcome_marker and action)
    return ClauseFacts(
        clause=clause,
        language=language,
        words=marks.words,
        agency=agency,
        action=action,
        supposed=supposed,
        intended=supposed and marks.intended,
        habitual=marks.habitual,
        general=marks.general,
        habit=agency is not None and not action and marks.intended,
        vague=marks.vague,
        when=marks.when,
        circumstance=marks.circumstance,
        setting=marks.setting,
        task=marks.task,
        outcome=outcome and not supposed and not marks.task and not (marks.general and language == "zh-CN"),
        quantity=marks.quantity,
        degree=marks.degree,
        reflection=marks.reflection,
        negation_at=marks.negation_at,
        placed=marks.placed,
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
    """Takes back the acts that share a word with the retraction; if none does, the latest act: one's own, if any."""
    words = content_tokens(retraction.text, lexicon.language, lexicon)
    acts = [index for index, fact in enumerate(facts) if fact.action or fact.outcome]
    acts = [index for index in acts if facts[index].agency != "team"] or acts
    meant = [
        index for index in acts if words & content_tokens(facts[index].clause.text, facts[index].language, lexicon)
    ] or acts[-1:]
    return [
        replace(fact, action=False, outcome=False, agency=None, taken_back=True) if index in meant else fact
        for index, fact in enumerate(facts)
    ]


def tokens_of(facts: Iterable[ClauseFacts], lexicons: Mapping[Language, Lexicon]) -> frozenset[str]:
    found: set[str] = set()
    for fact in facts:
        found |= content_tokens(fact.clause.text, fact.language, lexicons[fact.language])
    return frozenset(found)
