"""What else is known of a piece of recognised text: by this it is told from invented text."""

from __future__ import annotations

from dataclasses import dataclass

_DOUBTED_NO_SPEECH, _LIKELY_NO_SPEECH = 0.3, 0.5
_DOUBTED_LOG_PROBABILITY = -0.5
_SLIGHTLY_NO_SPEECH, _SLIGHTLY_LOG_PROBABILITY = 0.15, -0.3
_HARDLY_ANY_SHARE = 0.12
_LITTLE_SHARE = 0.3
"""A single short word between the silences that a segment has around it is more than the one, and not always more than
the other."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`speech_share`: of the audio, told to be speech by those who listen for voice, 0..1. `no_speech_probability` and
    `average_log_probability` (natural, per token) are the model's own."""

    duration_s: float
    speech_share: float = 1.0
    no_speech_probability: float = 0.0
    average_log_probability: float = 0.0
    whole: bool = True
    """The text is all that is in the audio, not what goes on behind a prefix."""

    @property
    def speech_s(self) -> float:
        return self.duration_s * self.speech_share

    @property
    def doubted(self) -> bool:
        """By the model itself. Those who listen for voice miss quiet and far voices, so their word alone drops
        nothing."""
        return (
            self.average_log_probability < _DOUBTED_LOG_PROBABILITY or self.no_speech_probability > _DOUBTED_NO_SPEECH
        )

    @property
    def weak(self) -> bool:
        """Little voice, and the model has its doubts too (hardly any voice: slight ones); or it has strong ones."""
        if self.speech_share < _LITTLE_SHARE and self.doubted:
            return True
        if self.speech_share < _HARDLY_ANY_SHARE:
            return (
                self.average_log_probability < _SLIGHTLY_LOG_PROBABILITY
                or self.no_speech_probability > _SLIGHTLY_NO_SPEECH
            )
        return (
            self.average_log_probability < _DOUBTED_LOG_PROBABILITY and self.no_speech_probability > _LIKELY_NO_SPEECH
        )
