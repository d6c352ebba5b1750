"""The one binary message: 20 ms or so of a candidate's voice, for networks that let no WebRTC through.

A header of 16 bytes, big endian, then the audio:

    offset  size  field
    0       2     "VA"
    2       1     version, 1
    3       1     codec: 1 Opus (one packet), 2 PCM (16 kHz mono, 16 bit little endian, 20 ms)
    4       4     epoch, as `audio.opened` gave it
    8       4     sequence number: one more for each frame that was made, sent or not
    12      4     timestamp: 48 kHz ticks since `audio.open` was sent, modulo 2**32: below zero for what was said before
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from server.errors import InterviewError

AudioCodec = Literal["opus", "pcm16"]

MAGIC = b"VA"
FRAME_VERSION = 1
HEADER = struct.Struct(">2sBBIII")
PCM_BYTES = 640
LARGEST_OPUS_BYTES = 1_276
"""One frame and its first byte (RFC 6716 sections 3.1 and 3.4): more would not fit into a packet to an observer."""
TICKS_PER_MS = 48

_CODECS: dict[int, AudioCodec] = {1: "opus", 2: "pcm16"}
_NUMBERS: dict[AudioCodec, int] = {codec: number for number, codec in _CODECS.items()}


class InvalidAudio(InterviewError):
    """A binary message that is no audio frame, or not one that may come now."""

    code = "invalid_audio"


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """`sequence` and `timestamp` have 32 bits and wrap."""

    codec: AudioCodec
    epoch: int
    sequence: int
    timestamp: int
    data: bytes


def encode_audio(frame: AudioFrame) -> bytes:
    header = HEADER.pack(
        MAGIC,
        FRAME_VERSION,
        _NUMBERS[frame.codec],
        frame.epoch,
        frame.sequence % (1 << 32),
        frame.timestamp % (1 << 32),
    )
    return header + frame.data


def decode_audio(message: bytes) -> AudioFrame:
    """Raises InvalidAudio. What an Opus packet holds is not looked at."""
    if len(message) <= HEADER.size:
        raise InvalidAudio("a binary frame is audio with a header of 16 bytes; commands are text")
    magic, version, number, epoch, sequence, timestamp = HEADER.unpack_from(message)
    if magic != MAGIC:
        raise InvalidAudio("a binary frame is audio and begins with VA; commands are text")
    if version != FRAME_VERSION:
        raise InvalidAudio(f"this server speaks version {FRAME_VERSION} of the audio frame")
    codec = _CODECS.get(number)
    if codec is None:
        raise InvalidAudio("codec: 1 is Opus and 2 is PCM")
    data = message[HEADER.size :]
    if codec == "pcm16" and len(data) != PCM_BYTES:
        raise InvalidAudio(f"PCM comes in frames of {PCM_BYTES} bytes")
    if len(data) > LARGEST_OPUS_BYTES:
        raise InvalidAudio(f"an Opus packet has {LARGEST_OPUS_BYTES} bytes at most")
    return AudioFrame(codec, epoch, sequence, timestamp, data)
