"""A model in memory: what CTranslate2 can be asked, in this project's types. The only importer of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from media.errors import ModelUnavailable
from media.transcription.engine.features import Features

ENGINE_ERRORS = (RuntimeError, ValueError, IndexError, MemoryError)
"""What CTranslate2 raises for a request that it cannot serve."""
MOST_TOKENS = 224
"""Half of Whisper's 448: the other half is for what is written before."""
_FRAMES_PER_MARK = 2
_MARK_S = 0.02

Memory = NDArray[np.float32]
"""What the encoder has heard, shape (1, frames / 2, width)."""


@dataclass(frozen=True, slots=True)
class Written:
    """`tokens` begin with those that were forced. `log_probability` is the sum over the others and the end."""

    tokens: tuple[int, ...]
    log_probability: float
    no_speech_probability: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Of each token: when it begins, in seconds, and how probable it is. One more beginning than tokens: the end."""

    starts_s: tuple[float, ...]
    probabilities: tuple[float, ...]


class Model:
    """Called from a fixed number of threads: CTranslate2 keeps memory for each that ever called it (faster-whisper
    issue 1055). All calls release the interpreter."""

    def __init__(self, folder: Path, *, threads: int, device: str) -> None:
        """`threads` calls run at the same time, a core each: two cores decode one text slower than one does. Raises
        ModelUnavailable."""
        try:
            self._whisper = ctranslate2.models.Whisper(
                str(folder),
                device=device,
                compute_type="int8" if device == "cpu" else "default",
                intra_threads=1,
                inter_threads=threads,
            )
        except (*ENGINE_ERRORS, OSError, KeyError, TypeError) as error:
            raise ModelUnavailable(f"the recogniser in {folder} cannot be loaded: {error}") from error
        if not self._whisper.is_multilingual:
            raise ModelUnavailable(f"the recogniser in {folder} knows one language only")
        self._together = self._whisper.device != "cpu"

    @property
    def mels(self) -> int:
        return int(self._whisper.n_mels)

    def encode(self, windows: Sequence[Features]) -> list[Memory]:
        """Of equal length. One by one on a CPU, where several at once cost as much and wait for each other."""
        if self._together:
            whole = self._encode(np.stack(windows))
            return [whole[number : number + 1] for number in range(len(windows))]
        return [self._encode(window[np.newaxis]) for window in windows]

    def write(
        self,
        memories: Sequence[Memory],
        prompts: Sequence[Sequence[int]],
        *,
        start_step: int,
        most_tokens: int,
        suppressed: list[int],
        must_speak: bool = False,
        beam: int = 1,
        temperature: float = 0.0,
    ) -> list[Written]:
        """Together: half the cost for each of four. Each prompt is earlier text, the task's tokens and what is forced;
        the forced tokens take a step each like those that are found, and need not be equally many. All else must be the
        same for all: where the start token stands (`start_step` tokens come before the last of the task's), the mode,
        the beam and the longest text (`most_tokens`, with what is forced). `must_speak`: the first token that is found
        is none of those that the model may not begin with, which are a blank and the end.
        """
        results = self._whisper.generate(
            ctranslate2.StorageView.from_array(np.concatenate(memories)),
            [list(prompt) for prompt in prompts],
            beam_size=beam if temperature == 0 else 1,
            sampling_topk=1 if temperature == 0 else 0,
            sampling_temperature=temperature or 1.0,
            # The library halves it, and takes what was written before from it.
            max_length=max(2 * most_tokens, most_tokens + start_step),
            suppress_tokens=suppressed,
            # The first one behind a forced prefix, too: there the end is what is right if nothing was said since.
            suppress_blank=must_speak,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [_read(result) for result in results]

    def align(self, memory: Memory, task: Sequence[int], tokens: Sequence[int], frames: int) -> Alignment:
        """By attention and dynamic time warping. `frames` of the window hold audio."""
        found = self._whisper.align(
            ctranslate2.StorageView.from_array(memory), list(task), [list(tokens)], max(_FRAMES_PER_MARK, frames)
        )[0]
        starts: dict[int, int] = {}
        for token, mark in found.alignments:
            starts.setdefault(token, mark)
        last = found.alignments[-1][1] if found.alignments else 0
        return Alignment(
            tuple(starts.get(number, last) * _MARK_S for number in range(len(tokens) + 1)),
            tuple(found.text_token_probs),
        )

    def tell_language(self, memory: Memory) -> tuple[str, float]:
        """Whisper's code of the most probable language."""
        name, probability = self._whisper.detect_language(ctranslate2.StorageView.from_array(memory))[0][0]
        return name.strip("<|>"), float(probability)

    def _encode(self, windows: NDArray[np.float32]) -> Memory:
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(windows))
        return np.array(self._whisper.encode(view, to_cpu=self._together))


def _read(result: ctranslate2.models.WhisperGenerationResult) -> Written:
    tokens = tuple(result.sequences_ids[0])
    mean = float(result.scores[0]) * len(tokens) if tokens else 0.0
    return Written(tokens, 0.0 if math.isnan(mean) else mean, float(result.no_speech_prob))
