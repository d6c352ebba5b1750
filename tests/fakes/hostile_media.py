"""Datagrams nobody should send to a media port: from strangers, and from a peer that was let in and turned bad.

All of it is seeded. Nothing here waits for an answer.
"""

from __future__ import annotations

import random
import struct
from binascii import crc32
from collections.abc import Iterator, Sequence

STUN_COOKIE = 0x2112A442
STUN_ATTRIBUTES = (
    0x0001,
    0x0006,
    0x0008,
    0x0009,
    0x000C,
    0x0020,
    0x0024,
    0x0025,
    0x8022,
    0x8028,
    0x8029,
    0x802A,
    0x802B,
)
LARGEST_DATAGRAM = 60_000
KEY_FRAME = b"\x10\x02\x00\x9d\x01\x2a"
"""A VP8 key frame up to its size."""


def stun_message(
    dice: random.Random, attributes: Sequence[tuple[int, bytes]], *, method: int = 0x0001, lie: int = 0
) -> bytes:
    """`lie` is added to the length the header tells."""
    body = b"".join(struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4) for kind, value in attributes)
    length = (len(body) + lie) & 0xFFFF
    return struct.pack("!HHI", method, length, STUN_COOKIE) + dice.randbytes(12) + body


def stranger_datagrams(seed: int, captured: Sequence[bytes], count: int) -> Iterator[bytes]:
    """What anybody who knows the port can send: without a key, without being asked."""
    dice = random.Random(seed)
    makers = (_noise, _dtls_noise, _rtp_noise, _bad_stun, _odd_sizes)
    for _ in range(count):
        if captured and dice.random() < 0.4:
            data = dice.choice(captured)
            yield data if dice.random() < 0.5 else data[: dice.randrange(len(data))]
        else:
            yield dice.choice(makers)(dice)


def _noise(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(1_500))


def _odd_sizes(dice: random.Random) -> bytes:
    """Empty, one byte, and longer than any honest packet, for each of the protocols on the port (RFC 7983)."""
    first = dice.choice((0, 1, 20, 63, 64, 128, 191, 255))
    size = dice.choice((0, 1, 2, 3, 11, 12, 1_499, 1_500, 1_501, 9_000, LARGEST_DATAGRAM))
    return (bytes([first]) + bytes(size))[:size]


def _dtls_noise(dice: random.Random) -> bytes:
    """Records that say they are alerts, handshakes and data, of any epoch; a fatal alert among them."""
    kind = dice.choice((20, 21, 22, 23))
    body = dice.choice((b"\x02\x28", b"\x01\x00", dice.randbytes(dice.randrange(200))))
    length = len(body) if dice.random() < 0.7 else dice.randrange(65_536)
    return struct.pack("!BHHIHH", kind, 0xFEFD, dice.randrange(3), 0, dice.randrange(65_536), length) + body


def _rtp_noise(dice: random.Random) -> bytes:
    return struct.pack("!BBHII", 0x80 | dice.randrange(64), dice.randrange(256), *_numbers(dice)) + _noise(dice)


def _numbers(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(1 << 16), dice.randrange(1 << 32), dice.randrange(1 << 32)


def _bad_stun(dice: random.Random) -> bytes:
    """Attributes too short, too long, doubled, unknown, cut off; methods nobody has; a right checksum on all of it."""
    attributes = [
        (
            dice.choice((*STUN_ATTRIBUTES, dice.randrange(65_536))),
            dice.randbytes(dice.choice((0, 1, 2, 3, 5, 8, 20, 900))),
        )
        for _ in range(dice.randrange(1, 6))
    ]
    method = dice.choice((0x0001, 0x0101, 0x0111, 0x0011, 0x0003, 0x0FFF, dice.randrange(0x4000)))
    message = stun_message(dice, attributes, method=method, lie=dice.choice((0, 0, 0, 4, -4, 1)))
    if dice.random() < 0.5:
        head = message[:2] + struct.pack("!H", len(message) - 12) + message[4:]
        message = head + struct.pack("!HHI", 0x8028, 4, crc32(head) ^ 0x5354554E)
    return message


# --- from within a connection ----------------------------------------------------------------------------------------


class TraitorPackets:
    """RTP and RTCP for a connection that SRTP lets through. `known` are the sender's own (payload type, SSRC)s."""

    def __init__(self, seed: int, known: Sequence[tuple[int, int]], payload_types: Sequence[int]) -> None:
        self._dice = random.Random(seed)
        self._known = known
        self._payload_types = payload_types
        self._number = 0

    def rtp(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield self._dice.choice((self._random, self._jump, self._extended, self._short_retransmission))()

    def many_sources(self, count: int) -> Iterator[bytes]:
        """Every packet from somebody else."""
        for _ in range(count):
            yield self._packet(self._dice.choice(self._payload_types), self._dice.randrange(1 << 32), b"\x90\x80" * 20)

    def rtcp(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield self._dice.choice((self._random_rtcp, self._lying_rtcp, self._huge_nack, self._many_remb))()

    def _packet(
        self, payload_type: int, ssrc: int, payload: bytes, *, first: int = 0x80, extension: bytes = b""
    ) -> bytes:
        _, timestamp, _ = _numbers(self._dice)
        self._number = (
            self._number + self._dice.choice((1, 1, 2, 600, 4_000, 20_000))
        ) & 0xFFFF  # SRTP knows the way back
        second = payload_type | self._dice.choice((0, 0x80))
        data = struct.pack("!BBHII", first, second, self._number, timestamp, ssrc) + extension + payload
        return data[:1_400]

    def _random(self) -> bytes:
        payload_type, ssrc = self._dice.choice(self._known)
        size = self._dice.choice((0, 1, 2, 3, 10, 100, 1_300))
        return self._packet(payload_type, ssrc, self._dice.randbytes(size))

    def _jump(self) -> bytes:
        """A key frame of any size, beginning anywhere."""
        payload_type, ssrc = self._dice.choice(self._known)
        size = struct.pack("<HH", self._dice.choice((0, 1, 0x3FFF, 0xFFFF)), self._dice.choice((0, 2, 0x3FFF)))
        return self._packet(payload_type, ssrc, b"\x10" + KEY_FRAME + size + bytes(20))

    def _extended(self) -> bytes:
        """Extension blocks that fill the packet, or claim to reach beyond it; CSRC lists and padding likewise."""
        payload_type, ssrc = self._dice.choice(self._known)
        profile = self._dice.choice((0xBEDE, 0x1000, 0x1234))
        block = self._dice.randbytes(4 * self._dice.choice((0, 1, 30, 300)))
        claimed = self._dice.choice((len(block) // 4, 0xFFFF, 301))
        first = 0x90 | self._dice.randrange(16) | self._dice.choice((0, 0x20))
        return self._packet(
            payload_type, ssrc, b"\xff" * 8, first=first, extension=struct.pack("!HH", profile, claimed) + block
        )

    def _short_retransmission(self) -> bytes:
        payload_type = self._dice.choice(self._payload_types)
        payload = self._dice.randbytes(self._dice.choice((0, 1, 2, 3, 40)))
        return self._packet(payload_type, self._dice.randrange(1 << 32), payload)

    def _random_rtcp(self) -> bytes:
        body = self._dice.randbytes(4 * self._dice.randrange(1, 100))
        return (
            struct.pack("!BBH", 0x80 | self._dice.randrange(32), self._dice.randrange(192, 209), len(body) // 4) + body
        )

    def _lying_rtcp(self) -> bytes:
        """Sender reports, source descriptions and byes whose counts and lengths are not what is there."""
        kind = self._dice.choice((200, 201, 202, 203))
        body = self._dice.randbytes(self._dice.choice((4, 8, 24, 60)))
        claimed = self._dice.choice((0, 1, len(body) // 4, 0xFFFF))
        return struct.pack("!BBH", 0x80 | self._dice.choice((0, 1, 31)), kind, claimed) + body

    def _huge_nack(self) -> bytes:
        """Thousands of packets asked for at once."""
        _, ssrc = self._dice.choice(self._known)
        asked = b"".join(struct.pack("!HH", number * 17 & 0xFFFF, 0xFFFF) for number in range(330))
        body = struct.pack("!II", 1, ssrc) + asked
        return struct.pack("!BBH", 0x81, 205, len(body) // 4) + body

    def _many_remb(self) -> bytes:
        ssrcs = self._dice.randbytes(4 * self._dice.choice((0, 1, 255)))
        number = self._dice.choice((0, 1, 255))
        body = struct.pack("!II4sBBH", 1, 0, b"REMB", number, self._dice.randrange(256), 0xFFFF) + ssrcs
        return struct.pack("!BBH", 0x8F, 206, len(body) // 4) + body
