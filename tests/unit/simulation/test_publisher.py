"""The publisher against an aiortc peer that stands where the server's WHIP endpoint does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from server.protocol.commands import QualityReportCommand
from server.protocol.events import QualityProfileChanged
from simulation.errors import Refused
from simulation.impairment.profiles import find_profile
from simulation.picture import HEIGHT, WIDTH, draw_moving_picture
from simulation.publisher import Publisher
from simulation.tracks import Voice


class WhipEndpoint:
    def __init__(self) -> None:
        self.peers: list[RTCPeerConnection] = []
        self.tracks: list[MediaStreamTrack] = []
        self.deleted: list[str] = []
        self.refusals = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer session"
        if request.method == "DELETE":
            self.deleted.append(request.url.path)
            return httpx.Response(200)
        assert request.headers["Content-Type"] == "application/sdp"
        if self.refusals:
            self.refusals -= 1
            return httpx.Response(503, json={"code": "unavailable", "detail": "later", "retryable": True})
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.add_listener("track", self.tracks.append)
        self.peers.append(peer)
        await peer.setRemoteDescription(RTCSessionDescription(request.content.decode(), "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        location = {"Location": f"/v1/whip/{len(self.peers)}"}
        return httpx.Response(201, headers=location, text=peer.localDescription.sdp)


@pytest.fixture
async def endpoint() -> AsyncIterator[WhipEndpoint]:
    endpoint = WhipEndpoint()
    yield endpoint
    for peer in endpoint.peers:
        await asyncio.wait_for(peer.close(), 10)


@pytest.fixture
async def publisher(endpoint: WhipEndpoint) -> AsyncIterator[Publisher]:
    transport = httpx.MockTransport(endpoint.answer)
    async with httpx.AsyncClient(base_url="http://server", transport=transport) as http:
        publisher = Publisher(http, "session", [], Voice(lambda: True), draw_moving_picture(0))
        yield publisher
        await publisher.close()


async def test_ready_packets_are_decoded_at_the_other_end(endpoint: WhipEndpoint, publisher: Publisher) -> None:
    await publisher.publish()
    audio, video = sorted(endpoint.tracks, key=lambda track: track.kind)
    async with asyncio.timeout(20):
        heard = await audio.recv()
        seen = await video.recv()
    assert heard.sample_rate == 48000  # type: ignore[union-attr]
    assert (seen.width, seen.height) == (WIDTH, HEIGHT)  # type: ignore[union-attr]
    assert publisher.epoch == 1


async def test_it_tells_what_it_sends_and_sends_what_it_is_asked_for(
    endpoint: WhipEndpoint, publisher: Publisher
) -> None:
    assert await publisher.measure(70) == QualityReportCommand(rtt_ms=70)
    await publisher.publish()
    await publisher.measure(70)
    await asyncio.sleep(1)
    whole = await publisher.measure(70)
    assert (whole.camera, whole.limitation) == ("on", "none")
    assert whole.sent_kbps is not None
    publisher.sending.follow(QualityProfileChanged("audio", False, 0, 0, 0, 0, 32, "loss"))
    await publisher.measure(70)
    await asyncio.sleep(1)
    voice_alone = (await publisher.measure(70)).sent_kbps
    assert voice_alone is not None
    assert 0 < voice_alone < whole.sent_kbps / 2


async def test_media_go_through_the_network_they_are_given(endpoint: WhipEndpoint) -> None:
    transport = httpx.MockTransport(endpoint.answer)
    async with httpx.AsyncClient(base_url="http://server", transport=transport) as http:
        publisher = Publisher(http, "session", [], Voice(lambda: True), None, network=find_profile("good-wifi"))
        await publisher.publish()
        proxy = publisher.proxy
        assert proxy is not None
        async with asyncio.timeout(20):
            for _ in range(20):
                await endpoint.tracks[0].recv()
        assert proxy.up.passed >= 20
        assert proxy.down.passed > 0
        await publisher.close()
        assert publisher.proxy is None


async def test_a_lost_connection_is_published_anew(endpoint: WhipEndpoint, publisher: Publisher) -> None:
    endpoint.refusals = 1
    keeping = asyncio.ensure_future(publisher.keep_publishing())
    async with asyncio.timeout(20):
        await publisher.connected.wait()
        assert publisher.epoch == 1
        publisher.lost.set()
        while publisher.epoch != 2 or not publisher.connected.is_set():
            await asyncio.sleep(0.05)
    keeping.cancel()
    await asyncio.wait([keeping])
    await publisher.close()
    assert endpoint.deleted == ["/v1/whip/2"]


async def test_a_refused_offer_carries_the_code(endpoint: WhipEndpoint, publisher: Publisher) -> None:
    endpoint.refusals = 1
    with pytest.raises(Refused) as refused:
        await publisher.publish()
    assert refused.value.code == "unavailable"
    assert refused.value.retryable


async def test_suspicion_of_another_epoch_is_ignored_and_trust_ends_it(publisher: Publisher) -> None:
    await publisher.publish()
    publisher.suspect(99)
    assert publisher._suspicion is None
    publisher.suspect(publisher.epoch)
    assert publisher._suspicion is not None
    publisher.trust()
    assert publisher._suspicion is None
    assert not publisher.lost.is_set()
