"""Requests of a given length."""

from __future__ import annotations

import asyncio

import numpy as np

from media.errors import TranscriptionError
from media.transcription.ports import Recogniser
from media.transcription.types import Request, RequestKind
from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples


def make_audio(seconds: float) -> Samples:
    return np.full(int(seconds * SAMPLE_RATE_HZ), 0.1, np.float32)


def make_request(seconds: float, kind: RequestKind = "final", language: LanguageCode = "en") -> Request:
    return Request(make_audio(seconds), language, kind)


def seconds_of(request: Request) -> float:
    return len(request.samples) / SAMPLE_RATE_HZ


async def ask(recogniser: Recogniser, stream_id: str, request: Request, *, speculative: bool = False) -> str:
    """The text, or the error's code in brackets."""
    try:
        return (await recogniser.transcribe(stream_id, request, speculative=speculative)).text
    except TranscriptionError as error:
        return f"[{error.code}]"


async def settle() -> None:
    """What was asked has reached its place."""
    await asyncio.sleep(0.02)
