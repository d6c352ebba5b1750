"""The features of a clause: each holds where it says it does. What they weigh is fitted, and the gold set holds it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from realtime_scoring import claims, evidence
from realtime_scoring.claims import (
    _AFTERTHOUGHTS,
    _LONG,
    _OPENING,
    _SHORT,
    BASE,
    FEATURES,
    THRESHOLD,
    Claim,
    weigh,
)
from realtime_scoring.tagger import Odds, Tagger
from realtime_scoring.types import Language
from tests.unit.scoring.material import ENGINE
from tests.unit.scoring.rules.clauses import mark_each

_DEFAULTS: dict[str, Any] = {"bool": False, "int": 0, "float": 0.0}
SHOWN: dict[str, Any] = {"indicators": (("packs", (0, 4)),)}


def claim(language: Language = "en", *, words: int = 9, **given: Any) -> Claim:
    """`given`: of the claim or of its clause; nothing else holds of it."""
    of_claim = {field.name: _DEFAULTS.get(str(field.type), ()) for field in fields(Claim)}
    (fact,) = mark_each(
        ["quux zork"], [{"words": words} | {name: one for name, one in given.items() if name not in of_claim}], language
    )
    own = {name: one for name, one in given.items() if name in of_claim}
    return Claim(**{**of_claim, **own, "fact": fact})


def holding(one: Claim) -> set[str]:
    return {feature.name for feature in FEATURES if feature.holds(one)}


KNOWN = {feature.name for feature in FEATURES}


@pytest.mark.parametrize(
    ("given", "there", "absent"),
    [
        ({}, set(), {"own", "team", "act", "behaviour", "outcome", "story", "acts", "begun", "short", "denied"}),
        ({"agency": "own"}, {"own"}, {"team", "somebody_else"}),
        ({"agency": "team"}, {"team"}, {"own", "somebody_else"}),
        ({"action": True}, {"act"}, {"behaviour_done", "behaviour_not_shown_before"}),
        (SHOWN, {"behaviour"}, {"behaviour_of_somebody", "behaviour_done"}),
        (SHOWN | {"agency": "own"}, {"behaviour", "behaviour_of_somebody"}, {"behaviour_done"}),
        (SHOWN | {"action": True}, {"behaviour", "behaviour_done"}, {"behaviour_of_somebody"}),
        ({"news": True}, set(), {"behaviour_not_shown_before"}),
        ({"news": True, "action": True}, {"behaviour_not_shown_before"}, set()),
        ({"outcome": True}, {"outcome"}, {"result", "measured"}),
        ({"result": True}, {"result"}, {"outcome", "measured"}),
        ({"result": True, "quantity": True}, {"result", "measured", "number"}, set()),
        ({"quantity": True}, {"number"}, {"measured"}),
        ({"reflection": True}, {"lesson"}, set()),
        ({"acts_before": 1}, {"after_an_act", "somebody_else"}, {"story"}),
        ({"acts_before": 1, "agency": "team"}, {"after_an_act"}, {"somebody_else"}),
        ({"begun": True}, {"begun"}, set()),
        ({"acts": 1}, {"story"}, {"acts"}),
        ({"acts": 2}, {"story"}, {"acts"}),
        ({"acts": 3}, {"story", "acts"}, set()),
        ({"undergone": True}, set(), {"undergone"}),
        ({"undergone": True, "acts_before": 1}, {"undergone"}, set()),
        ({"moves": True}, {"moves"}, set()),
        ({"habit": True, "acts_before": 1}, {"habit"}, {"habit_after_acts"}),
        ({"habit": True, "acts_before": 2}, {"habit", "habit_after_acts"}, set()),
        ({"when": True}, {"when"}, set()),
        ({"circumstance": True}, {"circumstance"}, set()),
        ({"setting": True}, {"setting"}, set()),
        ({"task": True}, {"task"}, set()),
        ({"supposed": True}, {"supposed"}, set()),
        ({"general": True}, {"general"}, set()),
        ({"habitual": True}, {"general"}, set()),
        ({"vague": True}, {"vague"}, set()),
        ({"negation_at": 0}, {"denied"}, set()),
    ],
)
def test_what_holds_of_a_clause(given: dict[str, Any], there: set[str], absent: set[str]) -> None:
    held = holding(claim(**given))
    assert there & KNOWN <= held
    assert not absent & held


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_length_is_counted_in_words_of_each_language(language: Language) -> None:
    long, short, opening = _LONG[language], _SHORT[language], _OPENING[language]
    assert [("long" in holding(claim(language, words=words))) for words in (long - 1, long)] == [False, True]
    assert [("short" in holding(claim(language, words=words))) for words in (short - 1, short)] == [True, False]
    before = [claim(language, words_before=words) for words in (opening - 1, opening)]
    assert [("later" in holding(one)) for one in before] == [False, True]
    acts = [claim(language, words=words, action=True) for words in (long - 4, long - 3)]
    assert [("short_act" in holding(one)) for one in acts] == [True, False]
    assert "short_act" not in holding(claim(language, words=1))


@pytest.mark.parametrize(
    ("acts", "acts_before", "action", "at_the_end"),
    [
        (0, 0, False, False),
        (1, 1, False, True),
        (1, 1, True, False),
        (9, 9 - _AFTERTHOUGHTS, False, True),
        (9, 9 - _AFTERTHOUGHTS - 1, False, False),
        (9, 9, False, True),
    ],
)
def test_the_end_is_behind_nearly_all_acts(acts: int, acts_before: int, action: bool, at_the_end: bool) -> None:
    assert claim(acts=acts, acts_before=acts_before, action=action).at_the_end is at_the_end
    ends = {"number_at_the_end", "past_at_the_end"}
    told = claim(acts=acts, acts_before=acts_before, action=action, quantity=True, result=True)
    assert ends & holding(told) == (ends & KNOWN if at_the_end else set())
    assert not ends & holding(claim(acts=acts, acts_before=acts_before, action=action))


TAGGER = Tagger(
    "en",
    {
        BASE: (-640, 0, 0),
        "! own": (60, 0, 0),
        "! act": (180, 0, 0),
        "! after_an_act": (70, 0, 0),
        "! begun": (90, 0, 0),
        "! acts": (80, 0, 0),
        "! story": (110, 0, 0),
        "! long": (70, 0, 0),
        "! short": (40, 0, 0),
        "! short_act": (-70, 0, 0),
        "! vague": (-60, 0, 0),
    },
)


def test_weights_add_up_with_those_of_the_wording() -> None:
    one = claim(agency="own", action=True, acts=1)
    assert holding(one) == {"own", "act", "story", "long"}
    assert weigh(one, TAGGER) == -640 + 60 + 180 + 110 + 70
    assert weigh(claim(agency="own", action=True, acts=1, odds=Odds(evidence=25)), TAGGER) == weigh(one, TAGGER) + 25
    assert weigh(one, Tagger("en", {})) == 0


def test_a_clause_is_sure_from_the_threshold_on(monkeypatch: pytest.MonkeyPatch) -> None:
    said = claim()
    for weight, sure in ((THRESHOLD - 1, False), (THRESHOLD, True), (THRESHOLD + 1, True)):
        for module in (claims, evidence):
            monkeypatch.setattr(module, "weigh", lambda *_, weight=weight: weight)
        assert list(evidence.choose_claims([said], ENGINE.lexicons)) == ([said] if sure else [])


def test_a_told_act_is_surer_than_nothing_and_a_short_one_less_sure() -> None:
    told: dict[str, Any] = {"agency": "own", "action": True, "acts": 3, "acts_before": 1, "begun": True}
    act = weigh(claim(**told), TAGGER)
    assert act > weigh(claim(), TAGGER)
    assert weigh(claim(**told, words=2), TAGGER) < act
    assert weigh(claim(**told, vague=True), TAGGER) < act
    assert weigh(claim(), TAGGER) < THRESHOLD


def test_where_a_behaviour_stands() -> None:
    one = claim(indicators=(("packs", (0, 4)), ("labels", (5, 9))))
    assert [one.place_of(name) for name in ("packs", "labels", "loads")] == [(0, 4), (5, 9), None]
