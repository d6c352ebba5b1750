"""A moving picture, encoded once and sent as often as wanted: a plain figure that breathes and, speaking, moves its
mouth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 240
FRAMES_PER_SECOND = 12
LOOP_FRAMES = 3 * FRAMES_PER_SECOND
KEY_FRAME_EVERY = (
    FRAMES_PER_SECOND  # a sender of ready packets cannot answer a key frame request; one comes each second
)

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

_PALETTES: tuple[tuple[Colour, Colour], ...] = (
    ((203, 213, 225), (51, 84, 122)),
    ((221, 214, 200), (120, 74, 60)),
    ((205, 222, 208), (52, 97, 80)),
    ((219, 207, 224), (92, 66, 120)),
)


@dataclass(frozen=True, slots=True)
class MovingPicture:
    """VP8 frames of two loops of equal length, which may change places at a key frame: every KEY_FRAME_EVERY-th."""

    idle: tuple[bytes, ...]
    speaking: tuple[bytes, ...]


@cache
def draw_moving_picture(variant: int) -> MovingPicture:
    """Takes some hundred milliseconds the first time: not on the event loop."""
    return MovingPicture(_encode(variant, speaking=False), _encode(variant, speaking=True))


def _encode(variant: int, *, speaking: bool) -> tuple[bytes, ...]:
    codec = av.VideoCodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.time_base = Fraction(1, FRAMES_PER_SECOND)
    codec.framerate = Fraction(FRAMES_PER_SECOND)
    codec.bit_rate = 180_000
    codec.gop_size = KEY_FRAME_EVERY
    codec.thread_count = 1
    codec.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "auto-alt-ref": "0",
        "keyint_min": str(KEY_FRAME_EVERY),
    }
    encoded: list[bytes] = []
    for index in range(LOOP_FRAMES):
        frame = av.VideoFrame.from_ndarray(_draw(variant, index / LOOP_FRAMES, speaking), format="rgb24")
        frame.pts = index
        encoded += [bytes(packet) for packet in codec.encode(frame)]
    encoded += [bytes(packet) for packet in codec.encode(None)]
    return tuple(encoded)


def _draw(variant: int, phase: float, speaking: bool) -> Picture:
    """`phase` in [0, 1) of the loop; the loop ends where it began."""
    background, clothes = _PALETTES[variant % len(_PALETTES)]
    rows, columns = (axis / HEIGHT for axis in np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32))
    picture: Picture = np.clip(np.multiply.outer(1.04 - 0.22 * rows, background), 0, 255).astype(np.uint8)

    centre = WIDTH / HEIGHT / 2 + 0.02 * math.sin(2 * math.pi * phase)
    breath = 0.008 * math.sin(4 * math.pi * phase)
    mouth = 0.006 + 0.024 * abs(math.sin(2 * math.pi * phase * 7)) if speaking else 0.004
    blink = 0.002 if 0.48 < phase < 0.53 else 0.014

    def fill(colour: Colour, x: float, y: float, half_width: float, half_height: float) -> None:
        """An ellipse, in units of the picture's height."""
        picture[((columns - x) / half_width) ** 2 + ((rows - y) / half_height) ** 2 <= 1] = colour

    fill(clothes, centre, 1.11 - breath, 0.42, 0.42)
    fill((222, 184, 156), centre, 0.65 + breath, 0.08, 0.14)
    fill((66, 52, 48), centre, 0.39 + breath, 0.205, 0.245)
    fill((231, 196, 170), centre, 0.43 + breath, 0.178, 0.217)
    for side in (-1, 1):
        fill((48, 42, 44), centre + side * 0.07, 0.40 + breath, 0.014, blink)
    fill((150, 74, 72), centre, 0.535 + breath, 0.045, mouth)
    return picture
