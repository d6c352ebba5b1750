"""One segment of speech as a file: SEGMENT-REVISION.LANGUAGE.speech, in the folder of its interview.

Whoever cannot be helped for now has another ending, and stays for a while: `.spoilt` cannot be read, `.failed` no
recogniser could transcribe, of `.orphan` the interview is not known. Named `.speech` again, it is tried again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media.transcription.shelf import UnheardSegment
from media.transcription.types import Request
from media.types import LanguageCode
from server.recognition.framing import LARGEST_SAMPLES, FrameInvalid, pack, read_pcm, unpack
from server.recognition.job import LONGEST_TERM, MOST_TERMS, Name

MAGIC = b"VU"
VERSION = 1
"""Of the file alone: what was kept is still read when jobs are written differently."""
SUFFIX, DRAFT_SUFFIX = ".speech", ".draft"
LARGEST_BYTES = 2 * LARGEST_SAMPLES + 128 * 1024
_LONGEST_MS = 10 * 24 * 3_600_000

AsideReason = Literal["spoilt", "failed", "orphan"]
ASIDE_SUFFIXES = frozenset(f".{reason}" for reason in get_args(AsideReason))


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    interview_id: Name
    segment_id: Name
    revision: int = Field(ge=0, le=1_000_000)
    t_start_ms: int = Field(ge=0, le=_LONGEST_MS)
    t_end_ms: int = Field(ge=0, le=_LONGEST_MS)
    language: LanguageCode
    terms: tuple[str, ...] = Field(max_length=MOST_TERMS)
    speech_share: float = Field(ge=0, le=1)
    samples: int = Field(ge=0, le=LARGEST_SAMPLES)


def segment_of(path: Path) -> str:
    return path.name.partition(".")[0].rpartition("-")[0]


def revision_of(path: Path) -> int:
    number = path.name.partition(".")[0].rpartition("-")[2]
    return int(number) if number.isdecimal() and number.isascii() else 0


def language_of(path: Path) -> str:
    return path.name.removesuffix(SUFFIX).rpartition(".")[2]


def encode_unheard(unheard: UnheardSegment) -> bytes:
    """Without the request's prefix: the text is the whole segment's. Raises FrameInvalid."""
    request = unheard.request
    try:
        header = _Header(
            interview_id=unheard.interview_id,
            segment_id=unheard.segment_id,
            revision=unheard.revision,
            t_start_ms=unheard.t_start_ms,
            t_end_ms=unheard.t_end_ms,
            language=request.language,
            terms=tuple(term for term in request.terms if len(term) <= LONGEST_TERM)[:MOST_TERMS],
            speech_share=min(1.0, max(0.0, request.speech_share)),
            samples=len(request.samples),
        )
    except ValidationError:
        raise FrameInvalid("no segment of an interview") from None
    return pack(MAGIC, header.model_dump_json().encode(), request.samples, version=VERSION)


def decode_unheard(written: bytes) -> UnheardSegment:
    """Raises FrameInvalid."""
    head, sound = unpack(MAGIC, written, version=VERSION)
    try:
        header = _Header.model_validate_json(head)
    except ValidationError:
        raise FrameInvalid("no segment of an interview") from None
    request = Request(
        read_pcm(sound, header.samples), header.language, "final", terms=header.terms, speech_share=header.speech_share
    )
    return UnheardSegment(
        header.interview_id, header.segment_id, header.t_start_ms, header.t_end_ms, request, header.revision
    )
