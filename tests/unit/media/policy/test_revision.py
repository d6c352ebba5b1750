"""What a final text changes of the words that were committed."""

from __future__ import annotations

import pytest

from media.transcription.policy.captions import SegmentCaptions
from media.transcription.policy.revision import Change, Revision
from media.types import LanguageCode, Transcription


def commit(text: str, language: LanguageCode = "en") -> SegmentCaptions:
    captions = SegmentCaptions(language)
    captions.adopt(Transcription(text, (), 0.9, 0.0), 5000)
    assert captions.captions.committed == text
    return captions


@pytest.mark.parametrize(
    "text",
    [
        "we called the customer",
        "We called the customer, and then we went home.",
        "We called the cus-tomer.",
        "we call ed the customer today",
    ],
)
def test_going_on_or_writing_it_otherwise_is_no_revision(text: str) -> None:
    assert commit("we called the customer").finish(text) is None


@pytest.mark.parametrize(
    ("text", "changes", "false_commits"),
    [
        ("we cold the customer", (Change("called", "cold"),), 1),
        ("we called customer and left", (Change("the", ""),), 1),
        ("we called up the customer", (Change("", "up"),), 0),
        ("we called the costumes and left early", (Change("customer", "costumes"),), 1),
        ("he called the shop", (Change("we", "he"), Change("customer", "shop")), 2),
        ("", (Change("we called the customer", ""),), 4),
    ],
)
def test_changed_words_are_told_and_counted(text: str, changes: tuple[Change, ...], false_commits: int) -> None:
    captions = commit("we called the customer")
    assert captions.finish(text) == Revision(changes, false_commits)
    assert captions.committed_words == 4
    assert captions.captions.committed == "we called the customer"


def test_in_chinese_characters_are_counted() -> None:
    captions = commit("我们给客户", "zh-CN")
    assert captions.committed_words == 5
    assert captions.finish("我们给客户，打电话。") is None
    assert captions.finish("他们给客人打电话") == Revision((Change("我", "他"), Change("户", "人")), 2)


def test_nothing_committed_nothing_to_revise() -> None:
    assert SegmentCaptions("en").finish("we called") is None
