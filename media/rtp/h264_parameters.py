"""What the sequence parameter set of an H.264 stream tells about its pictures (ITU-T H.264 section 7.3.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_SIDE = 16_384

_PROFILES_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244})
_REFERENCES_LIMIT = 255


@dataclass(frozen=True, slots=True)
class SequenceParameters:
    """`width` and `height` are what is shown, after cropping. `chroma` is 0 to 3 (chroma_format_idc)."""

    profile: int
    width: int
    height: int
    chroma: int
    luma_bits: int
    chroma_bits: int


def read_sequence_parameters(unit: bytes) -> SequenceParameters | None:
    """None for one that is cut off, or makes no sense. `unit` begins with its header byte; any bytes may come."""
    if len(unit) < 5:
        return None
    profile = unit[1]
    bits = _Bits(unit[4:].replace(b"\0\0\3", b"\0\0"))  # section 7.3.1: emulation prevention
    try:
        return _read(profile, bits)
    except _Malformed:
        return None


class _Malformed(ValueError):
    pass


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int = 1) -> int:
        value = 0
        for _ in range(count):
            byte, offset = divmod(self._at, 8)
            if byte >= len(self._data):
                raise _Malformed
            value = value << 1 | self._data[byte] >> 7 - offset & 1
            self._at += 1
        return value

    def unsigned(self) -> int:
        """Exp-Golomb (section 9.1)."""
        zeros = 0
        while not self.take():
            zeros += 1
            if zeros > 31:
                raise _Malformed
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def _read(profile: int, bits: _Bits) -> SequenceParameters:
    bits.unsigned()  # its number
    chroma, separate, luma_bits, chroma_bits = _read_chroma(profile, bits)
    bits.unsigned()  # bits of the frame number
    _skip_picture_order(bits)
    bits.unsigned()  # reference frames
    bits.take()
    width = (bits.unsigned() + 1) * 16
    map_units = bits.unsigned() + 1
    frames_only = bits.take()
    if not frames_only:
        bits.take()
    height = map_units * 16 * (2 - frames_only)
    bits.take()
    if bits.take():
        across, down = _crop_units(0 if separate else chroma, frames_only)
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        width -= (left + right) * across
        height -= (top + bottom) * down
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise _Malformed
    return SequenceParameters(profile, width, height, chroma, luma_bits, chroma_bits)


def _read_chroma(profile: int, bits: _Bits) -> tuple[int, bool, int, int]:
    """(chroma_format_idc, whether the colour planes are separate, bits of luma, bits of chroma)."""
    if profile not in _PROFILES_WITH_CHROMA:
        return 1, False, 8, 8
    chroma = bits.unsigned()
    separate = chroma == 3 and bool(bits.take())
    luma_bits, chroma_bits = bits.unsigned() + 8, bits.unsigned() + 8
    if chroma > 3 or luma_bits > 14 or chroma_bits > 14:
        raise _Malformed
    bits.take()
    if bits.take():
        for number in range(12 if chroma == 3 else 8):
            if bits.take():
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return chroma, separate, luma_bits, chroma_bits


def _skip_scaling_list(bits: _Bits, length: int) -> None:
    last = following = 8
    for _ in range(length):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_picture_order(bits: _Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.take()
        bits.signed()
        bits.signed()
        references = bits.unsigned()
        if references > _REFERENCES_LIMIT:
            raise _Malformed
        for _ in range(references):
            bits.signed()
    elif kind != 2:
        raise _Malformed


def _crop_units(chroma: int, frames_only: int) -> tuple[int, int]:
    """Samples across and down that one step of cropping takes away (section 7.4.2.1.1)."""
    across = 2 if chroma in (1, 2) else 1
    down = (2 if chroma == 1 else 1) * (2 - frames_only)
    return across, down
