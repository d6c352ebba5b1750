"""A peer that was let in, and sends what it likes through SRTP: its own media suffer, the session does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pylibsrtp
import pytest

from media.types import MediaFault, PeerConnected, RecordingClosed, RecordingOpened
from tests.fakes.hostile_media import TraitorPackets
from tests.fakes.loopback import PictureTrack, Publisher
from tests.fakes.wire import watch_peers
from tests.integration.media.conftest import Studio

PACKETS = 2_000
OPUS, VP8 = 96, 97
"""The payload types aiortc offers them with."""


async def send_all(publisher: Publisher, packets: Iterable[bytes]) -> int:
    """How many went out: of some headers SRTP itself wants nothing."""
    transport: Any = publisher.connection.getSenders()[0].transport
    sent = 0
    for number, data in enumerate(packets):
        try:
            transport._send_rtp(data).send(None)
        except StopIteration:
            sent += 1
        except pylibsrtp.Error:
            pass
        if number % 50 == 0:
            await asyncio.sleep(0.005)
    return sent


async def test_a_peer_that_turned_bad_harms_itself_alone(
    open_studio: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    wires = watch_peers(monkeypatch)
    failures: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
    studio = open_studio()
    publisher, _ = await studio.publish(video=PictureTrack())
    await studio.sink.wait_for(PeerConnected)
    await studio.sink.wait_for(RecordingOpened)
    senders = publisher.connection.getSenders()
    known = [(VP8 if sender.kind == "video" else OPUS, sender._ssrc) for sender in senders]
    packets = TraitorPackets(5, known, range(96, 128))
    for sender in senders:
        sender.replaceTrack(None)
    peer = wires[0].peer
    assert peer is not None
    before = peer.count_packets()
    assert await send_all(publisher, packets.rtp(PACKETS)) > PACKETS / 2
    assert await send_all(publisher, packets.rtcp(PACKETS)) > PACKETS / 2
    await asyncio.sleep(0.3)
    assert peer.count_packets() > before + PACKETS / 4, "it was not heard at all"
    assert not failures
    assert not studio.sink.of(MediaFault)
    # Whoever comes next is heard as if nothing had been.
    _, answer = await studio.publish(video=PictureTrack())
    await studio.sink.wait_for(PeerConnected, lambda fact: fact.epoch == answer.epoch)
    await studio.sink.wait_for(RecordingOpened, lambda fact: fact.epoch == answer.epoch)
    await asyncio.sleep(1)
    await studio.session.close()
    assert (await studio.sink.wait_for(RecordingClosed, lambda fact: fact.epoch == answer.epoch)).duration_ms > 500
    assert not studio.sink.of(MediaFault)
    assert not failures
