"""What a worker is asked. `encode_job` and `decode_job` take a few milliseconds for the longest segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media.transcription.types import Request, RequestKind
from media.types import LanguageCode
from server.recognition.framing import LARGEST_SAMPLES, FrameInvalid, pack, read_pcm, unpack

MAGIC = b"VJ"
LONGEST_WAIT_MS = 600_000
MOST_TERMS, LONGEST_TERM, LONGEST_PREFIX = 200, 80, 4_000

Name = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_-]{1,80}\z")]
"""Becomes part of a key in Redis, or of a path."""


@dataclass(frozen=True, slots=True)
class Job:
    """`asker` is the process that waits for the answer to `id`. `lives_ms`, from its arrival in Redis on: nobody waits
    for it any longer."""

    id: str
    asker: str
    stream_id: str
    request: Request
    lives_ms: int
    due_ms: int = 800
    """When its text is wanted, from its arrival in Redis on; finals go in that order within a worker."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Header(_Strict):
    id: Name
    asker: Name
    stream_id: str = Field(min_length=1, max_length=400)
    language: LanguageCode
    kind: RequestKind
    prefix: str = Field(max_length=LONGEST_PREFIX)
    terms: tuple[Annotated[str, Field(max_length=LONGEST_TERM)], ...] = Field(max_length=MOST_TERMS)
    speech_share: float = Field(ge=0, le=1)
    samples: int = Field(ge=0, le=LARGEST_SAMPLES)
    lives_ms: int = Field(ge=0, le=LONGEST_WAIT_MS)
    hurried: bool
    due_ms: int = Field(ge=-LONGEST_WAIT_MS, le=LONGEST_WAIT_MS)


def encode_job(job: Job) -> bytes:
    """Raises FrameInvalid for what a worker would refuse."""
    request = job.request
    try:
        header = _Header(
            id=job.id,
            asker=job.asker,
            stream_id=job.stream_id,
            language=request.language,
            kind=request.kind,
            prefix=request.prefix[-LONGEST_PREFIX:],
            terms=tuple(term for term in request.terms if len(term) <= LONGEST_TERM)[:MOST_TERMS],
            speech_share=min(1.0, max(0.0, request.speech_share)),
            samples=len(request.samples),
            lives_ms=min(job.lives_ms, LONGEST_WAIT_MS),
            hurried=request.hurried,
            due_ms=min(LONGEST_WAIT_MS, max(-LONGEST_WAIT_MS, job.due_ms)),
        )
    except ValidationError as error:
        raise FrameInvalid(_describe(error)) from None
    return pack(MAGIC, header.model_dump_json().encode(), request.samples)


def decode_job(written: bytes) -> Job:
    """Raises FrameInvalid."""
    head, sound = unpack(MAGIC, written)
    header = _read_header(head)
    request = Request(
        samples=read_pcm(sound, header.samples),
        language=header.language,
        kind=header.kind,
        prefix=header.prefix,
        terms=header.terms,
        speech_share=header.speech_share,
        hurried=header.hurried,
    )
    return Job(header.id, header.asker, header.stream_id, request, header.lives_ms, header.due_ms)


def read_address(written: bytes) -> tuple[str, str] | None:
    """Who waits (asker, id) for a job that may be spoilt otherwise."""
    try:
        header = _read_header(unpack(MAGIC, written)[0])
    except FrameInvalid:
        return None
    return header.asker, header.id


def _read_header(head: bytes) -> _Header:
    try:
        return _Header.model_validate_json(head)
    except ValidationError as error:
        raise FrameInvalid(_describe(error)) from None


def _describe(error: ValidationError) -> str:
    """Which fields, never what stands in them."""
    places = {".".join(str(part) for part in item["loc"]) or "all" for item in error.errors(include_input=False)}
    return f"cannot be read: {', '.join(sorted(places)[:5])}"
