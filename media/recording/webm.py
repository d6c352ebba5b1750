"""A WebM file (Matroska with H.264, which WebM may not hold) that is playable at every moment of its being written.

Clusters are written whole, each with one `write`, and the segment's length stays "unknown" until `finish`, so what a
killed process leaves behind ends with a complete cluster. `finish` adds length, duration and an index for seeking.
Written here and not by FFmpeg's muxer because that one holds audio back while video is silent (interleaving) and data
back in its own buffers: up to 4 s were missing after SIGKILL.

Sources: RFC 8794 (EBML), RFC 9559 (Matroska), RFC 7845 (OpusHead).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO, Literal, NamedTuple

from media.frames import AUDIO_CLOCK_HZ

VIDEO_TRACK = 1
AUDIO_TRACK = 2

_OPUS_PRE_SKIP_TICKS = 312
_CLUSTER_LIMIT_MS = 5_000
"""A block says how far it lies from its cluster's beginning in 16 bits: 32.7 s at most, before or after."""
_CUE_GAP_MS = 5_000
_UNKNOWN_LENGTH = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_SEEK_HEAD_ROOM = 96
_DURATION_ROOM = 11

_SIMPLE_BLOCK = 0xA3
_SHORT_HEAD = struct.Struct(">BHBhB")
_LONG_HEAD = struct.Struct(">BQBhB")
_SHORT_LENGTH = 1 << 14
_LONG_LENGTH = 1 << 56
"""The marks of a length of two and of eight bytes."""
_HEAD_BYTES = 4
"""Of a block's own: track, time and flags."""


class Block(NamedTuple):
    """One frame; `t_ms` counts from the start of the file, is not negative and never falls within a track."""

    kind: Literal["audio", "video"]
    t_ms: int
    key: bool
    data: bytes


class WebmWriter:
    """Blocking. Any method may raise OSError. `size` (width, height) is None for sound alone. Pictures are VP8 or, with
    the `avc` decoder configuration record, H.264."""

    def __init__(self, file: BinaryIO, *, audio: bool, size: tuple[int, int] | None, avc: bytes | None = None) -> None:
        self._file = file
        self._has_video = size is not None
        self._cues: list[tuple[int, int]] = []
        self._end_ms = 0
        self._position = 0
        head = _element(0x1A45DFA3, _ebml_header("webm" if avc is None else "matroska"))
        segment = _number(0x18538067) + _UNKNOWN_LENGTH
        information = _element(
            0x1549A966,
            _unsigned(0x2AD7B1, 1_000_000) + _void(_DURATION_ROOM) + _text(0x4D80, "viva") + _text(0x5741, "viva"),
        )
        tracks = _element(0x1654AE6B, (_video_track(*size, avc) if size else b"") + (_audio_track() if audio else b""))
        self._segment_start = len(head) + len(segment)
        self._information_at = _SEEK_HEAD_ROOM
        self._tracks_at = self._information_at + len(information)
        self._duration_at = self._segment_start + self._information_at + information.index(_void(_DURATION_ROOM))
        self._write(head + segment + _void(_SEEK_HEAD_ROOM) + information + tracks)

    def append(self, blocks: Iterable[Block]) -> None:
        """Writes the blocks, in the order given, as one or more complete clusters."""
        parts: list[bytes] = []
        start_ms = end_ms = 0
        for kind, t_ms, key, data in blocks:
            starts_picture = key and kind == "video"
            if not parts or starts_picture or not -_CLUSTER_LIMIT_MS <= t_ms - start_ms <= _CLUSTER_LIMIT_MS:
                if parts:
                    self._write_cluster(start_ms, end_ms, parts)
                    parts = []
                self._note_cue(t_ms, starts_picture)
                start_ms = end_ms = t_ms
            end_ms = max(end_ms, t_ms)
            track = 0x80 | (VIDEO_TRACK if kind == "video" else AUDIO_TRACK)
            length, flags = len(data) + _HEAD_BYTES, 0x80 if key else 0
            if length < _SHORT_LENGTH - 1:
                head = _SHORT_HEAD.pack(_SIMPLE_BLOCK, _SHORT_LENGTH | length, track, t_ms - start_ms, flags)
            else:
                head = _LONG_HEAD.pack(_SIMPLE_BLOCK, _LONG_LENGTH | length, track, t_ms - start_ms, flags)
            parts += head, data
        if parts:
            self._write_cluster(start_ms, end_ms, parts)

    def finish(self) -> None:
        """Index, duration and length. The file is the caller's to close."""
        track = _unsigned(0xF7, VIDEO_TRACK if self._has_video else AUDIO_TRACK)
        cues_at = self._position - self._segment_start
        cues = b"".join(
            _element(0xBB, _unsigned(0xB3, t_ms) + _element(0xB7, track + _unsigned(0xF1, at)))
            for t_ms, at in self._cues
        )
        if cues:
            self._write(_element(0x1C53BB6B, cues))
        end = self._position
        places = [(0x1549A966, self._information_at), (0x1654AE6B, self._tracks_at)]
        if cues:
            places.append((0x1C53BB6B, cues_at))
        seek_head = _element(
            0x114D9B74,
            b"".join(_element(0x4DBB, _element(0x53AB, _number(what)) + _unsigned(0x53AC, at)) for what, at in places),
        )
        self._write_at(self._segment_start, seek_head + _void(_SEEK_HEAD_ROOM - len(seek_head)))
        self._write_at(self._duration_at, _element(0x4489, struct.pack(">d", float(self._end_ms))))
        self._write_at(self._segment_start - 8, b"\x01" + (end - self._segment_start).to_bytes(7, "big"))

    @property
    def duration_ms(self) -> int:
        return self._end_ms

    def _note_cue(self, t_ms: int, starts_picture: bool) -> None:
        """Players look for a place to begin at: key frames, or a moment every few seconds of sound alone."""
        due = not self._cues or t_ms - self._cues[-1][0] >= _CUE_GAP_MS
        if starts_picture if self._has_video else due:
            self._cues.append((t_ms, self._position - self._segment_start))

    def _write_cluster(self, start_ms: int, end_ms: int, blocks: list[bytes]) -> None:
        self._write(_element(0x1F43B675, b"".join((_unsigned(0xE7, start_ms), *blocks))))
        self._end_ms = max(self._end_ms, end_ms)

    def _write(self, data: bytes) -> None:
        """An unbuffered file may take a part only."""
        written = self._file.write(data)
        while written < len(data):
            written += self._file.write(memoryview(data)[written:])
        self._position += written

    def _write_at(self, position: int, data: bytes) -> None:
        self._file.seek(position)
        self._position = position
        self._write(data)


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _element(identifier: int, body: bytes) -> bytes:
    length = len(body)
    width = next(width for width in range(1, 9) if length < (1 << (7 * width)) - 1)
    return _number(identifier) + (length | 1 << (7 * width)).to_bytes(width, "big") + body


def _unsigned(identifier: int, value: int) -> bytes:
    return _element(identifier, _number(value) or b"\0")


def _float(identifier: int, value: float) -> bytes:
    return _element(identifier, struct.pack(">d", value))


def _text(identifier: int, value: str) -> bytes:
    return _element(identifier, value.encode())


def _void(total: int) -> bytes:
    """A placeholder of `total` bytes, 2 to 128."""
    return b"\xec" + bytes([0x80 | total - 2]) + bytes(total - 2)


def _ebml_header(kind: str) -> bytes:
    return (
        _unsigned(0x4286, 1)
        + _unsigned(0x42F7, 1)
        + _unsigned(0x42F2, 4)
        + _unsigned(0x42F3, 8)
        + _text(0x4282, kind)
        + _unsigned(0x4287, 4)
        + _unsigned(0x4285, 2)
    )


def _track(number: int, kind: int, codec: str, extra: bytes) -> bytes:
    return _element(
        0xAE,
        _unsigned(0xD7, number) + _unsigned(0x73C5, number) + _unsigned(0x83, kind) + _unsigned(0x9C, 0)
        + _text(0x86, codec) + extra,
    )  # fmt: skip


def _video_track(width: int, height: int, avc: bytes | None) -> bytes:
    codec, private = ("V_VP8", b"") if avc is None else ("V_MPEG4/ISO/AVC", _element(0x63A2, avc))
    picture = _element(0xE0, _unsigned(0xB0, width) + _unsigned(0xBA, height))
    return _track(VIDEO_TRACK, 1, codec, private + picture)


def _audio_track() -> bytes:
    opus_head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, _OPUS_PRE_SKIP_TICKS, AUDIO_CLOCK_HZ, 0, 0)
    extra = (
        _unsigned(0x56AA, _OPUS_PRE_SKIP_TICKS * 1_000_000_000 // AUDIO_CLOCK_HZ)
        + _unsigned(0x56BB, 80_000_000)
        + _element(0x63A2, opus_head)
        + _element(0xE1, _float(0xB5, float(AUDIO_CLOCK_HZ)) + _unsigned(0x9F, 2))
    )
    return _track(AUDIO_TRACK, 2, "A_OPUS", extra)
