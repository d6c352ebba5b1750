"""Takes stretches out of a text and keeps its words in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from media.types import Transcription


def cut_text(transcription: Transcription, spans: Sequence[tuple[int, int]]) -> Transcription:
    """Without the given ordered character spans; words that lie in one, even in part, go with it."""
    text = transcription.text
    kept = []
    at = 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    shorter = "".join([*kept, text[at:]]).rstrip()
    words = []
    for word in transcription.words:
        if any(start < word.char_end and end > word.char_start for start, end in spans):
            continue
        gone = sum(end - start for start, end in spans if end <= word.char_start)
        moved = replace(word, char_start=word.char_start - gone, char_end=word.char_end - gone)
        if moved.char_end <= len(shorter):
            words.append(moved)
    return replace(transcription, text=shorter, words=tuple(words))
