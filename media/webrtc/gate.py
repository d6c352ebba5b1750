"""What may pass from a UDP port that anybody can send to into aioice and aiortc, which trust what arrives there.

Measured on aioice 0.13 and aiortc 1.16, with no key and from any address: one empty datagram, or one of more than 1500
bytes that looks like RTP, ends the DTLS transport of whoever is connected on that port; a STUN attribute of a wrong
size is an unhandled exception. And whoever has a key may have libsrtp keep a stream for each of 2**32 sources, in a
list that it searches for every packet.
"""

# ruff: noqa: SLF001 - private names, as in private_names.py
from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pylibsrtp
from aioice.ice import StunProtocol

from media.counters import DropCounters, MediaCounters, RefusalCounters

LARGEST_BYTES = 1_500
"""pylibsrtp's buffer; longer ones it refuses with an error that aiortc does not expect."""
WAITING_PACKETS = 2_048
"""Of one connection, while the event loop is busy elsewhere: over a second of 10 Mbit/s. More are dropped and
counted."""
SOURCES = 32
"""SSRCs that a connection may use. A browser's has two streams and their retransmissions."""

PRIVATE_NAMES: dict[type, tuple[str, ...]] = {StunProtocol: ("datagram_received",)}
CONNECTION_NAMES = ("_queue", "data_received")
TRANSPORT_NAMES = ("_rx_srtp",)
_DIRECT = "direct"


@dataclass(slots=True)
class TurnedAway:
    """By all connections of this process: what is turned away belongs to none of them for sure."""

    malformed: int = 0
    waiting: int = 0
    sources: int = 0

    def count(self) -> MediaCounters:
        return MediaCounters(
            dropped=DropCounters(connecting=self.waiting),
            refused=RefusalCounters(malformed=self.malformed, sources=self.sources),
        )


turned_away = TurnedAway()


@cache
def install() -> None:
    """For all connections of this process, once. The first byte tells the protocol (RFC 7983 section 7)."""
    parse_stun = StunProtocol.datagram_received

    def receive(self: Any, data: bytes, addr: tuple[Any, ...]) -> None:
        if not 0 < len(data) <= LARGEST_BYTES:
            turned_away.malformed += 1
            return
        first = data[0]
        if first > 3:
            if 19 < first < 64 or 127 < first < 192:
                _pass_on(self, data)
            else:
                turned_away.malformed += 1
            return
        try:
            parse_stun(self, data, addr)
        except (struct.error, KeyError):
            turned_away.malformed += 1  # an attribute of a wrong size, or without one that a check must have

    StunProtocol.datagram_received = receive  # type: ignore[method-assign, assignment]


def open_direct_way(connection: Any, receive: Callable[[bytes], None]) -> None:
    """Media packets of the connection go to `receive` as they arrive, past aioice's queue and aiortc's task: waking
    that task was a good part of what a packet cost."""
    setattr(connection, _DIRECT, receive)


def _pass_on(protocol: Any, data: bytes) -> None:
    connection = protocol.receiver
    if data[0] > 127 and (receive := getattr(connection, _DIRECT, None)) is not None:
        receive(data)
        return
    candidate = getattr(protocol, "local_candidate", None)
    if candidate is None:
        return
    if connection._queue.qsize() < WAITING_PACKETS:
        connection.data_received(data, candidate.component)
    else:
        turned_away.waiting += 1


class SourceLimit:
    """The first sources of a connection are its own; what others send is let go again, so that nothing is kept."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._known: set[bytes] = set()

    def admit(self, ssrc: bytes) -> bool:
        """Of a packet that SRTP has just let through."""
        if ssrc in self._known:
            return True
        if len(self._known) < SOURCES:
            self._known.add(ssrc)
            return True
        turned_away.sources += 1
        try:
            self._transport._rx_srtp.remove_stream(int.from_bytes(ssrc))
        except (pylibsrtp.Error, AttributeError):
            pass  # it has no stream of its own, or the connection is over
        return False
