"""Packets on their way to one observer: renumbered without a seam, kept for those who missed one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest
from aiortc import rtp
from hypothesis import given
from hypothesis import strategies as st

from media.frames import Codec
from media.rtp.packet import RtpPacket, parse_rtp
from media.webrtc.down_track import AGAIN_LIMIT, HISTORY, DownTrack, OutgoingFormat, PayloadTypes
from media.webrtc.feedback import parse_rtcp

FORM = OutgoingFormat(5, 6, {"vp8": PayloadTypes(96, 97), "h264": PayloadTypes(98, 99)}, "viva")


@dataclass
class Source:
    epoch: int = 1
    kind: Literal["audio", "video"] = "video"
    codec: Codec = "vp8"

    def time_of(self, timestamp: int) -> int | None:
        return timestamp // 90


class Wire:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, data: bytes) -> bool:
        self.sent.append(data)
        return True

    @property
    def packets(self) -> list[RtpPacket]:
        return [parse_rtp(data) for data in self.sent]


@pytest.fixture
def wire() -> Wire:
    return Wire()


def packet(number: int, payload: bytes = b"part") -> RtpPacket:
    return RtpPacket(120, number % 3 == 2, number & 0xFFFF, number * 1_000 & 0xFFFFFFFF, 99, payload)


def test_it_starts_where_a_decoder_can(wire: Wire) -> None:
    track, source = DownTrack("video", FORM, wire.send), Source()
    for number in range(10, 20):
        assert track.waits_for(source) == (number <= 13)
        track.forward(source, packet(number), number, number == 13)
    assert [sent.sequence_number for sent in wire.packets] == list(range(7))
    assert {(sent.ssrc, sent.payload_type) for sent in wire.packets} == {(5, 96)}
    assert [sent.marker for sent in wire.packets] == [number % 3 == 2 for number in range(13, 20)]
    track.forward(source, packet(12), 12, False)
    assert len(wire.sent) == 7, "a retransmission from before the start is nobody's"


def test_a_key_frame_that_was_overtaken_by_its_own_packets_is_whole(wire: Wire) -> None:
    track, source = DownTrack("video", FORM, wire.send), Source()
    for number, starts in ((9, False), (12, False), (13, False), (11, True), (14, False)):
        track.forward(source, packet(number), number, starts)
    assert sorted(sent.sequence_number for sent in wire.packets) == [0, 1, 2, 3]


def test_a_late_packet_keeps_its_place(wire: Wire) -> None:
    track, source = DownTrack("video", FORM, wire.send), Source()
    for number in (0, 1, 3, 4, 2):
        track.forward(source, packet(number), number, True)
    assert [sent.sequence_number for sent in wire.packets] == [0, 1, 3, 4, 2]
    assert wire.packets[-1].timestamp == wire.packets[0].timestamp + 2_000


def test_a_new_epoch_has_no_seam(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(1000))
    monkeypatch.setattr("media.webrtc.down_track.time.monotonic", lambda: next(now) / 4)
    track, old, new = DownTrack("video", FORM, wire.send), Source(1), Source(2)
    for number in range(3):
        track.forward(old, packet(number), number, True)
    before = wire.packets[-1]
    track.forward(new, packet(70_000), 70_000, False)
    assert len(wire.sent) == 3
    for number in range(70_001, 70_003):
        track.forward(new, packet(number), number, True)
    first, second = wire.packets[3:]
    assert (first.sequence_number, second.sequence_number) == (3, 4)
    assert 0.2 * 90_000 <= first.timestamp - before.timestamp <= 2 * 90_000
    assert second.timestamp - first.timestamp == 1_000


def test_what_was_missed_is_sent_again_in_its_own_stream(wire: Wire) -> None:
    track, source = DownTrack("video", FORM, wire.send), Source()
    for number in range(5):
        track.forward(source, packet(number, bytes([number])), number, True)
    track.send_again([2, 3, 3, 4_000])
    again = wire.packets[5:]
    assert [(sent.payload_type, sent.ssrc, sent.sequence_number) for sent in again] == [(97, 6, 1), (97, 6, 2)]
    assert [sent.payload for sent in again] == [b"\0\2\2", b"\0\3\3"]
    plain = OutgoingFormat(5, 6, {"vp8": PayloadTypes(96, None)}, "viva")
    track, wire.sent = DownTrack("video", plain, wire.send), []
    track.forward(source, packet(0), 0, True)
    track.send_again([0])
    assert wire.sent[0] == wire.sent[1]


def test_an_observer_cannot_make_us_shout(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.webrtc.down_track.time.monotonic", lambda: 1.0)
    track, source = DownTrack("video", FORM, wire.send), Source()
    for number in range(2 * HISTORY):
        track.forward(source, packet(number), number, True)
    for _ in range(50):
        track.send_again(list(range(2 * HISTORY)))
    assert len(wire.sent) - 2 * HISTORY == AGAIN_LIMIT


def test_who_comes_back_after_a_silence_goes_on_without_a_seam(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said to others meanwhile is no gap that has to be asked for."""
    now_s = [50.0]
    monkeypatch.setattr("media.webrtc.down_track.time.monotonic", lambda: now_s[0])
    track, source = DownTrack("video", FORM, wire.send), Source()
    for number in (10, 11):
        track.forward(source, packet(number), number, number == 10)
    track.leave()
    now_s[0] += 3
    track.forward(source, packet(400), 400, False)
    assert len(wire.sent) == 2, "a decoder cannot begin there"
    assert track.waits_for(source)
    track.forward(source, packet(401), 401, True)
    assert [sent.sequence_number for sent in wire.packets] == [0, 1, 2]
    assert wire.packets[2].timestamp - wire.packets[1].timestamp == 3 * 90_000
    assert {sent.ssrc for sent in wire.packets} == {5}


def test_nothing_is_reported_of_a_silence(wire: Wire) -> None:
    track, source = DownTrack("video", FORM, wire.send), Source()
    track.forward(source, packet(90), 90, True)
    assert track.report() is not None
    assert track.report() is None
    track.forward(source, packet(91), 91, False)
    track.leave()
    assert track.report() is None


def test_reports_tell_the_time_of_the_source(wire: Wire) -> None:
    track, source = DownTrack("video", FORM, wire.send), Source()
    assert track.report() is None
    track.forward(source, packet(90), 90, True)
    report = track.report()
    assert report is not None
    sender_report, name = parse_rtcp(report)
    assert isinstance(sender_report, rtp.RtcpSrPacket)
    assert isinstance(name, rtp.RtcpSdesPacket)
    information = sender_report.sender_info
    assert information.rtp_timestamp == wire.packets[0].timestamp
    assert (information.packet_count, information.octet_count) == (1, 4)
    assert (information.ntp_timestamp * 1000 >> 32) % 1_000_000 == pytest.approx(
        (2_208_988_800_000 + 1_000) % 1_000_000, abs=1
    )
    assert name.chunks[0].items == [(1, b"viva")]


@given(st.lists(st.tuples(st.integers(0, 2**20), st.booleans(), st.integers(0, 1)), max_size=50))
def test_any_order_of_packets_and_sources_can_be_sent(arrivals: list[tuple[int, bool, int]]) -> None:
    wire, sources = Wire(), (Source(1), Source(2))
    track = DownTrack("video", FORM, wire.send)
    for number, starts, which in arrivals:
        track.forward(sources[which], packet(number), number, starts)
        track.report()
        track.send_again([number & 0xFFFF])
    assert len(wire.packets) == len(wire.sent)


def test_another_codec_goes_under_its_own_number_or_not_at_all(wire: Wire) -> None:
    track, vp8, h264 = DownTrack("video", FORM, wire.send), Source(1), Source(2, codec="h264")
    track.forward(vp8, packet(10), 10, True)
    track.forward(h264, packet(500), 500, True)
    track.send_again([1])
    assert [(sent.payload_type, sent.sequence_number) for sent in wire.packets] == [(96, 0), (98, 1), (99, 1)]
    plain = OutgoingFormat(5, 6, {"vp8": PayloadTypes(96, None)}, "viva")
    other = DownTrack("video", plain, wire.send)
    other.forward(h264, packet(500), 500, True)
    assert not other.waits_for(h264)
    assert len(wire.sent) == 3
