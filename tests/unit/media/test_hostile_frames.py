"""Whatever bytes a peer sends as frames: nothing that takes them may fail."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.frames import EncodedFrame, RtpTimeline
from media.hearing.ear import Ear
from media.quality.meter import QualityMeter
from media.recording.webm import Block, WebmWriter
from media.rtp.assembler import FrameAssembler
from media.rtp.depacketiser import Depacketiser
from media.rtp.h264 import H264Depacketiser, describe_decoder
from media.rtp.packet import RtpPacket
from media.rtp.vp8 import Vp8Depacketiser, is_key_frame
from media.settings import MediaSettings
from tests.fakes.h264 import cut_into_payloads, encode_h264

KEY_HEAD = bytes.fromhex("d012009d012a")
REAL_PAYLOADS = [b"\x10" + KEY_HEAD + bytes.fromhex("40013000"), *cut_into_payloads(encode_h264(1, (64, 48))[0])[:2]]
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
    report = meter.measure(None, None, 1_000).report
    assert report.video_width >= 0

    ear = Ear(MediaSettings(denoise="off"), lambda: "s")
    ear.hear(tuple(frame for frame in frames if frame.kind == "audio"), want_open_segment=True)
    ear.end_stream()


@pytest.mark.parametrize("depacketiser", [Vp8Depacketiser(), H264Depacketiser()])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=30), st.booleans(), st.integers(0, 3)), max_size=40))
def test_random_packets_make_whole_pictures_or_none(
    depacketiser: Depacketiser, packets: list[tuple[int, bytes, bool, int]]
) -> None:
    """Parts of real key frames of both codecs among them."""
    assembler = FrameAssembler(depacketiser)
    for number, payload, marker, real in packets:
        payload = [payload, *REAL_PAYLOADS][real % (len(REAL_PAYLOADS) + 1)]
        for picture in assembler.add(number, RtpPacket(96, marker, number, number // 4 * 3_000, 1, payload)):
            assert picture.data
            assert (picture.size is not None) == picture.key
            if picture.key and depacketiser.codec == "h264":
                assert describe_decoder(picture.data)


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
