"""The media path stands on names that aiortc never promised. Here it says so loudly when one is gone.

If this fails after an update of aiortc: read `media/webrtc/private_names.py` beside the new `rtcpeerconnection.py`,
`rtcdtlstransport.py`, and aioice's `ice.py`. A connection has to start each receiver by `receive` and each sender by
`send`; the transport has to keep its SRTP sessions in `_rx_srtp` and `_tx_srtp` and hand what it receives itself to
`_handle_rtp_data` or `_handle_rtcp_data`; aioice has to send on the nominated pair without ever waiting. Then move
`SUPPORTED_SERIES` and the pin in `pyproject.toml`. Until then decoding would come back at eight times the cost, or
nothing would arrive at all.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any

import aioice
import aiortc
import pytest
from aioice.ice import StunProtocol
from aiortc import (
    RTCConfiguration,
    RTCDtlsTransport,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    rtcpeerconnection,
)

from media.webrtc import private_names
from tests.fakes.loopback import PictureTrack, Publisher, VoiceTrack, make_voice


def test_the_installed_series_are_the_supported_ones() -> None:
    private_names.check_version.cache_clear()
    private_names.check_version()


async def test_every_private_name_is_there() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    transceiver = connection.addTransceiver("video")
    transport = transceiver.receiver.transport
    owners = (transceiver.receiver, transceiver.sender, transport, transport.transport, transport.transport._connection)
    for owner in owners:
        for name in private_names.PRIVATE_NAMES[type(owner)]:
            assert hasattr(owner, name), f"{type(owner).__name__} has no {name} any more: see this file's first lines"
    await connection.close()


def test_the_calls_we_take_over_are_still_made() -> None:
    connection = inspect.getsource(rtcpeerconnection.RTCPeerConnection)
    assert "await transceiver.receiver.receive(" in connection
    assert "await transceiver.sender.send(" in connection
    transport = inspect.getsource(RTCDtlsTransport)
    assert "await self._handle_rtp_data(data, arrival_time_ms=arrival_time_ms)" in transport
    assert "await self._handle_rtcp_data(data)" in transport
    assert "data = self._rx_srtp.unprotect(data)" in transport
    assert "data = self._tx_srtp.protect(data)" in transport
    assert "await active_pair.protocol.send_data(data, active_pair.remote_addr)" in inspect.getsource(aioice.Connection)
    assert "self.transport.sendto(data, addr)" in inspect.getsource(StunProtocol.send_data)
    for owner, name, parameters in (
        (RTCRtpReceiver, "receive", ["self", "parameters"]),
        (RTCRtpSender, "send", ["self", "parameters"]),
    ):
        assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


async def test_packets_come_and_go_without_a_thread_or_a_task_of_aiortc() -> None:
    """With real peers: every packet reaches us, none waits on its way out, nothing is decoded."""
    sender = Publisher(audio=VoiceTrack(make_voice(((1.0, True),))), video=PictureTrack())
    receiver = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    rtp: list[bytes] = []
    rtcp: list[bytes] = []
    started: list[Any] = []

    def start(of: Any) -> Callable[[Any], None]:
        def note(parameters: Any) -> None:
            started.append(parameters)
            private_names.take_over_packets(of.transport, rtp.append, rtcp.append)

        return note

    transceivers = [receiver.addTransceiver(kind, direction="recvonly") for kind in ("audio", "video")]
    for transceiver in transceivers:
        private_names.take_over_receiver(transceiver.receiver, start(transceiver.receiver))
        private_names.take_over_sender(transceiver.sender, start(transceiver.sender))
    threads = set(threading.enumerate())
    await receiver.setRemoteDescription(aiortc.RTCSessionDescription(await sender.offer(), "offer"))
    await receiver.setLocalDescription(await receiver.createAnswer())
    await sender.connect(receiver.localDescription.sdp)
    async with asyncio.timeout(15):
        while len(rtp) < 60 or not rtcp:
            await asyncio.sleep(0.01)
    assert len(started) == 2
    assert len({data[1] & 0x7F for data in rtp}) == 2, "both streams"
    report = bytes.fromhex("81c90007") + bytes(28)
    assert private_names.send_packet(transceivers[0].receiver.transport, report)
    decoders = {thread for thread in set(threading.enumerate()) - threads if "decoder" in thread.name}
    assert not decoders, f"aiortc decodes again: {decoders}"
    await sender.close()
    await receiver.close()
    assert private_names.send_packet(transceivers[0].receiver.transport, report) is False


@pytest.mark.parametrize("name", ["aiortc", "aioice", "pylibsrtp"])
def test_another_series_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(private_names.SUPPORTED_SERIES, name, "99.")
    private_names.check_version.cache_clear()
    with pytest.raises(RuntimeError, match=rf"{name} .*private_names\.py"):
        private_names.check_version()
    private_names.check_version.cache_clear()
