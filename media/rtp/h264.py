"""What a forwarder and a recorder need of H.264: its RTP payload format (RFC 6184) and the header of a picture.

A frame leaves as recordings keep it: network abstraction layer units, each behind its length in four bytes
(ISO/IEC 14496-15 section 5.3). Parameter sets stay in front of the key frames they came with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from media.rtp.h264_parameters import read_sequence_parameters

_SLICE_OF_KEY_FRAME = 5
_SEQUENCE_PARAMETERS = 7
_PICTURE_PARAMETERS = 8
_AGGREGATE = 24
"""STAP-A"""
_FRAGMENT = 28
"""FU-A"""
_LENGTH_BYTES = 4
_PROFILES_WITH_CHROMA = frozenset({100, 110, 122, 144})


class H264Depacketiser:
    """A `Depacketiser`. Takes packetisation mode 1: single units, STAP-A and FU-A."""

    codec: Literal["h264"] = "h264"

    def is_key_start(self, payload: bytes) -> bool:
        """Browsers send the parameter sets in front of every key frame, and nothing can be decoded without them."""
        if not payload:
            return False
        kind = payload[0] & 0x1F
        if kind == _AGGREGATE:
            return len(payload) > 3 and payload[3] & 0x1F == _SEQUENCE_PARAMETERS
        return kind == _SEQUENCE_PARAMETERS

    def assemble(self, payloads: list[bytes]) -> bytes | None:
        """None as soon as anything is malformed, or of a kind that was not negotiated."""
        units: list[bytes] = []
        fragments: list[bytes] = []
        for payload in payloads:
            kind = payload[0] & 0x1F if payload else 0
            if kind == _FRAGMENT:
                if len(payload) < 3 or not 1 <= payload[1] & 0x1F < _AGGREGATE:
                    return None
                if bool(payload[1] & 0x80) == bool(fragments):
                    return None  # one that begins within another, or goes on with none
                if not fragments:
                    fragments.append(bytes([payload[0] & 0xE0 | payload[1] & 0x1F]))
                fragments.append(payload[2:])
                if payload[1] & 0x40:
                    units.append(b"".join(fragments))
                    fragments.clear()
            elif fragments or not 1 <= kind <= _AGGREGATE:
                return None
            elif kind == _AGGREGATE:
                parts = _split_aggregate(payload)
                if parts is None:
                    return None
                units += parts
            else:
                units.append(payload)
        if fragments or not units:
            return None
        return b"".join([len(unit).to_bytes(_LENGTH_BYTES) + unit for unit in units])

    def is_key_frame(self, frame: bytes) -> bool:
        """One without parameter sets, or without a size, is none: nothing could be opened with it."""
        return (
            any(unit[0] & 0x1F == _SLICE_OF_KEY_FRAME for unit in split_frame(frame)) and self.size(frame) is not None
        )

    def size(self, frame: bytes) -> tuple[int, int] | None:
        sequences, pictures = _find_parameter_sets(frame)
        parameters = read_sequence_parameters(sequences[0]) if sequences and pictures else None
        return None if parameters is None else (parameters.width, parameters.height)


def split_frame(frame: bytes) -> Iterator[bytes]:
    """The units of an assembled frame, none empty; ends where the lengths do not add up."""
    at = 0
    while at + _LENGTH_BYTES < len(frame):
        end = at + _LENGTH_BYTES + int.from_bytes(frame[at : at + _LENGTH_BYTES])
        if not at + _LENGTH_BYTES < end <= len(frame):
            return
        yield frame[at + _LENGTH_BYTES : end]
        at = end


def describe_decoder(key_frame: bytes) -> bytes:
    """The AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1). Raises ValueError for any other frame."""
    sequences, pictures = _find_parameter_sets(key_frame)
    parameters = read_sequence_parameters(sequences[0]) if sequences and pictures else None
    if parameters is None:
        raise ValueError("a key frame of H.264 needs its parameter sets")
    record = bytes([1]) + sequences[0][1:4] + bytes([0xFC | _LENGTH_BYTES - 1, 0xE0 | len(sequences)])
    record += b"".join(len(unit).to_bytes(2) + unit for unit in sequences)
    record += bytes([len(pictures)]) + b"".join(len(unit).to_bytes(2) + unit for unit in pictures)
    if parameters.profile in _PROFILES_WITH_CHROMA:
        depths = [0xF8 | parameters.luma_bits - 8, 0xF8 | parameters.chroma_bits - 8]
        record += bytes([0xFC | parameters.chroma, *depths, 0])
    return record


def _find_parameter_sets(frame: bytes) -> tuple[list[bytes], list[bytes]]:
    """(of the sequence, of the pictures), as many and as long as a description may hold."""
    sequences: list[bytes] = []
    pictures: list[bytes] = []
    for unit in split_frame(frame):
        kind = unit[0] & 0x1F
        if kind == _SEQUENCE_PARAMETERS and len(unit) <= 0xFFFF and len(sequences) < 31:
            sequences.append(unit)
        elif kind == _PICTURE_PARAMETERS and len(unit) <= 0xFFFF and len(pictures) < 255:
            pictures.append(unit)
    return sequences, pictures


def _split_aggregate(payload: bytes) -> list[bytes] | None:
    units: list[bytes] = []
    at = 1
    while at < len(payload):
        end = at + 2 + int.from_bytes(payload[at : at + 2])
        unit = payload[at + 2 : end]
        if end > len(payload) or not unit or not 1 <= unit[0] & 0x1F < _AGGREGATE:
            return None
        units.append(unit)
        at = end
    return units
