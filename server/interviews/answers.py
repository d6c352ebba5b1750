"""The text of an answer, put together from its segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import TypeVar

from realtime_scoring.types import AnswerText, TimedWord
from server.interviews.state import AnsweredTurn, Turn
from server.protocol.events import SegmentTranscribed
from server.protocol.flow import Language

_Turn = TypeVar("_Turn", Turn, AnsweredTurn)


def join_segments(segments: Sequence[SegmentTranscribed], language: Language) -> str:
    """English segments are set apart by a space, Chinese ones by nothing."""
    return _separator(language).join(segment.text for segment in segments if segment.text)


def counted_segments(turn: Turn | AnsweredTurn) -> tuple[SegmentTranscribed, ...]:
    """Without what was said while the question was still being read aloud, unless nothing else was said."""
    started_ms = turn.answer_started_ms
    after = tuple(segment for segment in turn.segments if started_ms is None or segment.t_end_ms > started_ms)
    return after or turn.segments


def whole_text(turn: Turn | AnsweredTurn, typed: str, language: Language) -> str:
    """What was spoken, and below it what was written."""
    return "\n".join(part for part in (join_segments(counted_segments(turn), language), typed) if part)


def find_typed(turn: Turn, text: str, language: Language) -> str:
    """What of the whole text of a turn was written."""
    return text.removeprefix(join_segments(counted_segments(turn), language)).removeprefix("\n")


def with_segment(turn: _Turn, heard: SegmentTranscribed) -> _Turn:
    """A later text of a segment takes the former's place. What comes late stands where it was said."""
    unheard = tuple(name for name in turn.unheard if name != heard.segment_id)
    missed = tuple(name for name in turn.missed if name != heard.segment_id)
    if heard.aside:
        return replace(turn, asides=_put_in_place(turn.asides, heard), unheard=unheard, missed=missed)
    return replace(turn, segments=_put_in_place(turn.segments, heard), unheard=unheard, missed=missed)


def without_text(turn: _Turn, segment_id: str, *, for_good: bool) -> _Turn:
    """A segment whose text is missing, for good (as far as is known) or until it comes."""
    if segment_id not in turn.unheard:
        turn = replace(turn, unheard=(*turn.unheard, segment_id))
    if for_good and segment_id not in turn.missed:
        turn = replace(turn, missed=(*turn.missed, segment_id))
    return turn


def answer_text(turn: AnsweredTurn, language: Language) -> AnswerText:
    """The turn as scoring sees it: words and times only. Typed text at the end has no word times."""
    words: list[TimedWord] = []
    offset = 0
    spoken = [segment for segment in counted_segments(turn) if segment.text]
    for segment in spoken:
        if offset:
            offset += len(_separator(language))
        words += [
            TimedWord(offset + word.char_start, offset + word.char_end, word.t_start_ms, word.t_end_ms)
            for word in segment.words
        ]
        offset += len(segment.text)
    return AnswerText(
        turn_id=turn.id,
        text=turn.text,
        language=language,
        words=tuple(words),
        asr_confidence=fmean(segment.confidence for segment in spoken) if spoken else None,
    )


def _put_in_place(segments: Sequence[SegmentTranscribed], heard: SegmentTranscribed) -> tuple[SegmentTranscribed, ...]:
    others = [segment for segment in segments if segment.segment_id != heard.segment_id]
    return tuple(sorted([*others, heard], key=lambda segment: segment.t_start_ms))


def _separator(language: Language) -> str:
    return "" if language == "zh-CN" else " "
