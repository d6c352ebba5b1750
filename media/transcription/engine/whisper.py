"""An `Engine` on a Whisper model: several stretches of audio at a time, each with its own language and prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from media.errors import ModelUnavailable, TranscriptionError
from media.transcription.engine.features import FRAMES_PER_S
from media.transcription.engine.folder import check_features, check_shape, read_blanks, read_vocabulary
from media.transcription.engine.model import ENGINE_ERRORS, Memory, Model, Written
from media.transcription.engine.prepared import PreparedRequest, Preparer, widen
from media.transcription.engine.reading import Reader, average
from media.transcription.engine.settings import WINDOWS_S, EngineSettings, WindowSettings
from media.transcription.engine.tokens import open_tokens
from media.transcription.engine.weights import read_shape
from media.transcription.ports import Prepared
from media.transcription.types import Request
from media.types import RecogniserInfo, Transcription

_NOTHING = Transcription("", (), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Try:
    item: PreparedRequest
    memory: Memory
    written: Written


class WhisperEngine:
    """`decode` may run on `threads` threads at once, which are always the same; each takes one core.

    Costs, in this order: the window's encoder, a decoder step for each token of the longest text of a batch (those of
    the prefix among them: CTranslate2 forces them one by one), and for word times about a third of these steps again.
    """

    def __init__(
        self,
        path: Path,
        info: RecogniserInfo,
        *,
        threads: int = 1,
        device: str = "cpu",
        windows: WindowSettings | None = None,
        settings: EngineSettings | None = None,
    ) -> None:
        """Raises ModelUnavailable for a folder that is no usable model: what is there is tried out."""
        settings = settings or EngineSettings()
        self._settings = settings if windows is None else replace(settings, windows=windows)
        self._info = info
        names = read_vocabulary(path)
        self._tokens = open_tokens(path, info.languages, names)
        check_shape(path, names, read_shape(path))
        self._model = Model(path, threads=threads, device=device)
        check_features(path, self._model.mels)
        first = self._tokens[info.languages[0]]
        self._suppressed = first.unspeakable
        self._blanks = read_blanks(path, first.end)
        self._preparer = Preparer(info, self._model.mels, self._tokens, self._settings)
        self._reader = Reader(self._model, self._settings)
        self._try_out(path)

    @property
    def info(self) -> RecogniserInfo:
        return self._info

    def prepare(self, request: Request) -> PreparedRequest:
        return self._preparer.prepare(request)

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        items = [item for item in batch if isinstance(item, PreparedRequest)]
        if len(items) != len(batch):
            raise TypeError("an engine decodes what it has prepared itself")
        return self._decode(items)

    def transcribe(self, request: Request) -> Transcription:
        """One by itself. Raises TranscriptionError."""
        outcome = self.decode([self.prepare(request)])[0]
        if isinstance(outcome, TranscriptionError):
            raise outcome
        return outcome

    def _decode(self, items: Sequence[PreparedRequest]) -> list[Transcription | TranscriptionError]:
        heard = [item for item in items if item.frames]
        try:
            memories = self._model.encode([item.features for item in heard]) if heard else []
            written = self._write(heard, memories) if heard else []
        except ENGINE_ERRORS as error:
            if len(items) > 1:
                return [outcome for item in items for outcome in self._decode([item])]
            return [TranscriptionError(f"the recogniser failed: {error}")]
        found = iter(zip(heard, memories, written, strict=True))
        return [self._finish(*next(found)) if item.frames else _NOTHING for item in items]

    def _write(
        self, items: Sequence[PreparedRequest], memories: Sequence[Memory], temperature: float = 0.0
    ) -> list[Written]:
        """Of one bucket."""
        return self._model.write(
            memories,
            [(*item.prompt, *item.forced) for item in items],
            start_step=len(items[0].prompt) - 1,
            most_tokens=max(item.most_tokens for item in items),
            suppressed=self._suppressed if items[0].must_speak else [*self._suppressed, *self._blanks],
            must_speak=items[0].must_speak,
            beam=items[0].beam,
            temperature=temperature,
        )

    def _finish(self, item: PreparedRequest, memory: Memory, written: Written) -> Transcription | TranscriptionError:
        try:
            best = _Try(item, memory, written)
            if item.careful:
                best = self._try_again(best)
            said = self._read(best)
            return self._hear_skipped(best, said) if item.careful else said
        except ENGINE_ERRORS as error:
            return TranscriptionError(f"the recogniser failed: {error}")

    def _try_again(self, first: _Try) -> _Try:
        """Until one is beyond doubt, else the most probable."""
        tries = [first]
        for again in self._further_tries():
            if not self._is_doubtful(tries[-1]):
                return tries[-1]
            tries.append(again(tries[-1]))
        return (
            max(tries, key=lambda tried: average(tried.item, tried.written))
            if self._is_doubtful(tries[-1])
            else tries[-1]
        )

    def _further_tries(self) -> Iterator[Callable[[_Try], _Try]]:
        yield self._listen_longer
        for temperature in self._settings.fallback_temperatures:
            yield partial(self._write_again, temperature=temperature)

    def _listen_longer(self, tried: _Try) -> _Try:
        """As Whisper was trained: a short window may have been what it lost its way in."""
        item = widen(tried.item)
        if item is tried.item:
            return tried
        memory = self._model.encode([item.features])[0]
        return self._write_again(_Try(item, memory, tried.written), temperature=0.0)

    def _hear_skipped(self, tried: _Try, said: Transcription) -> Transcription:
        """A search with several hypotheses may leap over a sentence and write on behind it, sure of every word: a text
        that leaves words out has less to be improbable. One that goes word by word has nothing to gain by it."""
        skipped_ms = self._reader.find_skipped_ms(tried.item, said)
        if skipped_ms < self._settings.skipped_ms:
            return said
        again = self._write_again(replace(tried, item=replace(tried.item, beam=1)), temperature=0.0)
        other = self._read(again)
        return other if other.words and self._reader.find_skipped_ms(again.item, other) < skipped_ms / 2 else said

    def _read(self, tried: _Try) -> Transcription:
        return self._reader.read(tried.item, tried.memory, tried.written, self._tokens[tried.item.request.language])

    def _write_again(self, tried: _Try, *, temperature: float) -> _Try:
        return replace(tried, written=self._write([tried.item], [tried.memory], temperature)[0])

    def _is_doubtful(self, tried: _Try) -> bool:
        return self._reader.is_doubtful(tried.item, tried.written, self._tokens[tried.item.request.language])

    def _try_out(self, path: Path) -> None:
        """A model that loads may still not run: weights of another size, heads that it does not have."""
        window = np.zeros((self._model.mels, WINDOWS_S[0] * FRAMES_PER_S), np.float32)
        tokens = self._tokens[self._info.languages[0]]
        try:
            memory = self._model.encode([window])[0]
            prompt = (*tokens.task, tokens.without_times)
            self._model.write(
                [memory], [prompt], start_step=len(prompt) - 1, most_tokens=2, suppressed=self._suppressed
            )
            self._model.align(memory, tokens.task, tokens.encode("a"), FRAMES_PER_S)
            self._model.tell_language(memory)
        except ENGINE_ERRORS as error:
            raise ModelUnavailable(f"the recogniser in {path} does not run: {error}") from error
