"""Every code that tells why a language model's words or opinion were not used has words for HR, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from realtime_scoring.opinion.combining import ReviewReason
from realtime_scoring.opinion.outcome import Refusal, Withholding
from server.language_model import errors
from server.language_model.adviser import FallbackKind

LOCALES = Path(__file__).parents[3] / "client_web" / "locales"
OWN_CODES = {"failed", "refused", "withheld"}
"""Kinds that a code of their own explains."""


def list_codes() -> set[str]:
    raised = {
        each.code
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.LanguageModelError)
    }
    kinds = set(get_args(FallbackKind)) - OWN_CODES
    return {*raised, *kinds, *(each.value for each in (*Refusal, *Withholding)), "plan_changed"}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_reason_has_words(language: str) -> None:
    texts = json.loads((LOCALES / f"hr.{language}.json").read_text(encoding="utf-8"))
    told = {key.removeprefix("model_reason.") for key in texts if key.startswith("model_reason.")}
    assert told == list_codes()
    reviews = {key.removeprefix("opinion_review.") for key in texts if key.startswith("opinion_review.")}
    assert reviews == set(get_args(ReviewReason))
