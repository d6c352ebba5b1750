"""Voice detection and the ear that joins it with denoising, on made-up speech and noise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from media.frames import EncodedFrame
from media.hearing.ear import Ear, warm_up
from media.hearing.segmenter import Segment, SegmentOffered
from media.hearing.vad import WebRtcVoiceDetector, open_confirming_detector
from media.ports import VoiceDetector
from media.settings import DenoiseChoice, MediaSettings
from media.types import SAMPLE_RATE_HZ, AudioLevel, Samples, SpeechStarted, SpeechStopped
from tests.fakes.loopback import make_voice
from tests.unit.media.test_encoded import encode_tone


def make_speech(*pattern_s: tuple[float, bool]) -> Samples:
    samples: Samples = (resample_poly(make_voice(pattern_s).astype(np.float64), 1, 3) / 32768).astype(np.float32)
    return samples


def make_noise(seconds: float, rms: float, seed: int = 3) -> Samples:
    rng = np.random.default_rng(seed)
    return (rms * rng.standard_normal(int(seconds * SAMPLE_RATE_HZ))).astype(np.float32)


DETECTORS: dict[str, Callable[[], VoiceDetector | None]] = {
    "gate": lambda: WebRtcVoiceDetector(-50.0),
    "confirming": lambda: open_confirming_detector(-60.0),
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
    confirm = open_confirming_detector(-60.0)
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

    @pytest.mark.parametrize("denoise", ["off", "spectral", "auto"])
    def test_times_are_right_whatever_the_latency(self, denoise: DenoiseChoice) -> None:
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

    def test_a_segment_is_offered_before_it_closes(self) -> None:
        events, _ = self.hear(make_speech((1.0, False), (2.0, True), (1.5, False)))
        (offer,) = [event.segment for event in events if isinstance(event, SegmentOffered)]
        (segment,) = [event for event in events if isinstance(event, Segment)]
        assert segment.as_offered
        assert np.array_equal(segment.samples, offer.samples)
        assert 0.5 < segment.speech_share < 1

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
