"""Someone who watches, as the load generator has it: packets are counted as they come, not decoded."""

from __future__ import annotations

from aiortc import RTCCertificate
from pylibsrtp import Error as SrtpError

from tests.benchmarks.media.clip import VIDEO_BPS
from tests.benchmarks.media.link import Link
from tests.benchmarks.media.offer import OPUS, VP8
from tests.benchmarks.media.rtcp import write_receiver_report

VERIFIED_EVERY = 64
"""One packet of so many is opened with SRTP, which fails for a packet that was forged or garbled."""


class Observer:
    """Counts of everything since it connected. `forged` packets did not open."""

    def __init__(self, certificate: RTCCertificate, watched: str, *, ssrc: int) -> None:
        self.watched = watched
        self.link = Link(certificate, self._receive)
        self._ssrc = ssrc
        self._highest: dict[int, int] = {}
        self.audio_packets = self.video_packets = self.frames = self.expected = self.forged = 0

    @property
    def packets(self) -> int:
        return self.audio_packets + self.video_packets

    def report(self) -> None:
        """The receiver report that browsers send, with room for what the candidate sends: an encoder in between keeps
        its quality."""
        if self._highest:
            raw = write_receiver_report(self._ssrc, self._highest, VIDEO_BPS)
            try:
                self.link.send(self.link.protector.protect_rtcp(raw))
            except OSError:
                return  # the next one is a second away

    def _receive(self, data: bytes) -> None:
        payload_type = data[1] & 0x7F
        if payload_type == OPUS:
            self.audio_packets += 1
        elif payload_type == VP8:
            self.video_packets += 1
            if data[1] & 0x80:
                self.frames += 1
        else:
            return
        ssrc, sequence = int.from_bytes(data[8:12], "big"), data[2] << 8 | data[3]
        highest = self._highest.get(ssrc)
        if highest is None:
            self._highest[ssrc] = sequence
            self.expected += 1
        else:
            step = (sequence - highest + 0x8000 & 0xFFFF) - 0x8000
            if step > 0:
                self._highest[ssrc] = highest + step
                self.expected += step
        if sequence % VERIFIED_EVERY == 0:
            self._verify(data)

    def _verify(self, data: bytes) -> None:
        try:
            self.link.opener.unprotect(data)
        except SrtpError:
            self.forged += 1
