"""Opus packets: how long they last, decoding them to the pipeline's 16 kHz mono, and making them."""

from __future__ import annotations

import ctypes
import weakref

import numpy as np

from media.errors import OpusUnavailable
from media.frames import AUDIO_CLOCK_HZ
from media.hearing.libopus import load_libopus
from media.types import SAMPLE_RATE_HZ, Samples

TICKS_PER_SAMPLE = AUDIO_CLOCK_HZ // SAMPLE_RATE_HZ
DTX_BYTES = 2
"""A packet as short as this says that the same silence goes on; the next may be up to 400 ms away."""
ENCODED_SAMPLES = 320
"""20 ms, what the encoder takes at a time."""

_LONGEST_TICKS = 5760
_LONGEST_SAMPLES = _LONGEST_TICKS // TICKS_PER_SAMPLE
_GRAIN_SAMPLES = 40
"""2.5 ms: libopus conceals whole multiples of it."""
_PACKET_BYTES = 1275

_APPLICATION_VOIP = 2048
_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_SET_DTX = 4016
_SET_SIGNAL = 4024
_SIGNAL_VOICE = 3001


def count_ticks(packet: bytes) -> int:
    """Duration of a packet in 48 kHz ticks (RFC 6716 section 3.1); 0 for one that is not Opus."""
    if not packet:
        return 0
    code = packet[0] & 3
    if code == 3:
        frames = packet[1] & 0x3F if len(packet) > 1 else 0
    else:
        frames = 1 if code == 0 else 2
    ticks = count_frame_ticks(packet) * frames
    return ticks if ticks <= _LONGEST_TICKS else 0


def count_frame_ticks(packet: bytes) -> int:
    """Duration of each frame in a packet; a second copy (`has_fec`) is as long."""
    if not packet:
        return 0
    configuration = packet[0] >> 3
    if configuration < 12:
        return (480, 960, 1920, 2880)[configuration & 3]
    if configuration < 16:
        return (480, 960)[configuration & 1]
    return 120 << (configuration & 3)


def has_fec(packet: bytes) -> bool:
    """Whether the packet holds a second, coarser copy of the frame before it (RFC 6716 section 2.1.7)."""
    return len(packet) > DTX_BYTES and load_libopus().opus_packet_has_lbrr(packet, len(packet)) == 1


class OpusDecoder:
    """Stateful, one per stream, used by one thread at a time. Blocking: under a millisecond per second of audio."""

    def __init__(self) -> None:
        self._library = load_libopus()
        self._state = _create(self._library.opus_decoder_create, SAMPLE_RATE_HZ, 1)
        weakref.finalize(self, self._library.opus_decoder_destroy, self._state).atexit = False
        self._pcm = np.empty(_LONGEST_SAMPLES, np.float32)
        self._pcm_address = self._pcm.ctypes.data

    def decode(self, packet: bytes) -> Samples | None:
        """Exactly `count_ticks(packet) / 3` samples, or None for a packet that cannot be decoded."""
        wanted = count_ticks(packet) // TICKS_PER_SAMPLE
        if wanted == 0:
            return None
        return self._run(packet, len(packet), _LONGEST_SAMPLES, wanted, fec=0)

    def decode_fec(self, packet: bytes, samples: int) -> Samples:
        """The `samples` right before `packet`, from its second copy where there is one, concealed where not. To be
        called before `decode(packet)`; at most 120 ms."""
        if not _is_concealable(samples) or count_ticks(packet) == 0:
            return np.zeros(samples, np.float32)
        decoded = self._run(packet, len(packet), samples, samples, fec=1)
        return np.zeros(samples, np.float32) if decoded is None else decoded

    def conceal(self, samples: int) -> Samples:
        """Goes on as what was decoded last: a voice fades, background noise stays."""
        out = np.zeros(samples, np.float32)
        whole = samples // _GRAIN_SAMPLES * _GRAIN_SAMPLES
        for start in range(0, whole, ENCODED_SAMPLES):
            part = min(ENCODED_SAMPLES, whole - start)
            concealed = self._run(None, 0, part, part, fec=0)
            if concealed is not None:
                out[start : start + part] = concealed
        return out

    def _run(self, packet: bytes | None, size: int, room: int, wanted: int, *, fec: int) -> Samples | None:
        count = self._library.opus_decode_float(self._state, packet, size, self._pcm_address, room, fec)
        return self._pcm[:count].copy() if count == wanted else None


class OpusEncoder:
    """16 kHz mono, 20 ms a packet. Stateful, one per stream, used by one thread at a time. About 5 ms of processor time
    per second of audio.

    Each packet carries a copy of the one before, as coarse as `expected_loss_percent` has it (none at 0).
    With `dtx`, silence comes out as packets of up to `DTX_BYTES`, which need not be sent.
    """

    def __init__(self, *, bitrate_bps: int = 24_000, expected_loss_percent: int = 10, dtx: bool = False) -> None:
        self._library = load_libopus()
        self._state = _create(self._library.opus_encoder_create, SAMPLE_RATE_HZ, 1, _APPLICATION_VOIP)
        weakref.finalize(self, self._library.opus_encoder_destroy, self._state).atexit = False
        self._packet = ctypes.create_string_buffer(_PACKET_BYTES)
        for request, value in (
            (_SET_BITRATE, bitrate_bps),
            (_SET_INBAND_FEC, 1),
            (_SET_PACKET_LOSS_PERC, expected_loss_percent),
            (_SET_DTX, int(dtx)),
            (_SET_SIGNAL, _SIGNAL_VOICE),
            (_SET_COMPLEXITY, 5),
        ):
            if self._library.opus_encoder_ctl(self._state, request, ctypes.c_int32(value)) != 0:
                raise ValueError(f"libopus refuses {value} for setting {request}")

    def encode(self, samples: Samples) -> bytes:
        """One packet of `ENCODED_SAMPLES` samples; what is not finite or beyond full scale is clipped."""
        if samples.shape != (ENCODED_SAMPLES,):
            raise ValueError(f"{ENCODED_SAMPLES} samples make a packet, not {samples.shape}")
        pcm = np.ascontiguousarray(np.clip(np.nan_to_num(samples), -1, 1), np.float32)
        size = self._library.opus_encode_float(
            self._state, pcm.ctypes.data, ENCODED_SAMPLES, self._packet, _PACKET_BYTES
        )
        if size < 0:
            raise ValueError(f"libopus error {size}")
        return self._packet.raw[:size]


def _create(create: ctypes._NamedFuncPointer, *arguments: int) -> int:
    error = ctypes.c_int()
    state: int | None = create(*arguments, ctypes.byref(error))
    if not state:
        raise OpusUnavailable(f"libopus error {error.value}")
    return state


def _is_concealable(samples: int) -> bool:
    return 0 < samples <= _LONGEST_SAMPLES and samples % _GRAIN_SAMPLES == 0
