"""How surely a clause is evidence: features that are told of it, weighed with its wording by the language's tagger.

The weights are those of a logistic regression (Cox 1958), see `realtime_scoring.tagger`. What is sure enough is quoted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from realtime_scoring.features import ClauseFacts
from realtime_scoring.tagger import Tagger
from realtime_scoring.types import Language

THRESHOLD = 60
"""In hundredths of log odds: what weighs as much is quoted."""

LOWEST, LOWEST_OF_FEW = -200, -375
"""What weighs less is quoted only where it names a behaviour."""

_AFTERTHOUGHTS = 1

_SHORT: dict[Language, int] = {"en": 4, "zh-CN": 5}
_LONG: dict[Language, int] = {"en": 8, "zh-CN": 12}
_OPENING: dict[Language, int] = {"en": 12, "zh-CN": 18}
"""Words, in Chinese characters."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause, and where in its story it stands."""

    fact: ClauseFacts
    indicators: tuple[tuple[str, tuple[int, int]], ...]
    """Behaviours it may show, with the place of the words that say so."""
    news: bool
    """Shows a behaviour that no clause before it showed."""
    result: bool
    acts_before: int
    begun: bool
    """Something of the occasion was told before: when or where it was, or what was the matter."""
    acts: int
    """In the whole story."""
    own_acts: int
    words_before: int
    undergone: bool
    """Something done by nobody in particular."""
    moves: bool

    @property
    def at_the_end(self) -> bool:
        """Behind all that was done, or nearly all."""
        return 0 < self.acts <= self.acts_before + _AFTERTHOUGHTS and not self.fact.action

    def place_of(self, indicator: str) -> tuple[int, int] | None:
        return next((place for name, place in self.indicators if name == indicator), None)


@dataclass(frozen=True, slots=True)
class Feature:
    name: str
    holds: Callable[[Claim], bool]

    @property
    def piece(self) -> str:
        """By which the tagger knows it."""
        return f"! {self.name}"


BASE = "!"
"""The piece that every claim has."""


FEATURES: tuple[Feature, ...] = (
    Feature("own", lambda claim: claim.fact.agency == "own"),
    Feature("team", lambda claim: claim.fact.agency == "team"),
    Feature("act", lambda claim: claim.fact.action),
    Feature("behaviour", lambda claim: bool(claim.indicators)),
    Feature("behaviour_of_somebody", lambda claim: bool(claim.indicators) and claim.fact.agency is not None),
    Feature("behaviour_not_shown_before", lambda claim: claim.news and claim.fact.action),
    Feature("outcome", lambda claim: claim.fact.outcome),
    Feature("measured", lambda claim: claim.result and claim.fact.quantity),
    Feature("lesson", lambda claim: claim.fact.reflection),
    Feature("number", lambda claim: claim.fact.quantity),
    Feature("after_an_act", lambda claim: claim.acts_before > 0),
    Feature("begun", lambda claim: claim.begun),
    Feature("acts", lambda claim: claim.acts > 2),
    Feature("later", lambda claim: claim.words_before >= _OPENING[claim.fact.language]),
    Feature("undergone", lambda claim: claim.undergone and claim.acts_before > 0),
    Feature("undergone_by_a_team", lambda claim: claim.undergone and claim.own_acts == 0 and claim.fact.words > 3),
    Feature("moves", lambda claim: claim.moves),
    Feature("habit_after_acts", lambda claim: claim.fact.habit and claim.acts_before > 1),
    Feature("number_at_the_end", lambda claim: claim.at_the_end and claim.fact.quantity),
    Feature("past_at_the_end", lambda claim: claim.at_the_end and claim.result),
    Feature("somebody_else", lambda claim: claim.fact.agency is None and claim.acts_before > 0),
    Feature("short_act", lambda claim: claim.fact.action and claim.fact.words < _LONG[claim.fact.language] - 3),
    Feature("story", lambda claim: claim.acts > 0),
    Feature("long", lambda claim: claim.fact.words >= _LONG[claim.fact.language]),
    Feature("short", lambda claim: claim.fact.words < _SHORT[claim.fact.language]),
    Feature("when", lambda claim: claim.fact.when),
    Feature("circumstance", lambda claim: claim.fact.circumstance),
    Feature("task", lambda claim: claim.fact.task),
    Feature("supposed", lambda claim: claim.fact.supposed),
    Feature("vague", lambda claim: claim.fact.vague),
)


def weigh(claim: Claim, tagger: Tagger) -> int:
    """Log odds that the clause is evidence, in hundredths."""
    features = (feature.piece for feature in FEATURES if feature.holds(claim))
    return claim.fact.odds.evidence + tagger.judge((BASE, *features)).evidence
