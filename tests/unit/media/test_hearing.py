"""Denoise, voice detection and the ear that joins them, on made-up speech and noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import resample_poly

from media.frames import EncodedFrame
from media.hearing.denoise import NoiseFloor, Quiet, SpectralGateDenoiser, choose_strength
from media.hearing.ear import Ear, warm_up
from media.hearing.segmenter import Segment
from media.hearing.vad import WebRtcVoiceDetector, open_confirming_detector
from media.ports import Denoiser, VoiceDetector
from media.settings import MediaSettings
from media.types import SAMPLE_RATE_HZ, AudioLevel, Samples, SpeechStarted, SpeechStopped
from tests.fakes.loopback import make_voice
from tests.unit.media.test_encoded import encode_tone


def make_speech(*pattern_s: tuple[float, bool]) -> Samples:
    samples: Samples = (resample_poly(make_voice(pattern_s).astype(np.float64), 1, 3) / 32768).astype(np.float32)
    return samples


def make_noise(seconds: float, rms: float, seed: int = 3) -> Samples:
    rng = np.random.default_rng(seed)
    return (rms * rng.standard_normal(int(seconds * SAMPLE_RATE_HZ))).astype(np.float32)


def run(denoiser: Denoiser, samples: Samples, speech: NDArray[np.bool_]) -> Samples:
    hops = range(0, len(samples) // 1600 * 1600, 1600)
    return np.concatenate([denoiser.process(samples[at : at + 1600], speech=bool(speech[at])) for at in hops])


class TestDenoiser:
    def test_as_many_samples_come_out_later_by_the_latency(self) -> None:
        denoiser = SpectralGateDenoiser()
        speech = make_speech((2.0, True))
        out = run(denoiser, speech, np.ones(len(speech), bool))
        late = denoiser.latency_ms * SAMPLE_RATE_HZ // 1000
        assert denoiser.latency_ms <= 100
        assert len(out) == len(speech)
        assert np.array_equal(out[late:], speech[: len(out) - late])

    def test_noise_in_pauses_gets_weaker_and_speech_stays(self) -> None:
        denoiser = SpectralGateDenoiser()
        clean = make_speech((3.0, False), (2.0, True), (2.0, False))
        noise = make_noise(len(clean) / SAMPLE_RATE_HZ, 0.05)
        noisy = clean + noise
        spoken = np.zeros(len(clean), bool)
        spoken[3 * SAMPLE_RATE_HZ : 5 * SAMPLE_RATE_HZ] = True
        out = run(denoiser, noisy, spoken)
        late = denoiser.latency_ms * SAMPLE_RATE_HZ // 1000
        pause = slice(2 * SAMPLE_RATE_HZ, 5 * SAMPLE_RATE_HZ // 2)
        shifted = out[late:]
        assert _db(shifted[pause]) < _db(noisy[pause]) - 6
        talk = slice(7 * SAMPLE_RATE_HZ // 2, 9 * SAMPLE_RATE_HZ // 2)
        assert _si_sdr_db(shifted[talk], clean[talk]) > _si_sdr_db(noisy[talk], clean[talk]) - 0.3

    def test_clean_speech_is_not_touched(self) -> None:
        denoiser = SpectralGateDenoiser()
        clean = make_speech((2.0, False), (2.0, True))
        spoken = np.zeros(len(clean), bool)
        spoken[2 * SAMPLE_RATE_HZ :] = True
        noisy = clean + make_noise(4.0, 0.0005)
        out = run(denoiser, noisy, spoken)
        late = denoiser.latency_ms * SAMPLE_RATE_HZ // 1000
        talk = slice(5 * SAMPLE_RATE_HZ // 2, 7 * SAMPLE_RATE_HZ // 2)
        assert np.array_equal(out[late:][talk], noisy[talk])

    def test_strength_falls_with_the_signal_to_noise_ratio(self) -> None:
        strengths = [choose_strength(snr_db) for snr_db in (None, -5.0, 5.0, 10.0, 15.0, 40.0)]
        assert strengths == pytest.approx([0.8, 0.8, 0.8, 0.4, 0.0, 0.0])

    def test_the_beginning_of_speech_is_not_learnt_as_noise(self) -> None:
        quiet = Quiet()
        assert len(quiet.release(np.zeros(8000, np.float32), speech=False)) == 0
        assert len(quiet.release(np.zeros(1600, np.float32), speech=False)) == 1600
        assert len(quiet.release(np.ones(1600, np.float32), speech=True)) == 0
        assert len(quiet.release(np.zeros(8000, np.float32), speech=False)) == 0

    def test_the_ratio_is_about_right(self) -> None:
        floor = NoiseFloor()
        assert floor.snr_db is None
        for at in range(40):
            floor.follow(make_noise(0.1, 0.01, at), speech=False)
        for at in range(40):
            floor.follow(make_noise(0.1, 0.1, at), speech=True)
        assert floor.snr_db == pytest.approx(20, abs=1)


DETECTORS = {
    "gate": lambda: WebRtcVoiceDetector(-50.0),
    "confirming": open_confirming_detector,
}


@pytest.mark.parametrize("name", DETECTORS)
class TestDetectors:
    def open(self, name: str) -> VoiceDetector:
        detector = DETECTORS[name]()
        assert detector is not None, "faster-whisper carries no voice model any more"
        return detector

    def test_one_verdict_a_frame_however_it_is_cut(self, name: str) -> None:
        speech = make_speech((0.5, False), (1.0, True))
        whole = self.open(name).detect(speech)
        assert len(whole) == len(speech) // 160
        detector = self.open(name)
        pieces = [detector.detect(speech[at : at + 480]) for at in range(0, len(speech), 480)]
        assert [verdict for piece in pieces for verdict in piece] == whole

    def test_silence_is_not_speech(self, name: str) -> None:
        assert not any(self.open(name).detect(np.zeros(SAMPLE_RATE_HZ, np.float32)))

    def test_a_voice_is(self, name: str) -> None:
        verdicts = self.open(name).detect(make_speech((0.5, False), (2.0, True)))
        assert sum(verdicts[60:]) > 0.7 * len(verdicts[60:])


def test_the_two_together_let_little_noise_through() -> None:
    """webrtcvad alone calls steady noise speech now and then; what both agree on is speech."""
    confirm = open_confirming_detector()
    assert confirm is not None
    noise = make_noise(6.0, 0.05)
    gate = WebRtcVoiceDetector(-50.0)
    both = [a and b for a, b in zip(gate.detect(noise), confirm.detect(noise), strict=True)]
    assert sum(both) < 0.05 * len(both)


class TestEar:
    def hear(self, samples: Samples, settings: MediaSettings | None = None) -> tuple[list[object], Ear]:
        names = iter(range(1, 100))
        ear = Ear(settings or MediaSettings(), lambda: f"s{next(names)}")
        events: list[object] = []
        for packets in _encode(samples):
            events += ear.hear(packets, want_open_segment=False).events
        return events, ear

    @pytest.mark.parametrize("denoise", [True, False])
    def test_times_are_right_whatever_the_latency(self, denoise: bool) -> None:
        speech = make_speech((1.0, False), (2.0, True), (1.5, False))
        events, _ = self.hear(speech, MediaSettings(denoise=denoise))
        (started,) = [event for event in events if isinstance(event, SpeechStarted)]
        (stopped,) = [event for event in events if isinstance(event, SpeechStopped)]
        (segment,) = [event for event in events if isinstance(event, Segment)]
        assert abs(started.t_ms - 2_000) < 150
        assert abs(stopped.t_ms - 4_000) < 300
        assert segment.t_start_ms < started.t_ms
        loud = np.abs(segment.samples) > 0.05
        assert abs(segment.t_start_ms + loud.argmax() / 16 - 2_000) < 60

    def test_levels_tell_loudness_clipping_and_ratio(self) -> None:
        speech = make_speech((1.5, False), (2.0, True))
        samples = np.clip((speech + make_noise(3.5, 0.003)) * 4, -1, 1)
        events, _ = self.hear(samples)
        levels = [event for event in events if isinstance(event, AudioLevel)]
        assert [level.t_ms for level in levels[:3]] == [1_200, 1_400, 1_600]
        assert any(level.clipped for level in levels)
        assert max(level.peak_dbfs for level in levels) <= 0
        assert levels[-1].snr_db is not None
        assert levels[-1].snr_db > 10

    def test_the_end_of_a_stream_closes_and_the_next_begins_anywhere(self) -> None:
        _, ear = self.hear(make_speech((0.5, False), (1.5, True)))
        closed = ear.end_stream()
        assert any(isinstance(event, Segment) for event in closed)
        assert ear.end_stream() == ()
        packet = encode_tone(1)[0]
        later = EncodedFrame(2, "audio", packet, 0, 60_000)
        assert ear.hear((later,), want_open_segment=True).open_segment is None


def test_warm_up_needs_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    warm_up()


def _encode(samples: Samples) -> list[tuple[EncodedFrame, ...]]:
    """Batches of 100 ms, as Opus, from one second on the clock."""
    from fractions import Fraction

    import av

    encoder = av.AudioCodecContext.create("libopus", "w")
    encoder.sample_rate = SAMPLE_RATE_HZ
    encoder.layout = "mono"
    encoder.format = "flt"
    encoder.bit_rate = 48_000
    batches: list[tuple[EncodedFrame, ...]] = []
    frames: list[EncodedFrame] = []
    for number in range(len(samples) // 320):
        part = samples[number * 320 : number * 320 + 320].astype(np.float32)
        audio = av.AudioFrame.from_ndarray(part[None], format="flt", layout="mono")
        audio.sample_rate = SAMPLE_RATE_HZ
        audio.pts = number * 320
        audio.time_base = Fraction(1, SAMPLE_RATE_HZ)
        for packet in encoder.encode(audio):
            index = len(batches) * 5 + len(frames)
            frames.append(EncodedFrame(1, "audio", bytes(packet), index * 960, 1_000 + index * 20))
        if len(frames) == 5:
            batches.append(tuple(frames))
            frames = []
    return batches


def _db(samples: Samples) -> float:
    return 10 * float(np.log10(np.mean(samples**2) + 1e-12))


def _si_sdr_db(estimate: Samples, target: Samples) -> float:
    scaled = target * (np.dot(estimate, target) / np.dot(target, target))
    return 10 * float(np.log10(np.sum(scaled**2) / np.sum((estimate - scaled) ** 2)))
