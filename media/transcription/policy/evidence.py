"""What else is known of a piece of recognised text: by this it is told from invented text."""

from __future__ import annotations

from dataclasses import dataclass


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
