"""A candidate of the load generator: ready packets, a header each, SRTP, out."""

from __future__ import annotations

import random
import struct
import time
import zlib
from collections import deque
from dataclasses import dataclass

from aiortc import RTCCertificate
from pylibsrtp import Error as SrtpError

from tests.benchmarks.media.clip import FRAMES_PER_SECOND, KEY_FRAME_EVERY, OPUS_TICKS, Clip
from tests.benchmarks.media.link import Link
from tests.benchmarks.media.messages import Kind, Lost, Sent
from tests.benchmarks.media.offer import AUDIO_LEVEL_ID, OPUS, RTX, SEND_TIME_ID, VP8
from tests.benchmarks.media.rtcp import read_requests, write_sender_report

FRAME_TICKS = 90_000 // FRAMES_PER_SECOND
AUDIO_INTERVAL_S, VIDEO_INTERVAL_S, REPORT_INTERVAL_S = 0.02, 1 / FRAMES_PER_SECOND, 1.0
REMEMBERED = 512

_HEADER = struct.Struct("!BBHII HH")
_AUDIO_EXTENSION = bytes([AUDIO_LEVEL_ID << 4, 0x80 | 30, 0, 0])
_SEND_TIME_EXTENSION = bytes([SEND_TIME_ID << 4 | 2, 0, 0, 0])
_STAMP_AT = _HEADER.size + 1
_EXTENDED = 0x90


@dataclass(slots=True)
class Losses:
    """What is to be lost on the way: so many packets of a kind from the next on, and what was."""

    waiting: dict[Kind, int]
    lost: list[Lost]
    refused: set[int]


class Publisher:
    """Not before `link` is connected: `send_audio` and `send_video` at their times, `report` once a second.

    With `trace`, what is sent is remembered for a comparison with what the server gives out.
    """

    def __init__(self, certificate: RTCCertificate, clip: Clip, *, audio: bool, video: bool, seed: int) -> None:
        chance = random.Random(seed)
        self.audio, self.video = audio, video
        self.ssrcs = {kind: chance.getrandbits(32) for kind in ("audio", "video", "rtx")}
        self.link = Link(certificate, self._receive)
        self._clip = clip
        self._words = chance.randrange(len(clip.voice))
        self._frame = KEY_FRAME_EVERY * chance.randrange(len(clip.pictures) // KEY_FRAME_EVERY)
        self._sequences = {kind: chance.getrandbits(15) for kind in ("audio", "video", "rtx")}
        self._ticks = {"audio": chance.getrandbits(31), "video": chance.getrandbits(31)}
        self._picture_id = chance.getrandbits(15)
        self._key_frame_wanted = False
        self._history: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self.losses = Losses({}, [], set())
        self.trace: list[Sent] | None = None
        self.audio_packets = self.video_packets = self.frames = self.octets = 0
        self.key_frames_asked = self.repeated = self.refused = self.unsent = 0

    # --- out ----------------------------------------------------------------------------------------------------------

    def send_audio(self) -> None:
        payload = self._clip.voice[self._words]
        self._words = (self._words + 1) % len(self._clip.voice)
        sequence = self._count("audio")
        self._ticks["audio"] = (self._ticks["audio"] + OPUS_TICKS) & 0xFFFFFFFF
        if self.trace is not None:
            self.trace.append(Sent("audio", time.monotonic(), zlib.crc32(payload), self.audio_packets, True))
        self.audio_packets += 1
        if self._loses("audio", sequence):
            return
        header = _HEADER.pack(
            _EXTENDED, OPUS, sequence, self._ticks["audio"], self.ssrcs["audio"], 0xBEDE, len(_AUDIO_EXTENSION) // 4
        )
        self._send(header + _AUDIO_EXTENSION + payload)

    def next_frame(self) -> list[bytes]:
        """Packets of the next picture, ready but for SRTP. All are of one time; sending them is `send_video`."""
        if self._key_frame_wanted:
            self._key_frame_wanted = False
            self._frame = -(-self._frame // KEY_FRAME_EVERY) * KEY_FRAME_EVERY % len(self._clip.pictures)
        picture = self._clip.pictures[self._frame]
        self._frame = (self._frame + 1) % len(self._clip.pictures)
        self._ticks["video"] = (self._ticks["video"] + FRAME_TICKS) & 0xFFFFFFFF
        self._picture_id = (self._picture_id + 1) & 0x7FFF
        if self.trace is not None:
            self.trace.append(Sent("video", time.monotonic(), zlib.crc32(picture.data), self.frames, picture.key))
        self.frames += 1
        last = len(picture.chunks) - 1
        packets = []
        for at, chunk in enumerate(picture.chunks):
            sequence = self._count("video")
            packet = b"".join(
                (
                    _HEADER.pack(
                        _EXTENDED,
                        VP8 | (0x80 if at == last else 0),
                        sequence,
                        self._ticks["video"],
                        self.ssrcs["video"],
                        0xBEDE,
                        1,
                    ),
                    _SEND_TIME_EXTENSION,
                    bytes((0x90 if at == 0 else 0x80, 0x80, 0x80 | self._picture_id >> 8, self._picture_id & 0xFF)),
                    chunk,
                )
            )
            self._history.append((sequence, packet))
            self.video_packets += 1
            if not self._loses("video", sequence, spared=picture.key or at != min(1, last)):
                packets.append(packet)
        return packets

    def send_video(self, packets: list[bytes]) -> None:
        stamp = (int(time.monotonic() * 262_144) & 0xFFFFFF).to_bytes(3, "big")
        for packet in packets:
            self._send(packet[:_STAMP_AT] + stamp + packet[_STAMP_AT + 3 :])

    def report(self) -> None:
        """Sender reports, on which synchronisation rests."""
        for kind, there in (("audio", self.audio), ("video", self.video)):
            if there:
                count = self.audio_packets if kind == "audio" else self.video_packets
                raw = write_sender_report(self.ssrcs[kind], self._ticks[kind], count, self.octets)
                self._put(self.link.protector.protect_rtcp(raw))

    def _send(self, packet: bytes) -> None:
        self.octets += len(packet)
        self._put(self.link.protector.protect(packet))

    def _put(self, protected: bytes) -> None:
        try:
            self.link.send(protected)
        except OSError:
            self.unsent += 1

    def _count(self, stream: str) -> int:
        self._sequences[stream] = sequence = (self._sequences[stream] + 1) & 0xFFFF
        return sequence

    def _loses(self, kind: Kind, sequence: int, *, spared: bool = False) -> bool:
        """`spared`: this is not the packet to lose; the next one may be."""
        waiting = self.losses.waiting.get(kind, 0)
        if not waiting or spared:
            return False
        self.losses.waiting[kind] = waiting - 1
        number = self.audio_packets - 1 if kind == "audio" else self.frames - 1
        self.losses.lost.append(Lost(kind, time.monotonic(), number))
        if kind == "video":
            self.losses.refused.add(sequence)
        return True

    # --- in -----------------------------------------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        try:
            requests = read_requests(self.link.opener.unprotect_rtcp(data))
        except SrtpError:
            return
        if requests.key_frame:
            self.key_frames_asked += 1
            self._key_frame_wanted = True
        for sequence in requests.missing:
            self._repeat(sequence)

    def _repeat(self, sequence: int) -> None:
        if sequence in self.losses.refused:
            self.refused += 1
            return
        packet = next((packet for number, packet in self._history if number == sequence), None)
        if packet is None:
            return
        self.repeated += 1
        original = _HEADER.unpack_from(packet)
        header = _HEADER.pack(
            _EXTENDED, RTX | (original[1] & 0x80), self._count("rtx"), original[3], self.ssrcs["rtx"], 0xBEDE, 1
        )
        start = _HEADER.size + 4
        self.send_video([header + packet[_HEADER.size : start] + sequence.to_bytes(2, "big") + packet[start:]])
