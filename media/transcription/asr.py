"""Speech to text by faster-whisper. The only importer of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from media.errors import ModelUnavailable, TranscriptionError
from media.transcription.agreement import join_chinese
from media.types import SAMPLE_RATE_HZ, LanguageCode, RecogniserInfo, Samples, TranscribedWord, Transcription

_WHISPER_LANGUAGES: dict[LanguageCode, str] = {"en": "en", "zh-CN": "zh"}
_SILENT_BELOW_DBFS = -55.0
_WINDOW_S = 30
_NO_SPEECH_ABOVE = 0.6
_UNLIKELY_BELOW = -1.0
_REPETITIVE_ABOVE = 2.4
_FINAL_TEMPERATURES = (0.0, 0.4)
_FINAL_BEAM = 3
_LOOP_LENGTH = 4
_TOKENS_BASE, _TOKENS_PER_S, _TOKENS_MOST = 16, 12, 220
_SIMPLIFIED_HINT = "以下是普通话的句子。"
"""Without it Whisper writes Mandarin in simplified or traditional characters as it pleases."""

_NOTHING = Transcription("", (), 0.0, 1.0)


class FasterWhisperTranscriber:
    """A `Transcriber`. One model for all streams; `threads` calls may run at the same time, a core each."""

    def __init__(self, path: Path, info: RecogniserInfo, *, threads: int = 1, device: str = "cpu") -> None:
        """Raises ModelUnavailable for a folder that is no usable model."""
        self._info = info
        try:
            self._model = WhisperModel(
                str(path),
                device=device,
                compute_type="int8" if device == "cpu" else "default",
                cpu_threads=1,
                num_workers=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError, KeyError) as error:
            raise ModelUnavailable(f"the recogniser in {path} cannot be loaded: {error}") from error

    @property
    def info(self) -> RecogniserInfo:
        return self._info

    def transcribe(self, samples: Samples, language: LanguageCode, *, final: bool) -> Transcription:
        """At most 30 s. A partial is greedy, without word times. Raises TranscriptionError."""
        if language not in self._info.languages:
            raise TranscriptionError(f"the recogniser {self._info.name} does not understand {language}")
        samples = _make_safe(samples)
        if _is_silent(samples):
            return _NOTHING
        if len(samples) > _WINDOW_S * SAMPLE_RATE_HZ:
            raise TranscriptionError("a segment is longer than the recogniser's window of 30 s")
        try:
            segments = self._decode(samples, language, final=final)
        except (RuntimeError, ValueError, IndexError) as error:
            raise TranscriptionError(f"the recogniser failed: {error}") from error
        return _collect([segment for segment in segments if not _is_invented(segment)], language, final=final)

    def _decode(self, samples: Samples, language: LanguageCode, *, final: bool) -> list[Any]:
        """The library's answer is a lazy generator: the work is done here, in the worker.

        Only its first window is taken, which holds all there is. With word times the library would go on behind the
        last word, and what it finds in the fraction of a second that is left there is invented.
        """
        duration_s = len(samples) / SAMPLE_RATE_HZ
        hint = _SIMPLIFIED_HINT if language == "zh-CN" and not self._info.demonstration else None
        segments, _ = self._model.transcribe(
            samples,
            language=_WHISPER_LANGUAGES[language],
            beam_size=_FINAL_BEAM if final else 1,
            best_of=1,
            temperature=_FINAL_TEMPERATURES if final else 0.0,
            compression_ratio_threshold=_REPETITIVE_ABOVE if final else None,
            log_prob_threshold=_UNLIKELY_BELOW,
            no_speech_threshold=_NO_SPEECH_ABOVE,
            condition_on_previous_text=False,
            initial_prompt=hint,
            without_timestamps=True,
            word_timestamps=final,
            max_new_tokens=min(_TOKENS_MOST, _TOKENS_BASE + math.ceil(_TOKENS_PER_S * duration_s)),
            vad_filter=False,
        )
        first = next(iter(segments), None)
        return [] if first is None else [first]


def _make_safe(samples: Samples) -> Samples:
    safe: Samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0).astype(np.float32)
    return safe


def _is_silent(samples: Samples) -> bool:
    """The loudest 100 ms decide: a quiet answer with one loud word is speech."""
    window = SAMPLE_RATE_HZ // 10
    if len(samples) < window:
        return True
    whole = samples[: len(samples) // window * window].reshape(-1, window)
    loudest = float(np.sqrt(np.mean(whole**2, axis=1)).max())
    return 20 * math.log10(max(loudest, 1e-9)) < _SILENT_BELOW_DBFS


def _is_invented(segment: Any) -> bool:
    """Text where the model itself believes in silence, or that goes in circles."""
    if segment.no_speech_prob > _NO_SPEECH_ABOVE and segment.avg_logprob < _UNLIKELY_BELOW:
        return True
    return _goes_in_circles(re.findall(r"[A-Za-z0-9']+|[\u4e00-\u9fff]", segment.text.casefold()))


def _goes_in_circles(words: Sequence[str]) -> bool:
    """The same one to four words, again and again, make up most of the text."""
    for length in range(1, 5):
        repeats = sum(words[at] == words[at - length] for at in range(length, len(words)))
        if len(words) >= length * _LOOP_LENGTH + 2 and repeats > 0.75 * (len(words) - length):
            return True
    return False


def _collect(segments: list[Any], language: LanguageCode, *, final: bool) -> Transcription:
    if not segments:
        return _NOTHING
    no_speech = max(float(segment.no_speech_prob) for segment in segments)
    if final and all(segment.words for segment in segments):
        text, words = _set_words((word for segment in segments for word in segment.words), language)
        confidence = sum(word.probability for word in words) / len(words) if words else 0.0
    else:
        text, words = _tidy("".join(segment.text for segment in segments), language), ()
        confidence = math.exp(sum(segment.avg_logprob for segment in segments) / len(segments))
    return Transcription(text, words, round(min(1.0, confidence), 4), round(no_speech, 4))


def _set_words(spoken: Iterable[Any], language: LanguageCode) -> tuple[str, tuple[TranscribedWord, ...]]:
    """The text and where each word stands in it. The library's words carry their leading space."""
    text = ""
    words: list[TranscribedWord] = []
    for word in spoken:
        surface = _tidy(word.word, language)
        if not surface:
            continue
        if language == "zh-CN":
            text = join_chinese([text, surface])
        else:
            text += (" " if text and word.word[:1].isspace() else "") + surface
        words.append(
            TranscribedWord(
                char_start=len(text) - len(surface),
                char_end=len(text),
                t_start_ms=round(word.start * 1000),
                t_end_ms=round(word.end * 1000),
                probability=round(float(word.probability), 4),
            )
        )
    return text, tuple(words)


def _tidy(text: str, language: LanguageCode) -> str:
    if language == "zh-CN":
        return join_chinese(text.split())
    return " ".join(text.split())
