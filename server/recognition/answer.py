"""What a worker answers: a transcription, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media.types import LanguageCode, TextFault, TranscribedWord, Transcription
from server.recognition.framing import FrameInvalid, pack, unpack
from server.recognition.job import Name

MAGIC = b"VA"
LONGEST_TEXT, MOST_WORDS = 8_000, 1_000
_Ms = Annotated[int, Field(ge=0, le=600_000)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Place = Annotated[int, Field(ge=0, le=LONGEST_TEXT)]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is that of the error the recogniser raised, or `transcription_failed`."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`waited_ms`: from the job's arrival in Redis until a worker had it. `took_ms`: in the worker."""

    id: str
    outcome: Transcription | Refusal
    waited_ms: int = 0
    took_ms: int = 0


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Text(_Strict):
    text: str = Field(max_length=LONGEST_TEXT)
    words: tuple[tuple[_Place, _Place, _Ms, _Ms, _Share], ...] = Field(max_length=MOST_WORDS)
    confidence: _Share
    no_speech_probability: _Share
    language_spoken: LanguageCode | None = None
    language_probability: _Share = 0.0
    faults: tuple[TextFault, ...] | None = Field(None, max_length=8)


class _Error(_Strict):
    code: str = Field(pattern=r"\A[a-z_]{1,60}\z")
    detail: str = Field(max_length=500)


class _Header(_Strict):
    id: Name
    waited_ms: _Ms
    took_ms: _Ms
    text: _Text | None = None
    error: _Error | None = None


def encode_answer(answer: Answer) -> bytes:
    """Raises FrameInvalid when the answer is larger than any speech of 30 s can be."""
    outcome = answer.outcome
    try:
        header = _Header(
            id=answer.id,
            waited_ms=_bound(answer.waited_ms),
            took_ms=_bound(answer.took_ms),
            text=_write_text(outcome) if isinstance(outcome, Transcription) else None,
            error=_Error(code=outcome.code, detail=outcome.detail[:500]) if isinstance(outcome, Refusal) else None,
        )
    except ValidationError:
        raise FrameInvalid("the answer is no possible one") from None
    return pack(MAGIC, header.model_dump_json(exclude_none=True).encode())


def decode_answer(written: bytes) -> Answer:
    """Raises FrameInvalid."""
    head, rest = unpack(MAGIC, written)
    try:
        header = _Header.model_validate_json(head)
    except ValidationError:
        raise FrameInvalid("no answer") from None
    if rest or (header.text is None) == (header.error is None):
        raise FrameInvalid("no answer")
    outcome = _read_text(header.text) if header.text is not None else None
    if header.error is not None:
        return Answer(header.id, Refusal(header.error.code, header.error.detail), header.waited_ms, header.took_ms)
    if outcome is None:
        raise FrameInvalid("no answer")
    return Answer(header.id, outcome, header.waited_ms, header.took_ms)


def _write_text(said: Transcription) -> _Text:
    """What a recogniser measures wrongly is no reason to lose what it heard."""
    return _Text(
        text=said.text,
        words=tuple(
            (word.char_start, word.char_end, _bound(word.t_start_ms), _bound(word.t_end_ms), _share(word.probability))
            for word in said.words
            if 0 <= word.char_start <= word.char_end <= len(said.text)
        )[:MOST_WORDS],
        confidence=_share(said.confidence),
        no_speech_probability=_share(said.no_speech_probability),
        language_spoken=said.language_spoken,
        language_probability=_share(said.language_probability),
        faults=said.faults or None,
    )


def _read_text(text: _Text) -> Transcription:
    """Raises FrameInvalid for words outside the text."""
    words = tuple(TranscribedWord(*word) for word in text.words)
    if any(not word.char_start <= word.char_end <= len(text.text) for word in words):
        raise FrameInvalid("a word stands outside the text")
    return Transcription(
        text.text,
        words,
        text.confidence,
        text.no_speech_probability,
        text.language_spoken,
        text.language_probability,
        text.faults or (),
    )


def _bound(duration_ms: int) -> int:
    return min(600_000, max(0, duration_ms))


def _share(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
