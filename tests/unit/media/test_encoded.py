"""RTP time, VP8 headers and Opus packets."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from media.frames import EncodedFrame, RtpTimeline
from media.hearing.opus import OpusDecoder, count_ticks
from media.rtp.vp8 import is_key_frame, read_size


def encode_tone(packets: int, *, hz: float = 440.0) -> list[bytes]:
    encoder = av.AudioCodecContext.create("libopus", "w")
    encoder.sample_rate = 48_000
    encoder.layout = "mono"
    encoder.format = "s16"
    encoded: list[bytes] = []
    for number in range(packets):
        t = (np.arange(960) + number * 960) / 48_000
        wave = (8000 * np.sin(2 * np.pi * hz * t)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
        frame.sample_rate = 48_000
        frame.pts = number * 960
        frame.time_base = Fraction(1, 48_000)
        encoded += [bytes(packet) for packet in encoder.encode(frame)]
    return encoded


def make_frame(data: bytes, number: int, *, epoch: int = 1, start_ms: int = 100) -> EncodedFrame:
    return EncodedFrame(epoch, "audio", data, number * 960, start_ms + number * 20)


class TestTimeline:
    def test_the_first_frame_sits_where_it_arrived(self) -> None:
        assert RtpTimeline(48_000).place(123_456, 777) == (0, 777)

    def test_wrap_around_is_unnoticeable(self) -> None:
        timeline = RtpTimeline(48_000)
        timeline.place((1 << 32) - 960, 0)
        assert timeline.place(0, 20) == (960, 20)
        assert timeline.place(960, 45) == (1920, 40)

    def test_a_jump_is_not_believed(self) -> None:
        timeline = RtpTimeline(48_000)
        timeline.place(0, 1_000)
        assert timeline.place(2_000_000_000, 1_020) == (960, 1_020)
        ticks, t_ms = timeline.place(2_000_000_960, 1_040)
        assert (ticks, t_ms) == (1_920, 1_040)

    @given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 5_000)), min_size=1, max_size=30))
    def test_time_never_falls_and_stays_near_arrival(self, arrivals: list[tuple[int, int]]) -> None:
        timeline = RtpTimeline(90_000)
        now_ms, last_ticks = 0, 0
        for raw, wait_ms in arrivals:
            now_ms += wait_ms
            ticks, t_ms = timeline.place(raw, now_ms)
            assert ticks >= last_ticks
            assert t_ms >= 0
            last_ticks = ticks


class TestVp8:
    def test_key_frames_and_their_size(self) -> None:
        key = bytes.fromhex("d012009d012a4001f000")
        assert is_key_frame(key)
        assert read_size(key) == (320, 240)
        assert not is_key_frame(bytes.fromhex("d112009d012a4001f000"))
        assert not is_key_frame(b"")
        assert not is_key_frame(b"\x00" * 9)


class TestOpus:
    def test_durations_follow_the_first_byte(self) -> None:
        assert count_ticks(b"") == 0
        assert count_ticks(bytes([31 << 3])) == 960
        assert count_ticks(bytes([16 << 3])) == 120
        assert count_ticks(bytes([3 << 3 | 1])) == 5760
        assert count_ticks(bytes([31 << 3 | 3, 3])) == 2880
        assert count_ticks(bytes([3 << 3 | 3, 63])) == 0

    def test_a_tone_comes_out_as_it_went_in(self) -> None:
        decoder = OpusDecoder()
        pieces = [decoder.decode(packet) for packet in encode_tone(100)]
        samples = np.concatenate([piece for piece in pieces if piece is not None])
        assert len(samples) == 100 * 320
        spectrum = np.abs(np.fft.rfft(samples[-16_000:]))
        assert spectrum.argmax() == 440
        assert spectrum[440] > 0.95 * np.sqrt(np.sum(spectrum**2))

    @given(st.binary(max_size=200))
    def test_rubbish_is_no_audio_or_the_right_length(self, data: bytes) -> None:
        samples = OpusDecoder().decode(data)
        assert samples is None or len(samples) == count_ticks(data) // 3
