"""Takes stretches out of a text and keeps its words in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from media.types import Transcription


def cut_text(transcription: Transcription, spans: Sequence[tuple[int, int]]) -> Transcription:
    """Without the given ordered character spans, which do not overlap."""
    text = transcription.text
    kept = []
    at = 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    shorter = "".join([*kept, text[at:]]).rstrip()
    words = []
    for word in transcription.words:
        start, end = (place - _count_gone(spans, place) for place in (word.char_start, word.char_end))
        if start < min(end, len(shorter)):
            words.append(replace(word, char_start=start, char_end=min(end, len(shorter))))
    return replace(transcription, text=shorter, words=tuple(words))


def _count_gone(spans: Sequence[tuple[int, int]], place: int) -> int:
    return sum(min(end, place) - start for start, end in spans if start < place)
