"""Captions are held against the final text; counters only grow."""

from __future__ import annotations

from media.counters import CaptionCounters
from media.hearing.caption_record import CaptionRecord
from media.transcription.policy.captions import SegmentCaptions
from media.types import FinalTranscript, Transcription


def commit(text: str) -> SegmentCaptions:
    captions = SegmentCaptions("en")
    captions.adopt(Transcription(text, (), 0.9, 0.0), 5_000)
    return captions


def final(segment_id: str, text: str, revision: int = 0) -> FinalTranscript:
    return FinalTranscript(segment_id, 0, 5_000, text, (), 0.9, revision)


def test_words_are_kept_or_changed() -> None:
    record = CaptionRecord()
    record.follow("1", commit("we called the customer"))
    assert record.count() == CaptionCounters()
    record.compare(final("1", "We cold the customer today."))
    assert record.count() == CaptionCounters(kept=3, changed=1)


def test_a_final_text_that_is_told_again_counts_what_is_new() -> None:
    record = CaptionRecord()
    captions = commit("we called")
    record.follow("1", captions)
    record.compare(final("1", "We called"))
    captions.adopt(Transcription("we called the shop", (), 0.9, 0.0), 6_000)
    record.compare(final("1", "We called the shop", 1))
    assert record.count() == CaptionCounters(kept=4)
    record.compare(final("1", "He called the shop", 2))
    assert record.count() == CaptionCounters(kept=4, changed=1)


def test_a_final_text_may_come_when_the_next_segment_has_begun_or_without_captions_before_it() -> None:
    record = CaptionRecord()
    record.follow("1", commit("we called"))
    record.follow("2", commit("then we"))
    record.compare(final("0", "Hello"))
    record.compare(final("1", "We called"))
    record.compare(final("2", "Then they"))
    assert record.count() == CaptionCounters(kept=3, changed=1)


def test_what_never_gets_a_final_text_is_forgotten() -> None:
    record = CaptionRecord()
    for number in range(100):
        record.follow(str(number), commit("we called"))
    record.compare(final("0", "We called"))
    assert record.count() == CaptionCounters()
    record.compare(final("99", "We called"))
    assert record.count() == CaptionCounters(kept=2)
