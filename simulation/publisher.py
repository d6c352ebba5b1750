"""The candidate's media connection: one WebRTC peer at a time, published over WHIP (RFC 9725)."""

from __future__ import annotations

import asyncio

import httpx
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

from server.protocol.commands import QualityReportCommand
from simulation.client import IceServer, refusal
from simulation.errors import MediaFailed, Refused
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.proxy import ImpairmentProxy
from simulation.picture import MovingPicture
from simulation.sending import Sending, SentStatistics
from simulation.tracks import PictureTrack, Voice, VoiceTrack

CONNECT_TIMEOUT_S = 20.0
CLOSE_TIMEOUT_S = 5.0
SUSPICION_S = 3.0
ATTEMPTS = 8


class Publisher:
    """`publish` may be called again at any time: there is no ICE restart, so a reconnect is a new peer."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        session: str,
        ice_servers: list[IceServer],
        voice: Voice,
        picture: MovingPicture | None,
        *,
        network: NetworkProfile | None = None,
        network_seed: int = 0,
    ) -> None:
        """`network`: each peer reaches the server through a proxy that behaves like it."""
        self._http = http
        self._headers = {"Authorization": f"Bearer {session}"}
        self._ice_servers = [
            RTCIceServer(urls=server.urls, username=server.username, credential=server.credential)
            for server in ice_servers
        ]
        self._voice = voice
        self._picture = picture
        self._network = network
        self._network_seed = network_seed
        self.sending = Sending()
        self._sent = SentStatistics()
        self.proxy: ImpairmentProxy | None = None
        self._peer: RTCPeerConnection | None = None
        self._location: str | None = None
        self.epoch = 0
        self._suspicion: asyncio.TimerHandle | None = None
        self.publications = 0
        self.connected = asyncio.Event()
        self.lost = asyncio.Event()

    async def keep_publishing(self) -> None:
        """Publishes, and again whenever the connection is lost. Runs until it is cancelled; raises after ATTEMPTS."""
        failures = 0
        while True:
            try:
                await self.publish()
                failures = 0
                await self.lost.wait()
            except (httpx.HTTPError, Refused, MediaFailed):
                failures += 1
                if failures == ATTEMPTS:
                    raise
            await asyncio.sleep(min(3.0, 0.2 * 2**failures))

    def suspect(self, epoch: int) -> None:
        """The server hears nothing of this peer: a new one, unless `trust` is called soon."""
        if epoch == self.epoch and self._suspicion is None:
            self._suspicion = asyncio.get_running_loop().call_later(SUSPICION_S, self.lost.set)

    def trust(self) -> None:
        if self._suspicion is not None:
            self._suspicion.cancel()
            self._suspicion = None

    async def publish(self) -> None:
        """Returns when media flows. Raises Refused or MediaFailed."""
        await self._close_peer()
        peer = RTCPeerConnection(RTCConfiguration(iceServers=self._ice_servers))
        self._peer, self._sent = peer, SentStatistics()
        self.lost.clear()
        self.publications += 1
        peer.add_listener("connectionstatechange", lambda: self._note_state(peer))
        peer.addTransceiver(VoiceTrack(self._voice), direction="sendonly")
        if self._picture is not None:
            transceiver = peer.addTransceiver(
                PictureTrack(self._picture, self._voice, self.sending), direction="sendonly"
            )
            codecs = RTCRtpSender.getCapabilities("video").codecs
            transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == "video/VP8"])
        await peer.setLocalDescription(await peer.createOffer())
        offer_sdp = peer.localDescription.sdp
        if self._network is not None:
            self.proxy = ImpairmentProxy(self._network, seed=self._network_seed + self.publications)
            offer_sdp = self.proxy.open(offer_sdp)
        answer = await self._http.post(
            "/v1/whip",
            content=offer_sdp,
            headers={**self._headers, "Content-Type": "application/sdp"},
        )
        if answer.status_code != httpx.codes.CREATED:
            raise refusal(answer, "publish media")
        self._location = answer.headers["Location"]
        self.epoch = int(str(self._location).rstrip("/").rpartition("/")[2])
        answer_sdp = answer.text if self.proxy is None else self.proxy.join(answer.text)
        await peer.setRemoteDescription(RTCSessionDescription(answer_sdp, "answer"))
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self.connected.wait()
        except TimeoutError:
            raise MediaFailed(f"no media connection within {CONNECT_TIMEOUT_S:.0f} s") from None

    async def measure(self, rtt_ms: int | None) -> QualityReportCommand:
        """`rtt_ms`: of the socket, for as long as nothing better is known."""
        if self._peer is None:
            return QualityReportCommand(rtt_ms=rtt_ms)
        entries = (await self._peer.getStats()).values()
        return self._sent.read(entries, "none" if self._picture is None else "on", rtt_ms)

    async def close(self) -> None:
        """Ends the resource as RFC 9725 asks; a server that is gone has ended it already."""
        if self._location is not None:
            try:
                await self._http.delete(self._location, headers=self._headers, timeout=CLOSE_TIMEOUT_S)
            except httpx.HTTPError:
                pass
            self._location = None
        await self._close_peer()

    def _note_state(self, peer: RTCPeerConnection) -> None:
        if peer is not self._peer:
            return
        if peer.connectionState == "connected":
            self.connected.set()
        elif peer.connectionState in ("failed", "closed"):
            self.connected.clear()
            self.lost.set()

    async def _close_peer(self) -> None:
        peer, self._peer = self._peer, None
        self.connected.clear()
        self.trust()
        if peer is not None:
            try:
                await asyncio.wait_for(peer.close(), CLOSE_TIMEOUT_S)  # known to hang now and then
            except TimeoutError:
                pass
        proxy, self.proxy = self.proxy, None
        if proxy is not None:
            proxy.close()
