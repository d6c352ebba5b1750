"""The WebRTC connection of somebody who sends: the candidate's of one epoch, or that of one who speaks to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from aiortc import RTCRtpReceiver, RTCRtpSender
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

from media.counters import MediaCounters
from media.frames import Codec
from media.ports import InterviewClock
from media.rtp.depacketiser import Depacketiser
from media.rtp.h264 import H264Depacketiser
from media.rtp.packet import RtpPacket
from media.rtp.statistics import StreamStatistics
from media.rtp.vp8 import Vp8Depacketiser
from media.settings import MediaSettings
from media.uplinks.audio import AudioUplink
from media.uplinks.ends import Forwarded, OnFrame, OnPacket
from media.uplinks.video import VideoUplink
from media.webrtc import private_names
from media.webrtc.down_link import DownLink
from media.webrtc.offer import Section, read_offer
from media.webrtc.peer import Peer
from media.webrtc.reception import Reception

_DEPACKETISERS: dict[Codec, Depacketiser] = {"vp8": Vp8Depacketiser(), "h264": H264Depacketiser()}


class PublisherPeer(Peer):
    """A `PublisherSource`. Frames go to `on_frame` in order per kind, packets to `on_packet` as they arrive, both on
    the event loop; neither may wait or fail. `want_key_frame` is called when pictures cannot go on without one.

    `want_return_key_frame`: the offer may have sections for what is sent to this peer, by `say`; called when its
    pictures cannot begin or go on. None: it may not.
    """

    transport: Literal["webrtc"] = "webrtc"

    def __init__(
        self,
        epoch: int,
        *,
        clock: InterviewClock,
        settings: MediaSettings,
        on_frame: OnFrame,
        on_packet: OnPacket,
        want_key_frame: Callable[[], None],
        want_return_key_frame: Callable[[], None] | None = None,
        common_codec: bool = False,
    ) -> None:
        """`common_codec`: pictures in the one that everybody can show, where the offer has it, and not in that which
        its device likes best."""
        super().__init__(settings.ice_servers, settings.close_peer_within_s)
        self.epoch = epoch
        self.audio = False
        self.video = False
        self._clock = clock
        self._settings = settings
        self._on_frame = on_frame
        self._on_packet = on_packet
        self._want_key_frame = want_key_frame
        self._common_codec = common_codec
        self._reception = Reception(self._send)
        self._transport: Any = None
        self._depacketiser: Depacketiser = Vp8Depacketiser()
        self._down = None if want_return_key_frame is None else DownLink(self._send, want_return_key_frame)
        self.listens = False
        """What is said to it arrives: its offer had a section for sound."""

    async def answer(self, offer_sdp: str) -> str:
        """The answer, all our candidates in it. Raises SdpRejected."""
        offer = read_offer(offer_sdp, returns=self._down is not None)
        self.audio, self.video = offer.audio, offer.video
        for section in offer.sections:  # aiortc gives sections of a kind to transceivers of that kind in their order
            if section.returns and self._down is not None:
                self._return(section, self._down)
            elif section.kind == "audio":
                self._expect("audio", "opus")
            else:
                self._depacketiser = _DEPACKETISERS[self._choose(section.video_codecs)]
                self._expect("video", self._depacketiser.codec)
        return await self._answer(offer)

    def say(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        if self._down is not None:
            self._down.forward(stream, packet, sequence, starts)

    def fall_silent(self) -> None:
        if self._down is not None:
            self._down.leave()

    def count_packets(self) -> int:
        return self._reception.packets

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None:
        return self._reception.statistics(kind)

    def count(self) -> MediaCounters:
        return self._reception.count()

    def poll(self, now_ms: int) -> None:
        if self.state == "connected":
            self._reception.poll()
            if self._down is not None:
                self._down.poll()

    def note_round_trip(self, rtt_ms: int) -> None:
        self._reception.note_round_trip(rtt_ms)

    async def request_key_frame(self) -> None:
        self.ask_for_key_frame()

    def ask_for_key_frame(self) -> None:
        if self.state == "connected":
            self._reception.request_key_frame()

    def _expect(self, kind: Literal["audio", "video"], codec: Codec) -> None:
        transceiver = self._connection.addTransceiver(kind, direction="recvonly")
        self._restrict_codecs(transceiver, codec)
        private_names.take_over_receiver(transceiver.receiver, partial(self._start, kind, transceiver.receiver))

    def _start(
        self, kind: Literal["audio", "video"], receiver: RTCRtpReceiver, parameters: RTCRtpReceiveParameters
    ) -> None:
        self._take_over(receiver.transport)
        if kind == "audio":
            self._reception.start_audio(self._make_audio(), parameters)
        else:
            self._reception.start_video(self._make_video(), parameters)

    def _return(self, section: Section, down: DownLink) -> None:
        transceiver = self._connection.addTransceiver(section.kind, direction="sendonly")
        self._restrict_codecs(transceiver, *(section.video_codecs if section.kind == "video" else ("opus",)))
        self.listens = self.listens or section.kind == "audio"

        def start(parameters: RTCRtpSendParameters) -> None:
            sender: RTCRtpSender = transceiver.sender
            self._take_over(sender.transport)
            down.open(section.kind, sender, parameters)

        private_names.take_over_sender(transceiver.sender, start)

    def _take_over(self, transport: Any) -> None:
        """Of all sections: there is one."""
        if self._transport is None:
            self._transport = transport
            private_names.take_over_packets(transport, self._reception.on_rtp, self._on_rtcp)

    def _on_rtcp(self, data: bytes) -> None:
        self._reception.on_rtcp(data)
        if self._down is not None:
            self._down.on_rtcp(data)

    def _choose(self, codecs: tuple[Codec, ...]) -> Codec:
        return "vp8" if self._common_codec and "vp8" in codecs else codecs[0]

    def _make_audio(self) -> AudioUplink:
        return AudioUplink(
            self.epoch,
            clock=self._clock,
            settings=self._settings,
            on_frame=self._on_frame,
            on_packet=self._on_packet,
        )

    def _make_video(self) -> VideoUplink:
        return VideoUplink(
            self.epoch,
            self._depacketiser,
            clock=self._clock,
            settings=self._settings,
            on_frame=self._on_frame,
            on_packet=self._on_packet,
            ask_again=self._reception.ask_again,
            want_key_frame=self._want_key_frame,
        )

    def _send(self, data: bytes) -> bool:
        return self._transport is not None and private_names.send_packet(self._transport, data)
