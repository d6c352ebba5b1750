"""What the media plane counts, added up over connections and interviews so that nothing is forgotten when one ends."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol, Self

from media.types import SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class _Sum:
    """Field by field."""

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class StreamCounters(_Sum):
    """Packets of the candidates' streams of one kind. What never came is `expected - received - recovered`."""

    expected: int = 0
    received: int = 0
    """As they came: a packet that came twice counts twice."""
    recovered: int = 0
    """Came again, by retransmission."""
    bytes: int = 0
    reordered: int = 0
    """Overtaken, and in time to take their place."""
    late: int = 0
    duplicates: int = 0
    given_up: int = 0
    """Of sound: waited for in vain. Of pictures: not asked for any more, or never."""
    discarded: int = 0
    """Came, and were of no use because too much before them was missing."""
    restarts: int = 0
    """Jumps of the sequence numbers after which counting began anew."""
    nacks: int = 0
    key_frame_requests: int = 0


@dataclass(frozen=True, slots=True)
class HeardCounters(_Sum):
    """Samples of what was listened to, by where they came from; see `media.hearing.concealment`."""

    decoded: int = 0
    fec: int = 0
    plc: int = 0
    comfort: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        return self.decoded + self.fec + self.plc + self.comfort + self.silent

    @property
    def recovered_share(self) -> float:
        """What was lost and came out of the packet after it, 0..1."""
        return self._share(self.fec)

    @property
    def concealed_share(self) -> float:
        """What was lost and made up, 0..1. The rests of a sender that is silent on purpose are no loss."""
        return self._share(self.plc + self.silent)

    def _share(self, samples: int) -> float:
        return samples / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class DropCounters(_Sum):
    """What the bounds of buffers have cost."""

    connecting: int = 0
    """Datagrams that came faster than a connection could be made."""
    handover: int = 0
    """Frames of a connection that waited to take over for too long."""
    hearing: int = 0
    """Audio frames that hearing was too slow for."""
    unreadable: int = 0
    """Audio frames that came twice, too late, or too far ahead of their time."""
    line: int = 0
    """Voice of the websocket that came faster than it went on to the worker that has the interview."""
    facts: int = 0
    """What an interview was not told because it did not listen for long."""


@dataclass(frozen=True, slots=True)
class RefusalCounters(_Sum):
    """What anybody may send and nobody is to hear."""

    malformed: int = 0
    sources: int = 0
    """Packets of more sources than a connection may have."""
    strays: int = 0
    """Packets of streams that were not negotiated."""


@dataclass(frozen=True, slots=True)
class CaptionCounters(_Sum):
    """Words (in Chinese characters) that captions showed as certain, when the final text has come."""

    kept: int = 0
    changed: int = 0
    """They do not stand in the final text."""


@dataclass(frozen=True, slots=True)
class SpeculationCounters(_Sum):
    """Speech whose text was asked for before it was known to be over, in ms."""

    kept: int = 0
    """It was over."""
    wasted: int = 0
    """It went on. Of some the decoding had not begun yet."""


@dataclass(frozen=True, slots=True)
class MediaCounters(_Sum):
    """Each only ever grows."""

    audio: StreamCounters = StreamCounters()
    video: StreamCounters = StreamCounters()
    heard: HeardCounters = HeardCounters()
    dropped: DropCounters = DropCounters()
    refused: RefusalCounters = RefusalCounters()
    captions: CaptionCounters = CaptionCounters()
    speculation: SpeculationCounters = SpeculationCounters()


class Counting(Protocol):
    def count(self) -> MediaCounters:
        """Since it began."""
        ...


class Tally:
    """The counters of all who come and go. Whoever has gone stays counted."""

    def __init__(self) -> None:
        self._present: list[Counting] = []
        self._past = MediaCounters()

    def follow(self, one: Counting) -> None:
        self._present.append(one)

    def let_go(self, one: Counting) -> None:
        """Its counters are final. Who is not followed is none of ours."""
        if one in self._present:
            self._present.remove(one)
            self._past += one.count()

    def count(self) -> MediaCounters:
        return sum((one.count() for one in self._present), self._past)


def to_seconds(samples: int) -> float:
    return samples / SAMPLE_RATE_HZ
