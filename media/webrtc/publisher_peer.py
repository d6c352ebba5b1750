"""The candidate's WebRTC connection of one epoch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from aiortc import RTCRtpReceiver
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters

from media.counters import MediaCounters
from media.frames import Codec
from media.ports import InterviewClock
from media.rtp.depacketiser import Depacketiser
from media.rtp.h264 import H264Depacketiser
from media.rtp.statistics import StreamStatistics
from media.rtp.vp8 import Vp8Depacketiser
from media.settings import MediaSettings
from media.uplinks.audio import AudioUplink
from media.uplinks.ends import OnFrame, OnPacket
from media.uplinks.video import VideoUplink
from media.webrtc import private_names
from media.webrtc.offer import read_offer
from media.webrtc.peer import Peer
from media.webrtc.reception import Reception

_DEPACKETISERS: dict[Codec, Depacketiser] = {"vp8": Vp8Depacketiser(), "h264": H264Depacketiser()}


class PublisherPeer(Peer):
    """A `PublisherSource`. Frames go to `on_frame` in order per kind, packets to `on_packet` as they arrive, both on
    the event loop; neither may wait or fail. `want_key_frame` is called when pictures cannot go on without one."""

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
    ) -> None:
        super().__init__(settings.ice_servers, settings.close_peer_within_s)
        self.epoch = epoch
        self.audio = False
        self.video = False
        self._clock = clock
        self._settings = settings
        self._on_frame = on_frame
        self._on_packet = on_packet
        self._want_key_frame = want_key_frame
        self._reception = Reception(self._send)
        self._receiver: RTCRtpReceiver | None = None
        self._depacketiser: Depacketiser = Vp8Depacketiser()

    async def answer(self, offer_sdp: str) -> str:
        """The answer, all our candidates in it. Raises SdpRejected."""
        offer = read_offer(offer_sdp)
        self.audio, self.video = offer.audio, offer.video
        if offer.audio:
            self._expect("audio", "opus")
        if offer.video:
            self._depacketiser = _DEPACKETISERS[offer.video_codecs[0]]
            self._expect("video", self._depacketiser.codec)
        return await self._answer(offer)

    def count_packets(self) -> int:
        return self._reception.packets

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None:
        return self._reception.statistics(kind)

    def count(self) -> MediaCounters:
        return self._reception.count()

    def poll(self, now_ms: int) -> None:
        if self.state == "connected":
            self._reception.poll()

    def note_round_trip(self, rtt_ms: int) -> None:
        self._reception.note_round_trip(rtt_ms)

    async def request_key_frame(self) -> None:
        if self.state == "connected":
            self._reception.request_key_frame()

    def _expect(self, kind: Literal["audio", "video"], codec: Codec) -> None:
        transceiver = self._connection.addTransceiver(kind, direction="recvonly")
        self._restrict_codecs(transceiver, codec)
        private_names.take_over_receiver(transceiver.receiver, partial(self._start, kind, transceiver.receiver))

    def _start(
        self, kind: Literal["audio", "video"], receiver: RTCRtpReceiver, parameters: RTCRtpReceiveParameters
    ) -> None:
        if self._receiver is None:
            self._receiver = receiver
            reception = self._reception
            private_names.take_over_packets(receiver.transport, reception.on_rtp, reception.on_rtcp)
        if kind == "audio":
            self._reception.start_audio(self._make_audio(), parameters)
        else:
            self._reception.start_video(self._make_video(), parameters)

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
        return self._receiver is not None and private_names.send_packet(self._receiver.transport, data)
