"""One peer of the load generator: ICE and DTLS by aiortc, then datagrams and SRTP with nothing in between."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.sdp import SessionDescription
from pylibsrtp import Session

from tests.benchmarks.media.offer import write_offer

RTP_FIRST, RTP_LAST = 128, 191
"""First byte of RTP and RTCP on a shared port (RFC 7983); STUN and DTLS are below."""


class Link:
    """`on_packet` is called with every SRTP or SRTCP datagram as it came. Connecting is the first thing to do."""

    def __init__(self, certificate: RTCCertificate, on_packet: Callable[[bytes], None]) -> None:
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._ice._connection.ice_controlling = True
        self._dtls = RTCDtlsTransport(self._ice, [certificate])
        self._on_packet = on_packet
        self._socket: socket.socket | None = None
        self._far: tuple[str, int] = ("", 0)
        self.protector: Session
        self.opener: Session

    async def offer(self, *, sends: bool, audio: bool, video: bool, ssrcs: dict[str, int]) -> str:
        await self._gatherer.gather()
        ice, dtls = self._gatherer.getLocalParameters(), self._dtls.getLocalParameters()
        sha256 = next(mark.value for mark in dtls.fingerprints if mark.algorithm == "sha-256")
        return write_offer(
            ufrag=ice.usernameFragment or "",
            password=ice.password or "",
            fingerprint=sha256,
            addresses=[(at.ip, at.port) for at in self._gatherer.getLocalCandidates() if ":" not in at.ip],
            sends=sends,
            audio=audio,
            video=video,
            ssrcs=ssrcs,
        )

    async def connect(self, answer_sdp: str) -> None:
        """Raises ConnectionError."""
        media = SessionDescription.parse(answer_sdp).media[0]
        for candidate in media.ice_candidates:
            if ":" not in candidate.ip:
                await self._ice.addRemoteCandidate(candidate)
        await self._ice.addRemoteCandidate(None)
        if media.ice is None or media.dtls is None:
            raise ConnectionError("the answer lacks ICE or DTLS parameters")
        await self._ice.start(media.ice)
        if self._ice.state != "completed":
            raise ConnectionError(f"ICE is {self._ice.state}")
        await self._dtls.start(media.dtls)
        if self._dtls.state != "connected":
            raise ConnectionError(f"DTLS is {self._dtls.state}")
        self.protector, self.opener = self._dtls._tx_srtp, self._dtls._rx_srtp
        self._take_over()

    def _take_over(self) -> None:
        """From here on media neither pass through aioice's queue nor through aiortc's tasks; checks and alerts do."""
        pair = self._ice._connection._nominated[1]
        self._far = pair.remote_addr
        protocol: Any = pair.protocol
        handle_others, handle_media = protocol.datagram_received, self._on_packet

        def receive(data: bytes, address: tuple[Any, ...]) -> None:
            if RTP_FIRST <= data[0] <= RTP_LAST:
                handle_media(data)
            else:
                handle_others(data, address)

        protocol.datagram_received = receive
        own: Any = protocol.transport.get_extra_info("socket")
        self._socket = socket.socket(own.family, own.type, own.proto, fileno=socket.dup(own.fileno()))

    def send(self, protected: bytes) -> None:
        """Raises OSError where the kernel has no room."""
        if self._socket is not None:
            self._socket.sendto(protected, self._far)

    async def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        await self._dtls.stop()
        await self._ice.stop()
