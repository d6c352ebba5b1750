"""What the media plane emits and accepts. All times are integer milliseconds on the interview clock.

The interview clock starts with the interview. A new peer (epoch) places its first audio sample at the clock's reading
when that sample arrived; from there on `t_ms` is counted in samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from media.voices.facts import VoiceConnected, VoiceEnded, VoiceHeard, VoiceReach

Samples = NDArray[np.float32]
"""Mono PCM, shape (n,), -1..1, at `SAMPLE_RATE_HZ`."""

SAMPLE_RATE_HZ = 16_000

LanguageCode = Literal["en", "zh-CN"]
Transport = Literal["webrtc", "websocket"]
"""What carries the candidate's media."""
SocketAudioCodec = Literal["opus", "pcm16"]
"""Over a websocket: Opus packets, or 20 ms of 16 kHz mono PCM, 16 bit little endian."""
ConnectionWord = Literal["excellent", "good", "poor", "lost"]
ConnectionReason = Literal["loss", "delay", "jitter", "bandwidth", "server", "silent"]
"""What keeps a connection from being excellent."""
ProfileName = Literal["high", "medium", "low", "audio", "minimum"]
"""`audio` and `minimum` are without video; the latter has the narrowest voice."""
ProfileReason = Literal[
    "start", "loss", "delay", "jitter", "bandwidth", "device", "server", "unwatched", "watched", "recovered"
]
Limitation = Literal["none", "cpu", "bandwidth", "other"]
TextFault = Literal["silence", "credits", "echo", "too_fast", "sparse", "anomalous", "loop"]
"""Why recognised text is not believed. `silence`: there was no speech. `credits`: a film's last words. `echo`: words
that the model was told to expect. `too_fast`: more than can be said in the time. `sparse`: next to nothing for so much
sound, and doubtful. `anomalous`: improbable words of impossible lengths. `loop`: the same words again and again."""
CameraState = Literal["on", "off", "none"]
"""By the candidate's own choice; `none`: there is no camera."""


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Contiguous audio from `t_ms` on."""

    t_ms: int
    samples: Samples


@dataclass(frozen=True, slots=True)
class TranscribedWord:
    """`char_start`/`char_end` index the text it belongs to; `probability` 0..1."""

    char_start: int
    char_end: int
    t_start_ms: int
    t_end_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a transcriber made of one stretch of audio; word times are relative to that stretch.

    Behind a prefix, `text` may begin with the punctuation that follows it. `language_spoken` is what the recogniser
    takes a final of some length for, whatever it was told: None if it was not asked, or takes it for neither language.
    """

    text: str
    words: tuple[TranscribedWord, ...]
    confidence: float
    no_speech_probability: float
    language_spoken: LanguageCode | None = None
    language_probability: float = 0.0
    faults: tuple[TextFault, ...] = ()
    """Why there is no text, or less than the model wrote."""


@dataclass(frozen=True, slots=True)
class RecogniserInfo:
    """`demonstration` is true for the bundled model, which understands its own vocabulary only."""

    name: str
    demonstration: bool
    languages: tuple[LanguageCode, ...]


# --- facts: what a MediaSession tells its interview, in order -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeerConnected:
    epoch: int
    audio: bool
    video: bool
    transport: Transport = "webrtc"


@dataclass(frozen=True, slots=True)
class PeerInterrupted:
    """No packet for a while (or the peer went away); a new epoch may follow."""

    epoch: int
    reason: Literal["silent", "closed", "replaced", "failed"]


@dataclass(frozen=True, slots=True)
class PeerRecovered:
    """Packets came again on the same epoch."""

    epoch: int


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    t_ms: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """Voice ended at `t_ms` (hang-over already subtracted)."""

    t_ms: int


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """Text of the segment being spoken. `committed` never changes within a segment; `unstable` may."""

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    committed: str
    unstable: str
    revision: int = 0
    """That the segment's next final will have."""


@dataclass(frozen=True, slots=True)
class FinalTranscript:
    """Result of the final decode of a segment. Word times are on the interview clock. `text` may be empty.

    A segment has its final as soon as the voice has paused. If the voice comes again before the segment is over, a
    further final with the next `revision` takes its place.
    """

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    text: str
    words: tuple[TranscribedWord, ...]
    confidence: float
    revision: int = 0


@dataclass(frozen=True, slots=True)
class TranscriptionFailed:
    """The segment could not be transcribed (its audio is in the recording). `revision`: that its text would have
    had."""

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    code: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class TranscriptionDeferred:
    """No recogniser was there for the segment. Its audio is kept; its text comes when there is one, as `revision`."""

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    revision: int = 0


@dataclass(frozen=True, slots=True)
class SpeakerTranscript:
    """Of what somebody said who speaks to the candidate; no part of any answer. Its segments have names of their
    own."""

    speaker_id: str
    said: PartialTranscript | FinalTranscript | TranscriptionFailed


@dataclass(frozen=True, slots=True)
class AsrDegraded:
    """What the recogniser leaves out since it has too much to do; level 0: nothing any more."""

    level: int
    word: str


@dataclass(frozen=True, slots=True)
class LanguageDoubted:
    """The candidate seems to speak another language than the interview's. Told once."""

    segment_id: str
    spoken: LanguageCode


@dataclass(frozen=True, slots=True)
class Flushed:
    """Everything said before `flush(token)` has been reported."""

    token: str


@dataclass(frozen=True, slots=True)
class AudioLevel:
    """Every 200 ms. `rms_dbfs`/`peak_dbfs` <= 0; `snr_db` None until estimated."""

    t_ms: int
    rms_dbfs: float
    peak_dbfs: float
    clipped: bool
    speaking: bool
    snr_db: float | None


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Every 2 s. Losses are the share of packets missing in the interval, 0..1: of audio as they came, of video after
    retransmission. What only the candidate's page can measure is None until it has told."""

    epoch: int
    word: ConnectionWord
    reason: ConnectionReason | None
    audio_loss: float
    audio_jitter_ms: float
    audio_kbps: float
    video_loss: float
    video_kbps: float
    video_width: int
    video_height: int
    frames_per_second: float
    rtt_ms: int | None = None
    available_kbps: float | None = None
    limitation: Limitation | None = None
    camera: CameraState | None = None
    audio_recovered: float = 0.0
    """Of what was listened to, lost but held by the packet after it; 0..1."""
    audio_concealed: float = 0.0
    """Lost for good and made up."""


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """What the candidate's page is asked to send from now on; sizes and rates are upper limits, 0 without video."""

    profile: ProfileName
    video: bool
    video_kbps: int
    width: int
    height: int
    frames_per_second: int
    audio_kbps: int
    reason: ProfileReason


@dataclass(frozen=True, slots=True)
class RecordingOpened:
    epoch: int
    path: Path
    t_ms: int


@dataclass(frozen=True, slots=True)
class RecordingClosed:
    epoch: int
    path: Path
    duration_ms: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class MediaFault:
    """A stage failed; the interview goes on without it. Codes: recording_failed, disk_full, asr_overloaded, ..."""

    code: str
    detail: str


MediaFact = (
    PeerConnected
    | PeerInterrupted
    | PeerRecovered
    | SpeechStarted
    | SpeechStopped
    | PartialTranscript
    | FinalTranscript
    | TranscriptionFailed
    | TranscriptionDeferred
    | SpeakerTranscript
    | VoiceConnected
    | VoiceEnded
    | VoiceHeard
    | VoiceReach
    | AsrDegraded
    | LanguageDoubted
    | Flushed
    | AudioLevel
    | QualityReport
    | ProfileChanged
    | RecordingOpened
    | RecordingClosed
    | MediaFault
)


# --- what the candidate's page measures ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClientStatistics:
    """The page's own getStats: the server has no round-trip time of a receive-only peer. None where the browser
    does not say. `sent_kbps` and `available_kbps` are of everything it sends."""

    rtt_ms: int | None = None
    available_kbps: float | None = None
    sent_kbps: float | None = None
    loss: float | None = None
    limitation: Limitation | None = None
    frames_per_second: float | None = None
    width: int | None = None
    height: int | None = None
    camera: CameraState | None = None


# --- signalling -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IceServer:
    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class PublisherAnswer:
    epoch: int
    sdp: str


@dataclass(frozen=True, slots=True)
class SocketAudioAnswer:
    """`silent_ms`: how long ago the last sound of the candidate was heard; None: none has been, by this session."""

    epoch: int
    silent_ms: int | None


@dataclass(frozen=True, slots=True)
class ObserverAnswer:
    observer_id: str
    sdp: str
