"""What a candidate's page is asked to send, from the best to what keeps a voice alive on almost nothing."""

from __future__ import annotations

from dataclasses import dataclass

from media.types import ProfileName


@dataclass(frozen=True, slots=True)
class Profile:
    """`video_kbps`, `width`, `height` and `frames_per_second` are upper limits, and 0 where the picture is off.

    Opus repairs a lost packet from the next one only where its rate leaves room for that, so the voice keeps 32 kbit/s
    for as long as loss is the trouble and gives it up only when the line itself is that narrow.
    """

    name: ProfileName
    video_kbps: int
    width: int
    height: int
    frames_per_second: int
    audio_kbps: int

    @property
    def video(self) -> bool:
        return self.video_kbps > 0


LADDER = (
    Profile("minimum", 0, 0, 0, 0, 24),
    Profile("audio", 0, 0, 0, 0, 32),
    Profile("low", 150, 320, 240, 15, 32),
    Profile("medium", 400, 480, 360, 24, 32),
    Profile("high", 800, 640, 480, 30, 32),
)
"""From the bottom upwards; a rung is an index into it."""

MINIMUM, AUDIO, LOW, MEDIUM, HIGH = range(len(LADDER))


def rung_of(name: ProfileName) -> int:
    return next(rung for rung, profile in enumerate(LADDER) if profile.name == name)
