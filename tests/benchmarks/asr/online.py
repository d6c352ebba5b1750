"""The usual way, as ufal/whisper_streaming has it (Macháček et al. 2023; whisper_online.py, OnlineASRProcessor): the
buffer is recognised again from its beginning every second, and what two hypotheses in a row agree on is committed.

Written anew after reading that program; the rules are its own: LocalAgreement-2 by exact equality of words, hypotheses
joined to what is committed by their times and by up to five equal words, the last 200 characters that have left the
buffer as prompt, and a buffer of more than 15 s cut at the end of the last segment but one that is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from media.types import SAMPLE_RATE_HZ, Samples

TRIM_ABOVE_S = 15.0
PROMPT_CHARACTERS = 200
_BACK_S = 0.1
_NEAR_S = 1.0
_JOINED_WORDS = 5


@dataclass(frozen=True, slots=True)
class PeerWord:
    """`text` with its leading space, as faster-whisper gives it; seconds."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class PeerHearing:
    """Times from the beginning of the samples."""

    words: tuple[PeerWord, ...]
    segment_ends_s: tuple[float, ...]


Recognise = Callable[[Samples, str], PeerHearing]
"""Of samples with a prompt. Blocking."""


class Online:
    """One utterance. Times are those of the stream, in seconds, from `offset_s` on."""

    def __init__(self, recognise: Recognise, offset_s: float) -> None:
        self._recognise = recognise
        self._buffer = np.zeros(0, np.float32)
        self._offset_s = offset_s
        self._committed: list[PeerWord] = []
        self._in_buffer: list[PeerWord] = []
        self._previous: list[PeerWord] = []
        self._last_s = offset_s

    @property
    def committed(self) -> str:
        return "".join(word.text for word in self._committed).strip()

    @property
    def unconfirmed(self) -> str:
        """The rest of the last hypothesis; at the end it is taken as it is."""
        return "".join(word.text for word in self._previous)

    @property
    def buffered_s(self) -> float:
        return len(self._buffer) / SAMPLE_RATE_HZ

    def insert(self, samples: Samples) -> None:
        self._buffer = np.concatenate([self._buffer, samples])

    def iterate(self) -> None:
        """Recognises the whole buffer."""
        hearing = self._recognise(self._buffer, self._write_prompt())
        offset_s = self._offset_s
        words = [PeerWord(one.start_s + offset_s, one.end_s + offset_s, one.text) for one in hearing.words]
        self._agree(self._join(words))
        if self.buffered_s > TRIM_ABOVE_S:
            self._trim([end_s + offset_s for end_s in hearing.segment_ends_s])

    def _join(self, words: list[PeerWord]) -> list[PeerWord]:
        """What is new in a hypothesis."""
        new = [word for word in words if word.start_s > self._last_s - _BACK_S]
        if new and abs(new[0].start_s - self._last_s) < _NEAR_S:
            for count in range(1, min(len(self._in_buffer), len(new), _JOINED_WORDS) + 1):
                tail = [word.text for word in self._in_buffer[-count:]]
                if tail == [word.text for word in new[:count]]:
                    return new[count:]
        return new

    def _agree(self, new: list[PeerWord]) -> None:
        agreed = 0
        for word, before in zip(new, self._previous, strict=False):
            if word.text != before.text:
                break
            agreed += 1
        if agreed:
            self._last_s = new[agreed - 1].end_s
        self._committed += new[:agreed]
        self._in_buffer += new[:agreed]
        self._previous = new[agreed:]

    def _write_prompt(self) -> str:
        gone = [word.text for word in self._committed if word.end_s <= self._offset_s]
        prompt: list[str] = []
        while gone and sum(len(text) + 1 for text in prompt) < PROMPT_CHARACTERS:
            prompt.append(gone.pop())
        return "".join(reversed(prompt))

    def _trim(self, ends_s: list[float]) -> None:
        if not self._committed:
            return
        done = [end_s for end_s in ends_s[:-1] if end_s <= self._committed[-1].end_s]
        if not done:
            return
        at_s = done[-1]
        self._buffer = self._buffer[round((at_s - self._offset_s) * SAMPLE_RATE_HZ) :]
        self._offset_s = at_s
        self._in_buffer = [word for word in self._in_buffer if word.end_s > at_s]
