"""What every candidate sends: a real encoder's picture and a real speaker's voice, cut into packets once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import as_file, files

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 480, 30
VIDEO_BPS = 1_000_000
CLIP_FRAMES = 300
KEY_FRAME_EVERY = 100
"""A request for a key frame is answered by going on at the next of these."""
CHUNK_BYTES = 1_180
"""With descriptor, header, extension and tag below the 1,220 bytes that browsers fill."""
AUDIO_BPS = 30_000
OPUS_TICKS = 960
RATE_HZ = 48_000
_VOICES = (("en-1", "customer-0"), ("zh-1", "introduction-0"), ("en-2", "teamwork-0"), ("zh-1", "customer-1"))
_PAUSE_S = 0.7


@dataclass(frozen=True, slots=True)
class Picture:
    """One encoded frame, cut for RTP without the VP8 payload descriptor (RFC 7741), whose picture id changes."""

    key: bool
    data: bytes
    chunks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Clip:
    """`pictures` loops; every KEY_FRAME_EVERY-th is a key frame. `voice` loops: Opus packets of 20 ms."""

    pictures: tuple[Picture, ...]
    voice: tuple[bytes, ...]

    @property
    def video_bps(self) -> float:
        return sum(len(picture.data) for picture in self.pictures) * 8 * FRAMES_PER_SECOND / len(self.pictures)

    @property
    def audio_bps(self) -> float:
        return sum(len(packet) for packet in self.voice) * 8 * 50 / len(self.voice)


def make_clip() -> Clip:
    """Takes some seconds."""
    return Clip(_film(), _speak())


def _film() -> tuple[Picture, ...]:
    codec = av.VideoCodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.time_base = Fraction(1, FRAMES_PER_SECOND)
    codec.framerate = Fraction(FRAMES_PER_SECOND)
    codec.bit_rate = VIDEO_BPS
    codec.gop_size = KEY_FRAME_EVERY
    codec.thread_count = 1
    codec.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "auto-alt-ref": "0",
        "minrate": str(VIDEO_BPS),
        "maxrate": str(VIDEO_BPS),
        "max-intra-rate": "900",  # what browsers allow a key frame, in % of a frame's share
        "keyint_min": str(KEY_FRAME_EVERY),
    }
    packets = []
    drawn = _draw()
    for index, luma in enumerate(drawn * 2):  # the first round settles the rate control
        frame = av.VideoFrame.from_ndarray(luma, format="yuv420p")
        frame.pts, frame.time_base = index, Fraction(1, FRAMES_PER_SECOND)
        packets += codec.encode(frame)
    packets += codec.encode(None)
    return tuple(_cut(bytes(packet), bool(packet.is_keyframe)) for packet in packets[-CLIP_FRAMES:])


def _cut(data: bytes, key: bool) -> Picture:
    return Picture(key, data, tuple(data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)))


def _draw() -> list[NDArray[np.uint8]]:
    """A textured room, a head that sways and speaks, and a sensor's noise: planes of yuv420p below one another."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    room = 110 + 40 * np.sin(columns / 37) * np.cos(rows / 23) + rng.normal(0, 6, (HEIGHT, WIDTH))
    noises = [rng.normal(0, 2.5, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(7)]
    frames = []
    for index in range(CLIP_FRAMES):
        turn = 2 * np.pi * index / CLIP_FRAMES
        across, down = 320 + 60 * np.sin(3 * turn), 220 + 20 * np.sin(7 * turn)
        inside = ((columns - across) / 110) ** 2 + ((rows - down) / 150) ** 2 < 1
        mouth_height = 8 + 14 * abs(np.sin(40 * turn))
        mouth = ((columns - across) / 35) ** 2 + ((rows - down - 70) / mouth_height) ** 2 < 1
        face = 170 + 15 * np.sin((columns - across) / 9) * np.sin((rows - down) / 11)
        luma = np.where(mouth, 60, np.where(inside, face, room)) + noises[index % len(noises)]
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        planes[:HEIGHT] = np.clip(luma, 16, 235)
        frames.append(planes)
    return frames


def _speak() -> tuple[bytes, ...]:
    """Answers of the shipped sets, with pauses, as browsers encode speech: 20 ms, variable rate, in-band FEC."""
    codec = av.AudioCodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = RATE_HZ, "mono", "s16"
    codec.bit_rate = AUDIO_BPS
    codec.options = {"application": "voip", "frame_duration": "20", "fec": "1", "packet_loss": "10"}
    pause = np.zeros(int(_PAUSE_S * RATE_HZ), np.int16)
    samples = np.concatenate([part for folder, name in _VOICES for part in (_read_voice(folder, name), pause)])
    packets = []
    for at in range(0, len(samples) - OPUS_TICKS, OPUS_TICKS):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + OPUS_TICKS], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, at
        frame.time_base = Fraction(1, RATE_HZ)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return tuple(packets)


def _read_voice(folder: str, name: str) -> NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with as_file(files("simulation") / "answers" / folder / f"{name}.opus") as path, av.open(str(path)) as container:
        pieces = [
            part.to_ndarray().reshape(-1) for frame in container.decode(audio=0) for part in resampler.resample(frame)
        ]
    return np.concatenate(pieces)
