"""What the conductor, the server process and the load generator tell each other over a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["audio", "video"]
ServerKind = Literal["naive", "path", "whole"]
Pace = Literal["spread", "together", "paced"]
"""How the packets of all candidates lie in time: each at its own phase, all at the same, or each frame drawn out."""

# --- to the load generator --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MakeOffers:
    """New peers, one for each name; the answer is a dict of name to SDP. Observers name the one they watch."""

    names: tuple[str, ...]
    role: Literal["publisher", "observer"]
    audio: bool = True
    video: bool = True
    watched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeAnswers:
    """Connects; publishers begin to send."""

    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class LeavePeers:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetPace:
    pace: Pace


@dataclass(frozen=True, slots=True)
class Trace:
    """Publishers remember from now on what they send."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lose:
    """The next `packets` of a kind are lost, and so is every retransmission of them."""

    name: str
    kind: Kind
    packets: int


@dataclass(frozen=True, slots=True)
class ReadTrace:
    """Answered with a dict of name to SentTrace."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture or an Opus packet: when, its checksum, and its number among those of its kind."""

    kind: Kind
    at_s: float
    checksum: int
    number: int
    key: bool


@dataclass(frozen=True, slots=True)
class Lost:
    kind: Kind
    at_s: float
    number: int


@dataclass(frozen=True, slots=True)
class SentTrace:
    sent: tuple[Sent, ...]
    lost: tuple[Lost, ...]
    refused: int


# --- to the server ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publish:
    """Opens sessions; answered with a dict of name to SDP."""

    offers: dict[str, str]
    record: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """`offers`: observer to (session, SDP); answered with a dict of observer to SDP."""

    offers: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Unwatch:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CloseSessions:
    """`check`: whose recordings are read back between `begun_s` and `ended_s` (monotonic); the answer is a tuple of
    RecordingCheck."""

    names: tuple[str, ...]
    check: tuple[str, ...] = ()
    begun_s: float = 0.0
    ended_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ReadOutput:
    """Answered with a dict of session to a tuple of Emitted, for a server that was started with `trace`."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """A frame that left the receiving side. Encoded ones have a `checksum`, decoded ones a `number` (by timestamp)."""

    kind: Kind
    at_s: float
    checksum: int | None
    number: int | None
    key: bool


@dataclass(frozen=True, slots=True)
class RecordingCheck:
    name: str
    video_expected: int
    video_found: int
    audio_expected: int
    audio_found: int

    @property
    def whole(self) -> bool:
        """One frame at either end of the stretch may lie outside."""
        return self.video_found >= self.video_expected - 2 and self.audio_found >= self.audio_expected - 2


# --- to both ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begin:
    """A window of measurement begins; `End` is answered with ServerWindow or LoadWindow."""


@dataclass(frozen=True, slots=True)
class End:
    pass


@dataclass(frozen=True, slots=True)
class Quit:
    pass


@dataclass(frozen=True, slots=True)
class ServerWindow:
    begun_s: float
    ended_s: float
    cpu_s: float
    others_share: float
    """Of the core: what neither this process nor idling had."""
    lag_p50_ms: float
    lag_p99_ms: float
    lag_max_ms: float
    sessions: int
    faults: tuple[str, ...]
    heard_s: float
    """Audio that the hearing of all sessions has been through."""
    threads: int
    memory_mb: float

    @property
    def cpu_share(self) -> float:
        return self.cpu_s / (self.ended_s - self.begun_s)


@dataclass(frozen=True, slots=True)
class Reception:
    """One observer's window. `sent` is what its candidate sent in it; `gaps` are packets missing by number."""

    name: str
    audio_sent: int
    audio_received: int
    frames_sent: int
    frames_received: int
    packets: int
    gaps: int
    forged: int

    @property
    def share(self) -> float:
        """Of what was sent; what is under way at either end of the window (two frames) is not missing."""
        shares = [1.0 - self.gaps / max(self.packets + self.gaps, 1)]
        for sent, received in ((self.audio_sent, self.audio_received), (self.frames_sent, self.frames_received)):
            if sent:
                shares.append(min(1.0, (received + 2) / sent))
        return min(shares)


@dataclass(frozen=True, slots=True)
class LoadWindow:
    wall_s: float
    cpu_s: float
    others_share: float
    late_p99_ms: float
    late_max_ms: float
    packets_sent: int
    unsent: int
    repeated: int
    key_frames_asked: int
    receptions: tuple[Reception, ...]

    @property
    def cpu_share(self) -> float:
        return self.cpu_s / self.wall_s


@dataclass(frozen=True, slots=True)
class Failed:
    """Instead of an answer."""

    reason: str
