"""How steady the captions were: what final texts made of the words that had been committed."""

from __future__ import annotations

from dataclasses import dataclass, field

from media.counters import CaptionCounters
from media.transcription.policy.captions import SegmentCaptions
from media.types import FinalTranscript

_REMEMBERED = 16
"""Segments whose final text is still to come. It may never: the oldest is forgotten, uncounted."""


@dataclass(slots=True)
class _Captioned:
    captions: SegmentCaptions
    counted: CaptionCounters = field(default_factory=CaptionCounters)


class CaptionRecord:
    """One per candidate."""

    def __init__(self) -> None:
        self._segments: dict[str, _Captioned] = {}
        self._total = CaptionCounters()

    def follow(self, segment_id: str, captions: SegmentCaptions) -> None:
        self._segments[segment_id] = _Captioned(captions)
        if len(self._segments) > _REMEMBERED:
            del self._segments[next(iter(self._segments))]

    def compare(self, final: FinalTranscript) -> None:
        """A segment that went on has several final texts. Counters only grow: the most that was found counts."""
        captioned = self._segments.get(final.segment_id)
        if captioned is None:
            return
        revision = captioned.captions.finish(final.text)
        changed = 0 if revision is None else revision.false_commits
        before = captioned.counted
        now = CaptionCounters(
            max(before.kept, captioned.captions.committed_words - changed), max(before.changed, changed)
        )
        self._total += now - before
        captioned.counted = now

    def count(self) -> CaptionCounters:
        return self._total
