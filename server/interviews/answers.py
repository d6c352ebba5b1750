"""The text of an answer, put together from its segments."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from realtime_scoring.types import AnswerText, TimedWord
from server.interviews.state import AnsweredTurn
from server.protocol.events import SegmentTranscribed
from server.protocol.flow import Language


def join_segments(segments: Sequence[SegmentTranscribed], language: Language) -> str:
    """English segments are set apart by a space, Chinese ones by nothing."""
    return _separator(language).join(segment.text for segment in segments if segment.text)


def answer_text(turn: AnsweredTurn, language: Language) -> AnswerText:
    """The turn as scoring sees it: words and times only. Typed text at the end has no word times."""
    words: list[TimedWord] = []
    offset = 0
    for segment in turn.segments:
        if not segment.text:
            continue
        if offset:
            offset += len(_separator(language))
        words += [
            TimedWord(offset + word.char_start, offset + word.char_end, word.t_start_ms, word.t_end_ms)
            for word in segment.words
        ]
        offset += len(segment.text)
    confidences = [segment.confidence for segment in turn.segments if segment.text]
    return AnswerText(
        turn_id=turn.id,
        text=turn.text,
        language=language,
        words=tuple(words),
        asr_confidence=fmean(confidences) if confidences else None,
    )


def _separator(language: Language) -> str:
    return "" if language == "zh-CN" else " "
