"""Why nothing was asked of a language model, and why nothing was taken of its answer. Codes are stable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Source = Literal["embedded", "llm", "hybrid"]
"""Who made a text or a level: the rules alone, a language model, or both."""


class Withholding(StrEnum):
    SENSITIVE = "sensitive"
    """Somebody told of private life or of something grave: that stays here."""
    SPEAKS_TO_MACHINE = "speaks_to_machine"
    """Somebody tells a model what to do, or seems to: none hears it."""
    NOTHING_TO_READ = "nothing_to_read"
    TOO_LONG = "too_long"
    FIXED_WORDS = "fixed_words"
    """The question itself is put in the same words to everybody."""
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    """A legal result of the rules, which no model turns into a level."""
    UNKNOWN_COMPETENCY = "unknown_competency"


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing is sent."""

    reason: Withholding


class Refusal(StrEnum):
    MALFORMED = "malformed"
    KIND = "kind_not_allowed"
    LENGTH = "too_long"
    NO_QUESTION = "no_question"
    SEVERAL_QUESTIONS = "several_questions"
    OTHER_QUESTION = "asks_something_else"
    TOPIC = "protected_topic"
    PRIVATE_DATA = "asks_for_private_data"
    LEADING = "leading"
    NOT_NEUTRAL = "not_neutral"
    SCORE_TALK = "talks_of_scores"
    MARKUP = "markup"
    LANGUAGE = "wrong_language"
    QUOTE = "quote_not_exact"
    INVENTED = "invented_detail"
    REPEATED = "asked_before"
    COMPETENCY = "other_competency"
    INDICATOR = "unknown_indicator"
    UNSUPPORTED = "level_without_evidence"
    FAR_OFF = "level_far_off"
    RATIONALE = "rationale_not_usable"


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer was there, and nothing of it is used."""

    reason: Refusal
