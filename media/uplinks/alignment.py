"""Sound and picture laid beside each other."""

from __future__ import annotations

from media.uplinks.audio import AudioUplink
from media.uplinks.video import VideoUplink


def align_video(audio: AudioUplink, video: VideoUplink) -> None:
    """Lays the pictures beside the sound by the sender's clock, once it has reported both: they then show the time they
    were taken at, not the time they took to arrive."""
    if not (audio.sender_clock.known and video.sender_clock.known):
        return
    if not (audio.timeline.anchored and video.timeline.anchored):
        return
    at = video.timeline.last_raw
    taken_s = video.sender_clock.time_s(at)
    video.timeline.align(at, audio.timeline.time_of(audio.sender_clock.timestamp_at(taken_s)))
