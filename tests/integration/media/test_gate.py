"""Anybody may send anything to an ICE port: nothing of it ends a connection. `media/webrtc/gate.py` says what would.

If this fails after an update of aioice or aiortc: read that file beside the new `aioice/ice.py` (StunProtocol,
Connection.data_received) and `aiortc/rtcdtlstransport.py` (_recv_next), and see whether it is still needed.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pylibsrtp
import pytest
from aiortc import RTCDtlsTransport

from media.types import PeerConnected
from media.webrtc import gate
from media.webrtc.publisher_peer import PublisherPeer
from simulation.impairment.sdp import find_host_candidate
from tests.fakes.hostile_media import stranger_datagrams, stun_message
from tests.fakes.loopback import Publisher, VoiceTrack, make_voice
from tests.fakes.wire import watch_peers
from tests.integration.media.conftest import Studio


@dataclass
class Connected:
    """Somebody is on, and heard by `peer`. Strangers know the `port`."""

    publisher: Publisher
    peer: PublisherPeer
    port: tuple[str, int]
    failures: list[Any]

    async def still_hears(self) -> bool:
        before = self.peer.count_packets()
        async with asyncio.timeout(5):
            while self.peer.count_packets() < before + 10:
                await asyncio.sleep(0.02)
        return not self.failures


@pytest.fixture
async def connected(open_studio: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch) -> Connected:
    wires = watch_peers(monkeypatch)
    studio = open_studio()
    publisher, answer = await studio.publish(audio=VoiceTrack(make_voice(((30.0, False),))))
    await studio.sink.wait_for(PeerConnected)
    failures: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
    peer = wires[0].peer
    assert peer is not None
    return Connected(publisher, peer, find_host_candidate(answer.sdp), failures)


def test_the_names_are_there() -> None:
    for owner, names in gate.PRIVATE_NAMES.items():
        assert all(hasattr(owner, name) for name in names)


async def test_the_private_parts_are_there(connected: Connected) -> None:
    transport = connected.publisher.connection.getSenders()[0].transport
    assert isinstance(transport, RTCDtlsTransport)
    assert all(hasattr(transport, name) for name in gate.TRANSPORT_NAMES)
    ice = transport.transport._connection
    assert all(hasattr(ice, name) for name in gate.CONNECTION_NAMES)
    assert await connected.still_hears()


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x80" + bytes(1_500),
        b"\x80" + bytes(20_000),
        b"\x80",
        b"\x16",
        stun_message(random.Random(1), [(0x0024, b"\x01\x02")]),
        stun_message(random.Random(2), [(0x802A, b"\x01"), (0x000C, b"")]),
        struct.pack("!BHHIHH", 21, 0xFEFD, 0, 0, 9, 2) + b"\x02\x28",
    ],
    ids=["empty", "1501", "20001", "rtp-1", "dtls-1", "stun-short", "stun-shorter", "dtls-alert"],
)
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
async def test_one_datagram_from_anybody_does_not_end_a_connection(connected: Connected, datagram: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(datagram, connected.port)
    assert await connected.still_hears()


async def test_neither_do_hundreds(connected: Connected) -> None:
    before = gate.turned_away.count().refused.malformed
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for number, datagram in enumerate(stranger_datagrams(11, (), 600)):
            stranger.sendto(datagram, connected.port)
            if number % 50 == 0:
                await asyncio.sleep(0.01)
    assert await connected.still_hears()
    assert gate.turned_away.count().refused.malformed > before


async def test_a_connection_may_not_have_thousands_of_sources(connected: Connected) -> None:
    transport: Any = connected.publisher.connection.getSenders()[0].transport
    received: Any = connected.peer._transport
    before = gate.turned_away.count().refused.sources
    for number in range(500):
        await transport._send_rtp(struct.pack("!BBHII", 0x80, 111, number, 0, 1_000 + number) + bytes(10))
    assert await connected.still_hears()
    kept = 0
    for number in range(500):
        try:
            received._rx_srtp.remove_stream(1_000 + number)
            kept += 1
        except pylibsrtp.Error:
            pass
    assert 0 < kept <= gate.SOURCES
    assert gate.turned_away.count().refused.sources - before > 500 - gate.SOURCES - 50


def test_who_may_not_wait_any_longer_is_counted() -> None:
    class Full:
        _queue = asyncio.Queue[bytes]()
        local_candidate = SimpleNamespace(component=1)

        @property
        def receiver(self) -> Full:
            return self

        def data_received(self, data: bytes, component: int) -> None:
            self._queue.put_nowait(data)

    full, before = Full(), gate.turned_away.count().dropped.connecting
    for _ in range(gate.WAITING_PACKETS + 7):
        gate._pass_on(full, b"\x16")
    assert full._queue.qsize() == gate.WAITING_PACKETS
    assert gate.turned_away.count().dropped.connecting - before == 7
