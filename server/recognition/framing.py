"""A header and sound as one string of bytes: for the way to a worker, and for the disk.

MAGIC (2 bytes)  VERSION (1)  length of the header (4, big endian)  header (JSON)  sound

Sound is 16 bit PCM, little endian: what a candidate's voice is decoded to anyway. Half-precision floats, of the same
size, would add noise at -72 dBFS to what is loud; 32 bits would double the way.
"""

from __future__ import annotations

import struct

import numpy as np

from media.types import SAMPLE_RATE_HZ, Samples

VERSION = 1
"""Of jobs, answers and cards, which strict readers of another version refuse: to be raised with whatever is written
differently (tests/contract/test_recognition_wire.py holds the bytes). What lies on disk has a version of its own."""
LONGEST_S = 30
LARGEST_SAMPLES = LONGEST_S * SAMPLE_RATE_HZ
LARGEST_HEADER_BYTES = 64 * 1024
_PREFIX = struct.Struct(">2sBI")
_FULL_SCALE = 32_767.0


class FrameInvalid(ValueError):
    """Truncated, too large, of another version, or not ours at all."""


def pack(magic: bytes, header: bytes, samples: Samples | None = None, *, version: int = VERSION) -> bytes:
    """Raises FrameInvalid for what `unpack` would refuse."""
    if len(header) > LARGEST_HEADER_BYTES:
        raise FrameInvalid("the header is too large")
    if samples is None:
        return _PREFIX.pack(magic, version, len(header)) + header
    if len(samples) > LARGEST_SAMPLES:
        raise FrameInvalid(f"longer than {LONGEST_S} s")
    return _PREFIX.pack(magic, version, len(header)) + header + _to_pcm(samples)


def unpack(magic: bytes, written: bytes, *, version: int = VERSION) -> tuple[bytes, bytes]:
    """Header and sound, as they are. Raises FrameInvalid."""
    if len(written) < _PREFIX.size:
        raise FrameInvalid("too short")
    found, of_version, length = _PREFIX.unpack_from(written)
    if found != magic:
        raise FrameInvalid("something else")
    if of_version != version:
        raise FrameInvalid(f"of version {of_version}; this is {version}")
    end = _PREFIX.size + length
    if length > LARGEST_HEADER_BYTES or end > len(written):
        raise FrameInvalid("the header is truncated or too large")
    if len(written) - end > 2 * LARGEST_SAMPLES:
        raise FrameInvalid(f"longer than {LONGEST_S} s")
    return written[_PREFIX.size : end], written[end:]


def read_pcm(sound: bytes, count: int) -> Samples:
    """`count`: how many samples the header names. Raises FrameInvalid."""
    if len(sound) != 2 * count:
        raise FrameInvalid("the sound is truncated")
    samples: Samples = np.frombuffer(sound, dtype="<i2").astype(np.float32) / np.float32(_FULL_SCALE)
    return np.maximum(samples, np.float32(-1.0))


def _to_pcm(samples: Samples) -> bytes:
    safe = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    pcm: bytes = np.rint(safe * _FULL_SCALE).astype("<i2").tobytes()
    return pcm
