"""Whatever bytes a peer sends as frames: nothing that takes them may fail."""

from __future__ import annotations

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.frames import EncodedFrame, RtpTimeline
from media.hearing.ear import Ear
from media.quality.meter import QualityMeter
from media.recording.webm import Block, WebmWriter
from media.rtp.vp8 import is_key_frame
from media.settings import MediaSettings

KEY_HEAD = bytes.fromhex("d012009d012a")
PAYLOADS = st.binary(min_size=1, max_size=60) | st.binary(max_size=20).map(lambda tail: KEY_HEAD + tail)
ARRIVALS = st.lists(
    st.tuples(st.sampled_from(["audio", "video"]), PAYLOADS, st.integers(0, 2**32 - 1), st.integers(0, 400)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARRIVALS)
def test_random_frames_do_no_harm(arrivals: list[tuple[str, bytes, int, int]]) -> None:
    timelines = {"audio": RtpTimeline(48_000), "video": RtpTimeline(90_000)}
    frames: list[EncodedFrame] = []
    now_ms = 0
    for kind, data, raw, wait_ms in arrivals:
        now_ms += wait_ms
        ticks, t_ms = timelines[kind].place(raw, now_ms)
        key = kind == "audio" or is_key_frame(data)
        frames.append(EncodedFrame(1, "audio" if kind == "audio" else "video", data, ticks, t_ms, key))

    meter = QualityMeter(1)
    for frame in frames:
        meter.count(frame)
    report = meter.measure(None, 1_000)
    assert report.video_width >= 0

    ear = Ear(MediaSettings(denoise="off"), lambda: "s")
    ear.hear(tuple(frame for frame in frames if frame.kind == "audio"), want_open_segment=True)
    ear.end_stream()


@given(ARRIVALS)
def test_random_blocks_can_be_written(arrivals: list[tuple[str, bytes, int, int]]) -> None:
    file = io.BytesIO()
    writer = WebmWriter(file, audio=True, size=(16_383, 1))
    t_ms = 0
    for kind, data, _, wait_ms in arrivals:
        t_ms += wait_ms
        writer.append([Block("audio" if kind == "audio" else "video", t_ms, is_key_frame(data), data)])
    writer.finish()
    assert writer.duration_ms == t_ms
