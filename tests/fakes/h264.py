"""Real H.264, made by x264 and cut into RTP payloads by aiortc."""

from __future__ import annotations

from fractions import Fraction

import av
from aiortc.codecs.h264 import H264Encoder


def encode_h264(
    count: int,
    size: tuple[int, int] = (320, 240),
    *,
    key_every: int = 30,
    profile: str = "baseline",
    pixels: str = "yuv420p",
    interlaced: bool = False,
) -> list[bytes]:
    """Pictures in Annex B, parameter sets in front of every key frame; busy enough to need several packets."""
    encoder = av.VideoCodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt = pixels
    encoder.time_base = Fraction(1, 30)
    encoder.options = {
        "profile": profile,
        "tune": "zerolatency",
        "preset": "ultrafast",
        "x264-params": f"keyint={key_every}:scenecut=0:repeat-headers=1:interlaced={int(interlaced)}:log-level=none",
    }
    pictures: list[bytes] = []
    for number in range(count):
        frame = av.VideoFrame(*size, pixels)
        for plane in frame.planes:
            rows = (bytes((column * 7 + row * number) % 256 for column in range(plane.line_size)) for row in range(32))
            block = b"".join(rows)
            plane.update((block * (plane.buffer_size // len(block) + 1))[: plane.buffer_size])
        frame.pts = number
        pictures += [bytes(packet) for packet in encoder.encode(frame)]
    return pictures + [bytes(packet) for packet in encoder.encode(None)]


def cut_into_payloads(picture: bytes) -> list[bytes]:
    packet = av.Packet(picture)
    packet.pts, packet.time_base = 0, Fraction(1, 90_000)
    return H264Encoder().pack(packet)[0]


def units_of(picture: bytes) -> list[bytes]:
    """Of Annex B, without start codes."""
    return [unit for unit in picture.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
