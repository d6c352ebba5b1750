"""Every number of the media plane that an operator may want to turn, with the value that was found to work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from media.transcription.policy.settings import CaptionSettings
from media.types import IceServer, ProfileName

DenoiseChoice = Literal["off", "spectral", "rnnoise", "auto"]


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """`ice_servers` empty means host candidates only; a public default is never used."""

    ice_servers: tuple[IceServer, ...] = ()
    max_observers: int = 8
    max_voices: int = 4
    """People who are connected to speak to the candidate; one of them is heard."""
    voice_silent_after_ms: int = 4_000
    """No RTP of such a person for so long: they are gone."""

    silent_after_ms: int = 2_000
    """No RTP for so long: the candidate counts as interrupted."""
    resume_within_ms: int = 8_000
    """So long what was being said when the sound stopped may go on in the middle of a word, by another way."""
    close_peer_within_s: float = 5.0
    connect_within_ms: int = 30_000
    """A peer that has not connected by then is given up."""

    audio_wait_minimum_ms: int = 40
    audio_wait_limit_ms: int = 60
    """How long a missing audio packet may keep those behind it waiting; in between, by jitter and reordering."""

    video_gap_ms: int = 250
    """A picture that cannot be completed for so long: a key frame is asked for. aiortc waits for 512 packets."""
    key_frame_request_gap_ms: int = 500
    level_interval_ms: int = 200
    quality_interval_ms: int = 2_000
    recording_floor: ProfileName = "medium"
    """What a candidate sends for the recording's sake when nobody watches."""

    recording: bool = True
    recording_write_interval_ms: int = 500
    """What a killed process may lose of a recording."""
    recording_wait_for_video_ms: int = 1_000
    recording_retry_ms: int = 5_000

    denoise: DenoiseChoice = "spectral"
    """`auto`: RNNoise where it is installed, the noise is strong and the machine has time."""
    energy_floor_dbfs: float = -60.0
    """Quieter 10 ms frames are never speech. Somebody who speaks softly, at -40, has frames of -55."""
    speech_start_ms: int = 100
    speech_stop_ms: int = 60
    """Silence is told soon, and often only of a gap between words; nothing is cut there."""
    speech_resume_ms: int = 30
    speech_resume_within_ms: int = 400
    """So shortly after speech less voice is needed to go on than to begin."""
    speech_edge_ms: int = 60
    """Told wider by so much on both sides than voice was found: words begin and end softly."""
    pre_roll_ms: int = 400
    post_roll_ms: int = 200
    """At most `speculative_after_ms` of it is kept."""
    speculative_after_ms: int = 200
    """So long after the last voice a segment is offered: transcribed as if it were over."""
    thrifty_speculation_after_ms: int = 400
    """And so long when the recogniser has much to do: half of what is offered at a short pause goes on."""
    thrifty_speculation_limit_ms: int = 10_000
    """A longer segment is then not offered: at each pause all of it is decoded anew."""
    segment_silence_ms: int = 700
    segment_enough_ms: int = 6_000
    """From this length on `segment_pause_ms` ends a segment, and not `segment_silence_ms`: text comes sooner, and
    recognisers are at their best well below their window."""
    segment_pause_ms: int = 400
    segment_limit_ms: int = 26_000
    """Below the 30 s window of the recogniser."""
    cut_search_ms: int = 4_000
    """How far back from the limit the quietest place is looked for."""

    partial_minimum_ms: int = 700
    """Of a segment, with what is kept from before its first voice."""
    captions: CaptionSettings = field(default_factory=CaptionSettings)
    flush_grace_ms: int = 250
    """The end of the last word is still on its way when a candidate presses a button."""
    final_deadline_s: float = 60.0
    partial_deadline_s: float = 10.0
