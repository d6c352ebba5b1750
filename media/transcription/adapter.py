"""An `Engine` out of a `Transcriber`, which takes one stretch at a time and knows of no prefix."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from media.errors import TranscriptionError
from media.ports import Transcriber
from media.transcription.ports import Prepared
from media.transcription.types import Request
from media.types import RecogniserInfo, Transcription


@dataclass(frozen=True, slots=True)
class _Prepared:
    request: Request

    @property
    def bucket(self) -> Hashable:
        return id(self)


class TranscriberEngine:
    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber

    @property
    def info(self) -> RecogniserInfo:
        return self._transcriber.info

    def prepare(self, request: Request) -> Prepared:
        return _Prepared(request)

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        return [self._decode(prepared.request) for prepared in batch]

    def _decode(self, request: Request) -> Transcription | TranscriptionError:
        try:
            return self._transcriber.transcribe(request.samples, request.language, final=request.final)
        except TranscriptionError as error:
            return error
