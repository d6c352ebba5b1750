"""A candidate behind a bad network: real aiortc peers over loopback, through the proxy, with both ends written down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media.hearing.opus import ENCODED_SAMPLES, OpusEncoder
from media.session import MediaSession
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.settings import PERFECT, Impairment
from tests.fakes.loopback import Publisher, _keep_pace, make_voice
from tests.fakes.wire import TappedProxy, Wire

VOICE_S = 5.0
PACKET_TICKS = 960


@cache
def speak() -> tuple[bytes, ...]:
    """Opus packets with the one before repeated in each, as a browser sends them when told of loss."""
    encoder = OpusEncoder(bitrate_bps=32_000, expected_loss_percent=15)
    voice = make_voice(((VOICE_S, True),))[::3].astype(np.float32) / np.float32(32768)
    whole = len(voice) // ENCODED_SAMPLES * ENCODED_SAMPLES
    return tuple(encoder.encode(voice[at : at + ENCODED_SAMPLES]) for at in range(0, whole, ENCODED_SAMPLES))


class SpokenTrack(MediaStreamTrack):
    """`speak`, over and over, every 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._started_s: float | None = None

    async def recv(self) -> av.Packet[Any]:
        if self.readyState != "live":
            raise MediaStreamError
        self._started_s = await _keep_pace(self._started_s, self._count * 0.02)
        packets = speak()
        packet = av.Packet(packets[self._count % len(packets)])
        packet.pts, packet.time_base = self._count * PACKET_TICKS, Fraction(1, 48_000)
        self._count += 1
        return packet


@dataclass
class Candidate:
    """Somebody who publishes to a session. `close` when done."""

    publisher: Publisher
    proxy: TappedProxy
    wire: Wire
    epoch: int

    def change(self, impairment: Impairment) -> None:
        """Of the way to the server; of the way back, its loss and delay only."""
        back = Impairment(
            loss=impairment.loss,
            burst=impairment.burst,
            delay_ms=impairment.delay_ms,
            jitter_ms=impairment.jitter_ms,
            blackouts=impairment.blackouts,
        )
        self.proxy.change(up=impairment, down=back)

    async def wait_connected(self) -> None:
        async with asyncio.timeout(20):
            while not self.wire.audio.arrived:
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self.publisher.close()
        self.proxy.close()


async def publish(
    session: MediaSession, wires: list[Wire], *, video: MediaStreamTrack | None = None, seed: int = 1
) -> Candidate:
    """`wires` is what `watch_peers` fills. Begins on a perfect network."""
    publisher = Publisher(audio=SpokenTrack(), video=video)
    proxy = TappedProxy(NetworkProfile.both_ways("test", PERFECT), seed=seed)
    try:
        offer = await publisher.offer()
        answer = await session.accept_publisher(proxy.open(offer))
        wire = wires[-1]
        proxy.listen_to(wire, offer)
        await publisher.connect(proxy.join(answer.sdp))
    except BaseException:
        await publisher.close()
        proxy.close()
        raise
    return Candidate(publisher, proxy, wire, answer.epoch)
