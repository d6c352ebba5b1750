"""libopus by way of ctypes: against PyAV's own decoder, with losses, and with rubbish."""

from __future__ import annotations

import ctypes
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from scipy.signal import resample_poly

from media.errors import OpusUnavailable
from media.hearing import libopus
from media.hearing.opus import DTX_BYTES, ENCODED_SAMPLES, OpusDecoder, OpusEncoder, count_ticks, has_fec
from media.types import SAMPLE_RATE_HZ, Samples
from tests.unit.media.test_hearing import make_noise, make_speech


def encode(samples: Samples, encoder: OpusEncoder | None = None) -> list[bytes]:
    encoder = encoder or OpusEncoder()
    whole = len(samples) // ENCODED_SAMPLES * ENCODED_SAMPLES
    return [encoder.encode(samples[at : at + ENCODED_SAMPLES]) for at in range(0, whole, ENCODED_SAMPLES)]


def decode(packets: list[bytes]) -> Samples:
    decoder = OpusDecoder()
    pieces = [decoder.decode(packet) for packet in packets]
    assert all(piece is not None for piece in pieces)
    return np.concatenate([piece for piece in pieces if piece is not None])


def encode_with_pyav(samples: Samples, bitrate_bps: int) -> list[bytes]:
    """48 kHz input, so that the packets are what a browser sends: hybrid or CELT, too."""
    encoder = av.AudioCodecContext.create("libopus", "w")
    encoder.sample_rate = 48_000
    encoder.layout = "mono"
    encoder.format = "flt"
    encoder.bit_rate = bitrate_bps
    packets: list[bytes] = []
    for number in range(len(samples) // 960):
        frame = av.AudioFrame.from_ndarray(
            samples[None, number * 960 : number * 960 + 960], format="flt", layout="mono"
        )
        frame.sample_rate = 48_000
        frame.pts = number * 960
        frame.time_base = Fraction(1, 48_000)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def decode_with_pyav(packets: list[bytes]) -> Samples:
    decoder = av.AudioCodecContext.create("libopus", "r")
    decoder.sample_rate = 48_000
    decoder.layout = "mono"
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    frames = [
        out for packet in packets for frame in decoder.decode(av.Packet(packet)) for out in resampler.resample(frame)
    ]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def measure_snr_db(samples: Samples, truth: Samples) -> float:
    return 10 * float(np.log10(np.sum(truth**2) / np.sum((samples - truth) ** 2)))


def align(samples: Samples, truth: Samples) -> tuple[Samples, Samples]:
    """Two decodes of the same packets through different resamplers lie a few samples apart, and not whole ones."""
    ours, theirs = resample_poly(samples, 8, 1), resample_poly(truth, 8, 1)
    size = min(len(ours), len(theirs)) - 1_600
    theirs = theirs[800 : 800 + size]
    lag = max(range(-800, 801), key=lambda lag: float(np.dot(ours[800 + lag : 800 + lag + size], theirs)))
    return ours[800 + lag : 800 + lag + size], theirs


class TestDecoder:
    @pytest.mark.parametrize("bitrate_bps", [16_000, 32_000, 96_000])
    def test_it_hears_what_pyav_hears(self, bitrate_bps: int) -> None:
        speech = make_speech((0.2, False), (1.5, True))
        wide = resample_poly(speech, 3, 1).astype(np.float32)
        packets = encode_with_pyav(wide, bitrate_bps)
        samples, truth = align(decode(packets), decode_with_pyav(packets))
        assert measure_snr_db(samples, truth) > 25

    @pytest.mark.parametrize("ticks", [120, 240, 480, 960, 1920, 2880, 5760])
    def test_every_duration_is_exact(self, ticks: int) -> None:
        toc = {120: 16 << 3, 240: 17 << 3, 480: 18 << 3, 960: 19 << 3, 1920: 2 << 3, 2880: 3 << 3, 5760: 3 << 3 | 1}
        packet = bytes([toc[ticks]]) + bytes(20)
        assert count_ticks(packet) == ticks
        samples = OpusDecoder().decode(packet)
        assert samples is not None
        assert len(samples) == ticks // 3

    def test_a_packet_may_be_kept_while_the_next_is_decoded(self) -> None:
        decoder = OpusDecoder()
        packets = encode(make_speech((0.5, True)))
        first = decoder.decode(packets[5])
        assert first is not None
        kept = first.copy()
        decoder.decode(packets[6])
        assert np.array_equal(first, kept)

    def test_ten_thousand_packets_of_rubbish(self) -> None:
        """Random bytes, and real packets cut short or with bits turned over, through decoders that live on."""
        chance = random.Random(11)
        packets = encode(make_speech((1.0, True)))
        decoder = OpusDecoder()
        decoded = 0
        for _ in range(10_000):
            kind = chance.randrange(3)
            if kind == 0:
                data = chance.randbytes(chance.choice((0, 1, 2, 3, chance.randrange(1500))))
            else:
                data = chance.choice(packets)
                data = data[: chance.randrange(len(data) + 1)] if kind == 1 else spoil(data, chance)
            samples = decoder.decode(data)
            assert samples is None or len(samples) == count_ticks(data) // 3
            decoded += samples is not None
            assert isinstance(has_fec(data), bool)
            wanted = chance.choice((0, 1, 40, 320, 333, 1920, 1921))
            assert len(decoder.decode_fec(data, wanted)) == wanted
        assert 0 < decoded < 10_000
        after = decoder.decode(packets[0])
        assert after is not None
        assert np.isfinite(after).all()


def spoil(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


class TestConcealment:
    def test_a_second_copy_beats_concealment_and_concealment_beats_silence(self) -> None:
        """Every seventh packet lost; the signal-to-noise ratio on the lost frames against the decode without loss."""
        packets = encode(make_speech((0.3, False), (6.0, True)))
        whole = decode(packets)
        lost = [number for number in range(20, len(packets) - 1) if number % 7 == 0]
        ratios: dict[str, float] = {}
        for way in ("silence", "conceal", "fec"):
            decoder, pieces = OpusDecoder(), []
            for number, packet in enumerate(packets):
                if number not in lost:
                    piece = decoder.decode(packet)
                elif way == "fec":
                    piece = decoder.decode_fec(packets[number + 1], ENCODED_SAMPLES)
                else:
                    piece = decoder.conceal(ENCODED_SAMPLES)
                    piece = piece if way == "conceal" else np.zeros_like(piece)
                assert piece is not None
                pieces.append(piece)
            samples = np.concatenate(pieces)
            where = np.concatenate([np.arange(number * 320, number * 320 + 320) for number in lost])
            ratios[way] = measure_snr_db(samples[where], whole[where])
        assert ratios["silence"] == pytest.approx(0)
        assert ratios["conceal"] > 2
        assert ratios["fec"] > ratios["conceal"] + 3

    @pytest.mark.parametrize("noise_rms", [0.0, 0.01])
    def test_a_voice_fades_and_the_background_stays(self, noise_rms: float) -> None:
        decoder = OpusDecoder()
        speech = make_speech((1.5, False), (1.0, True))
        for packet in encode(speech + make_noise(2.5, noise_rms)[: len(speech)]):
            decoder.decode(packet)
        samples = decoder.conceal(8_000)
        assert np.sqrt(np.mean(samples[:320] ** 2)) > 0.03
        assert np.sqrt(np.mean(samples[-1_600:] ** 2)) == pytest.approx(noise_rms, rel=0.5, abs=1e-3)

    @pytest.mark.parametrize("samples", [0, 1, 39, 40, 41, 320, 16_001])
    def test_as_many_samples_as_were_asked_for(self, samples: int) -> None:
        assert len(OpusDecoder().conceal(samples)) == samples

    def test_the_copy_is_seen(self) -> None:
        packets = encode(make_speech((2.0, True)))
        assert np.mean([has_fec(packet) for packet in packets]) > 0.7
        without = encode(make_speech((2.0, True)), OpusEncoder(expected_loss_percent=0))
        assert not any(has_fec(packet) for packet in without)
        assert not any(has_fec(packet) for packet in (b"", b"\x00", bytes([31 << 3]) + bytes(60)))


class TestEncoder:
    def test_speech_survives_at_about_the_rate_asked_for(self) -> None:
        speech = make_speech((0.2, False), (3.0, True))
        packets = encode(speech)
        assert all(count_ticks(packet) == 960 for packet in packets)
        assert 12_000 < sum(map(len, packets)) * 8 / (len(packets) * 0.02) < 30_000
        samples, truth = align(decode(packets), speech)
        spectra = [
            np.abs(np.fft.rfft(part[: len(part) // 512 * 512].reshape(-1, 512) * np.hanning(512)))
            for part in (samples, truth)
        ]
        assert np.corrcoef(spectra[0].ravel(), spectra[1].ravel())[0, 1] > 0.9

    def test_silence_need_not_be_sent(self) -> None:
        packets = encode(make_noise(3.0, 2e-4), OpusEncoder(dtx=True))
        assert np.mean([len(packet) <= DTX_BYTES for packet in packets]) > 0.6

    @pytest.mark.parametrize("spoiled", [np.nan, np.inf, -1e30])
    def test_what_is_no_sound_is_clipped(self, spoiled: float) -> None:
        encoder = OpusEncoder()
        packets = [encoder.encode(np.full(ENCODED_SAMPLES, spoiled, np.float32)) for _ in range(5)]
        assert np.isfinite(decode(packets)).all()

    def test_the_wrong_size_or_setting_is_refused(self) -> None:
        with pytest.raises(ValueError, match="320 samples"):
            OpusEncoder().encode(np.zeros(160, np.float32))
        with pytest.raises(ValueError, match="libopus refuses"):
            OpusEncoder(expected_loss_percent=200)


class TestLibrary:
    def test_a_machine_without_it_is_told_what_to_do(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(av, "__file__", str(tmp_path / "av" / "__init__.py"))
        monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
        with pytest.raises(OpusUnavailable, match="pip install") as missing:
            libopus.load_libopus.__wrapped__()
        assert missing.value.code == "opus_unavailable"

    def test_one_that_cannot_be_used_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "av.libs").mkdir()
        (tmp_path / "av.libs" / "libopus-0.so").write_bytes(b"no library")
        monkeypatch.setattr(av, "__file__", str(tmp_path / "av" / "__init__.py"))
        monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
        with pytest.raises(OpusUnavailable, match=r"libopus-0\.so"):
            libopus.load_libopus.__wrapped__()
