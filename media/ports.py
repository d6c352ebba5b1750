"""The replaceable parts of the media plane."""

from __future__ import annotations

from typing import Literal, Protocol

from media.counters import MediaCounters
from media.rtp.packet import RtpPacket
from media.rtp.statistics import StreamStatistics
from media.types import MediaFact, Samples
from media.uplinks.ends import Forwarded

ConnectionState = Literal["new", "connecting", "connected", "failed", "closed"]


class Denoiser(Protocol):
    """Stateful, one per stream. `samples` is a whole number of 10 ms frames, of any content; as many come back, delayed
    by `latency_ms` (itself whole frames), within -1..1 and no stronger. `speech`: a voice is heard in these samples."""

    @property
    def latency_ms(self) -> int: ...

    def process(self, samples: Samples, *, speech: bool) -> Samples: ...


class VoiceDetector(Protocol):
    """Stateful, one per stream. `samples` is a whole number of 10 ms frames; one verdict per frame."""

    def detect(self, samples: Samples) -> list[bool]: ...


class FactSink(Protocol):
    """Where a session's facts go. Finals wait for room; partials, levels and reports may be dropped when it is full."""

    async def put(self, fact: MediaFact) -> None: ...


class InterviewClock(Protocol):
    """Milliseconds since the interview started; monotonic."""

    def now_ms(self) -> int: ...


class PublisherSource(Protocol):
    """One connection of the candidate (an epoch), whatever carries it. All of it is called on the event loop."""

    @property
    def epoch(self) -> int: ...
    @property
    def audio(self) -> bool: ...
    @property
    def video(self) -> bool: ...
    @property
    def transport(self) -> Literal["webrtc", "websocket"]: ...
    @property
    def state(self) -> ConnectionState: ...
    @property
    def listens(self) -> bool:
        """What is said to the candidate arrives by this connection."""
        ...

    def count_packets(self) -> int:
        """Every packet that came in, for liveness."""
        ...

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None: ...

    def count(self) -> MediaCounters:
        """Since it began; to be asked until it is closed."""
        ...

    def poll(self, now_ms: int) -> None:
        """About every 20 ms: waiting times of lost packets end here."""
        ...

    def note_round_trip(self, rtt_ms: int) -> None:
        """As the page has measured it: nothing is asked for again before an answer can have come."""
        ...

    async def request_key_frame(self) -> None: ...

    def say(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        """A packet of somebody who speaks to the candidate. `sequence` is unwrapped; `starts`: a decoder can begin."""
        ...

    def fall_silent(self) -> None:
        """Nobody speaks to the candidate any more, or somebody else will."""
        ...

    async def close(self) -> None:
        """Idempotent and bounded."""
        ...
