"""An engine that does all the work of a real shape and then says what the script says.

The script's tokens are forced upon the model one by one, as a prefix is: a decoder step each, on the code path of the
real engine, with features, encoder, decoder, alignment and language. The model's weights are random and mean nothing
(see `tests.fixtures.random_whisper`: left to itself it ends at once), so text and word times come from the script.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from media.errors import TranscriptionError
from media.transcription.engine import EngineSettings, WhisperEngine
from media.transcription.engine.prepared import PreparedRequest
from media.transcription.ports import Prepared
from media.transcription.types import Request
from media.types import LanguageCode, RecogniserInfo, TranscribedWord, Transcription
from tests.benchmarks.asr.script import Scripts
from tests.benchmarks.asr.text import SpokenWord, pair, split_units

INFO = RecogniserInfo("scripted", demonstration=False, languages=("en", "zh-CN"))
_PROBABILITY = 0.9


@dataclass(frozen=True, slots=True)
class _ScriptedRequest(PreparedRequest):
    words: tuple[SpokenWord, ...] = ()
    """Behind the request's prefix."""


class ScriptedEngine(WhisperEngine):
    def __init__(
        self, path: Path, scripts: Scripts, *, threads: int = 1, settings: EngineSettings | None = None
    ) -> None:
        # Random weights place words at random: what they seem to have skipped would be decoded twice.
        settings = replace(settings or EngineSettings(), skipped_ms=math.inf)
        super().__init__(path, INFO, threads=threads, settings=settings)
        self._scripts = scripts

    def prepare(self, request: Request) -> PreparedRequest:
        prepared = super().prepare(request)
        if not prepared.frames:
            return prepared
        words = _drop_prefix(self._scripts.find(request.samples), request)
        spoken = self._tokens[request.language].encode(_join([word.text for word in words], request.language)[0])
        given = {field.name: getattr(prepared, field.name) for field in fields(PreparedRequest)}
        forced = (*prepared.forced, *spoken)[: prepared.most_tokens - 1]
        return _ScriptedRequest(**{**given, "forced": forced, "words": words})

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        return [
            outcome if isinstance(outcome, TranscriptionError) else _say(item)
            for item, outcome in zip(batch, super().decode(batch), strict=True)
        ]


def _drop_prefix(words: tuple[SpokenWord, ...], request: Request) -> tuple[SpokenWord, ...]:
    known = split_units(request.prefix, request.language)
    pairs = pair(known, [word.text for word in words], open_end=True)
    return words[pairs[-1][1] + 1 :] if pairs else words


def _say(item: Prepared) -> Transcription:
    words = item.words if isinstance(item, _ScriptedRequest) else ()
    language = item.request.language
    text, starts = _join([word.text for word in words], language)
    if not words:
        return Transcription("", (), 0.0, 1.0)
    placed = tuple(
        TranscribedWord(start, start + len(word.text), word.t_start_ms, word.t_end_ms, _PROBABILITY)
        for word, start in zip(words, starts, strict=True)
    )
    certain = item.request.final and not item.request.hurried
    return Transcription(
        text,
        () if item.request.hurried else placed,
        _PROBABILITY,
        0.01,
        language_spoken=language if certain else None,
        language_probability=_PROBABILITY if certain else 0.0,
    )


def _join(words: Sequence[str], language: LanguageCode) -> tuple[str, list[int]]:
    """The text, and where each word begins in it."""
    text, starts = "", []
    for word in words:
        if text and (language == "en" or (text[-1].isascii() and word[0].isascii())):
            text += " "
        starts.append(len(text))
        text += word
    return text, starts
