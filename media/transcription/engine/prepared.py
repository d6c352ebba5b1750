"""A request made ready for the model: features, prompt, limits."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from media.errors import RequestUnusable
from media.transcription.engine.features import (
    FRAMES_PER_S,
    FeatureMaker,
    Features,
    check_samples,
    is_silent,
    make_safe,
)
from media.transcription.engine.model import MOST_TOKENS
from media.transcription.engine.prompts import write_prompt
from media.transcription.engine.settings import LONGEST_S, EngineSettings
from media.transcription.engine.tokens import SpokenTokens
from media.transcription.policy.echo import NOTHING_TOLD, Told
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode, RecogniserInfo

_NO_FEATURES: Features = np.zeros((0, 0), np.float32)
_ROOM_BEHIND_PREFIX = 16
_INTERVIEWS = 256
"""Whose terms are kept as tokens: they are the same with each request."""


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """`prompt` is earlier text and the task, `forced` begins with the `prefix_length` tokens of the request's prefix.
    `frames` of the features are audio; without any there is nothing to be heard. `most_tokens`: with what is forced."""

    request: Request
    bucket: Hashable
    features: Features
    frames: int = 0
    prompt: tuple[int, ...] = ()
    forced: tuple[int, ...] = ()
    prefix_length: int = 0
    most_tokens: int = 0
    beam: int = 1
    must_speak: bool = False
    """As Whisper does it (`SuppressBlank`): a final is no empty text."""
    told: Told = NOTHING_TOLD

    @property
    def duration_s(self) -> float:
        return len(self.request.samples) / SAMPLE_RATE_HZ

    @property
    def careful(self) -> bool:
        """Worth a second try, and to be asked for its language."""
        return self.request.final and not self.request.hurried


def widen(item: PreparedRequest) -> PreparedRequest:
    """The same in the longest window; itself if it is in that already."""
    missing = LONGEST_S * FRAMES_PER_S - item.features.shape[1]
    if missing <= 0:
        return item
    return replace(item, features=np.pad(item.features, ((0, 0), (0, missing))))


class Preparer:
    """Used by several threads at once."""

    def __init__(
        self, info: RecogniserInfo, mels: int, tokens: Mapping[LanguageCode, SpokenTokens], settings: EngineSettings
    ) -> None:
        self._info = info
        self._features = FeatureMaker(mels)
        self._tokens = tokens
        self._settings = settings
        self._tell_terms = lru_cache(_INTERVIEWS)(self._write_prompt)

    def prepare(self, request: Request) -> PreparedRequest:
        """Raises RequestUnusable."""
        check_samples(request.samples)
        tokens = self._tokens.get(request.language)
        if tokens is None:
            raise RequestUnusable(f"the recogniser {self._info.name} does not understand {request.language}")
        samples = make_safe(request.samples)
        if is_silent(samples):
            return PreparedRequest(request, "silence", _NO_FEATURES)
        duration_s = len(samples) / SAMPLE_RATE_HZ
        window_s = self._settings.windows.choose_s(duration_s, final=request.final)
        before, told = self._tell_terms(request.terms, request.language)
        prompt = (*before, *tokens.task, tokens.without_times)
        prefix = tuple(tokens.encode(request.prefix))
        most_tokens = self._limit_tokens(duration_s, len(prefix))
        beam = self._settings.final_beam if request.final and not request.hurried else 1
        must_speak = request.final and not prefix
        features, frames = self._features.make(samples, window_s)
        return PreparedRequest(
            request=request,
            bucket=(window_s, len(prompt), beam, must_speak),
            features=features,
            frames=frames,
            prompt=prompt,
            forced=prefix,
            prefix_length=len(prefix),
            most_tokens=most_tokens,
            beam=beam,
            must_speak=must_speak,
            told=told,
        )

    def _write_prompt(self, terms: tuple[str, ...], language: LanguageCode) -> tuple[tuple[int, ...], Told]:
        """The demonstration recogniser has learnt nothing from earlier text: it loses its way behind it."""
        tokens = self._tokens[language]
        length = 0 if self._info.demonstration else self._settings.prompt_tokens - 1
        prompt = write_prompt(terms, language, length, tokens.encode)
        if not prompt:
            return (), NOTHING_TOLD
        return (tokens.before, *prompt), Told("".join(text for text, _ in tokens.split(prompt)), terms)

    def _limit_tokens(self, duration_s: float, prefix_length: int) -> int:
        least = prefix_length + _ROOM_BEHIND_PREFIX
        if least > MOST_TOKENS:
            raise RequestUnusable(f"a prefix of {prefix_length} tokens leaves no room for a text")
        usual = self._settings.tokens_base + math.ceil(self._settings.tokens_per_s * duration_s)
        return min(MOST_TOKENS, max(usual, least))
