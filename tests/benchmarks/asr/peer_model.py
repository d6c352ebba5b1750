"""faster-whisper as the usual way calls it, and the same with a script in the model's mouth."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from media.types import LanguageCode, Samples
from tests.benchmarks.asr.online import PeerHearing, PeerWord
from tests.benchmarks.asr.script import Scripts
from tests.benchmarks.asr.text import SpokenWord

BEAM = 5
_DROP_ABOVE = 0.9
_LANGUAGES: dict[LanguageCode, str] = {"en": "en", "zh-CN": "zh"}
_SENTENCE_PAUSE_MS = 250
_MARK_S = 0.02
_LIKELY = -0.2


class PeerModel:
    """One for all; to be used by one thread at a time. `called` and `wall_s` count what it was made to do."""

    def __init__(self, path: Path, *, threads: int) -> None:
        self.called = 0
        self.wall_s = 0.0
        self._model = WhisperModel(
            str(path), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=1, local_files_only=True
        )

    def recognise(self, samples: Samples, language: LanguageCode, prompt: str) -> PeerHearing:
        begun_s = time.perf_counter()
        segments, _ = self._model.transcribe(
            samples,
            language=_LANGUAGES[language],
            initial_prompt=prompt or None,
            beam_size=BEAM,
            word_timestamps=True,
            condition_on_previous_text=True,
        )
        heard = list(segments)
        self.called += 1
        self.wall_s += time.perf_counter() - begun_s
        return PeerHearing(
            tuple(
                PeerWord(float(word.start), float(word.end), word.word)
                for segment in heard
                if segment.no_speech_prob <= _DROP_ABOVE
                for word in segment.words or ()
            ),
            tuple(float(segment.end) for segment in heard),
        )


class ScriptedPeerModel(PeerModel):
    """All of the library's work on the real shape, with as many decoder steps as the script has tokens."""

    def __init__(self, path: Path, scripts: Scripts, *, threads: int) -> None:
        super().__init__(path, threads=threads)
        self._scripts = scripts
        self._scripted = _ScriptedWhisper(self._model)
        self._model.model = self._scripted

    def recognise(self, samples: Samples, language: LanguageCode, prompt: str) -> PeerHearing:
        words = self._scripts.find(samples)
        self._scripted.expect(words, language)
        super().recognise(samples, language, prompt)
        spaced = language == "en"
        return PeerHearing(
            tuple(
                PeerWord(word.t_start_ms / 1000, word.t_end_ms / 1000, (" " if spaced else "") + word.text)
                for word in words
            ),
            tuple(sentence[-1].t_end_ms / 1000 for sentence in _split_sentences(words)),
        )


@dataclass(frozen=True, slots=True)
class _Generated:
    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float


@dataclass(frozen=True, slots=True)
class _Aligned:
    alignments: list[tuple[int, int]]
    text_token_probs: list[float]


class _ScriptedWhisper:
    """In the place of `ctranslate2.models.Whisper`: does what it is asked, and answers with the script."""

    def __init__(self, model: WhisperModel) -> None:
        self._real = model.model
        self._tokenizer = model.hf_tokenizer
        self._end = self._find("<|endoftext|>")
        self._marks = self._find("<|0.00|>")
        self._sentences: list[tuple[list[int], int, int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def expect(self, words: Sequence[SpokenWord], language: LanguageCode) -> None:
        """What is said in the samples to come."""
        self._sentences = []
        for sentence in _split_sentences(words):
            text = "".join((" " if language == "en" else "") + word.text for word in sentence)
            tokens = self._tokenizer.encode(text, add_special_tokens=False).ids
            self._sentences.append((tokens, sentence[0].t_start_ms, sentence[-1].t_end_ms))

    def generate(self, features: Any, prompts: list[list[int]], **options: Any) -> list[_Generated]:
        tokens = [
            token
            for text, start_ms, end_ms in self._sentences
            for token in (self._mark(start_ms), *text, self._mark(end_ms))
        ]
        # The end is forbidden until the script is through, and costs a step of its own.
        steps = len(tokens) + 1
        prompt = len(prompts[0])
        options |= {
            "max_length": max(2 * steps, steps + prompt),
            "suppress_tokens": [*options["suppress_tokens"], self._end],
        }
        self._real.generate(features, prompts, **options)
        return [_Generated([tokens], [_LIKELY], 0.01 if tokens else 0.99)]

    def align(
        self, features: Any, start: Sequence[int], texts: list[list[int]], frames: Any, **options: Any
    ) -> list[_Aligned]:
        self._real.align(features, start, texts, frames, **options)
        answers: list[_Aligned] = []
        for text in texts:
            count = len(text) + 1
            answers.append(_Aligned([(at, at * 10) for at in range(count)], [0.9] * count))
        return answers

    def _mark(self, t_ms: int) -> int:
        return self._marks + round(t_ms / 1000 / _MARK_S)

    def _find(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ValueError(f"the model's tokenizer has no {name}")
        return int(number)


def _split_sentences(words: Sequence[SpokenWord]) -> list[list[SpokenWord]]:
    sentences: list[list[SpokenWord]] = []
    for word in words:
        if not sentences or word.t_start_ms - sentences[-1][-1].t_end_ms >= _SENTENCE_PAUSE_MS:
            sentences.append([])
        sentences[-1].append(word)
    return sentences
