"""The measuring instruments of `tests.benchmarks.media`: what they send, search and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from aiortc import RTCCertificate, rtp
from aiortc.codecs.vpx import vp8_depayload

from tests.benchmarks.media.clip import Clip, Picture
from tests.benchmarks.media.losses import find_resume_ms, match_delays
from tests.benchmarks.media.messages import Emitted, LoadWindow, Lost, Reception, Sent, ServerWindow
from tests.benchmarks.media.offer import OPUS, RTX, VP8
from tests.benchmarks.media.publisher import Publisher
from tests.benchmarks.media.rtcp import read_requests, write_receiver_report, write_sender_report
from tests.benchmarks.media.saturation import find_saturation, judge_viva
from tests.benchmarks.media.stage import QUICK, Measured, MeasurementFailed, Stage


class OpenSrtp:
    """Protects nothing."""

    def protect(self, packet: bytes) -> bytes:
        return packet

    def protect_rtcp(self, packet: bytes) -> bytes:
        return packet

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        return packet


def open_publisher(frames: int = 300) -> tuple[Publisher, list[bytes]]:
    pictures = tuple(
        Picture(at % 100 == 0, bytes([at % 256]) * 2500, (bytes([at % 256]) * 1180, bytes([at % 256]) * 1320))
        for at in range(frames)
    )
    clip = Clip(pictures, tuple(bytes([8, at]) for at in range(50)))
    publisher = Publisher(RTCCertificate.generateCertificate(), clip, audio=True, video=True, seed=5)
    sent: list[bytes] = []
    link = cast(Any, publisher.link)
    link.protector = link.opener = OpenSrtp()
    link.send = sent.append
    return publisher, sent


async def test_a_picture_is_sent_as_packets_that_make_it_up_again() -> None:
    publisher, sent = open_publisher()
    publisher.send_video(publisher.next_frame())
    publisher.send_video(publisher.next_frame())
    packets = [rtp.RtpPacket.parse(data) for data in sent]
    assert [packet.payload_type for packet in packets] == [VP8] * 4
    assert [packet.marker for packet in packets] == [0, 1, 0, 1]
    numbers = [packet.sequence_number for packet in packets]
    assert [(number - numbers[0]) % 65536 for number in numbers] == [0, 1, 2, 3]
    assert (packets[2].timestamp - packets[0].timestamp) % 2**32 == 3000
    first = b"".join(vp8_depayload(packet.payload) for packet in packets[:2])
    assert first == first[:1] * 2500


async def test_a_request_for_a_key_frame_is_answered_with_the_next_one() -> None:
    publisher, _ = open_publisher()
    publisher.trace = []
    publisher.next_frame()
    publisher.next_frame()
    request = bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_PLI, ssrc=1, media_ssrc=publisher.ssrcs["video"]))
    publisher._receive(request)
    publisher.next_frame()
    assert [one.key for one in publisher.trace] == [True, False, True]
    assert publisher.key_frames_asked == 1


async def test_a_missing_packet_is_repeated_unless_it_is_to_be_lost_for_good() -> None:
    publisher, sent = open_publisher()
    publisher.send_video(publisher.next_frame())
    original = rtp.RtpPacket.parse(sent[1])
    ask(publisher, original.sequence_number)
    repeated = rtp.RtpPacket.parse(sent[-1])
    assert (repeated.payload_type, publisher.repeated) == (RTX, 1)
    assert rtp.unwrap_rtx(repeated, VP8, publisher.ssrcs["video"]).payload == original.payload

    publisher.losses.waiting["video"] = 1
    before = len(sent)
    publisher.send_video(publisher.next_frame())
    assert len(sent) == before + 1, "one of two packets is lost"
    assert [lost.number for lost in publisher.losses.lost] == [1]
    ask(publisher, original.sequence_number + 2)
    assert (len(sent), publisher.refused) == (before + 1, 1)


def ask(publisher: Publisher, sequence: int) -> None:
    packet = rtp.RtcpRtpfbPacket(fmt=rtp.RTCP_RTPFB_NACK, ssrc=1, media_ssrc=publisher.ssrcs["video"])
    packet.lost = [sequence & 0xFFFF]
    publisher._receive(bytes(packet))


async def test_a_lost_word_leaves_a_hole_in_the_numbers() -> None:
    publisher, sent = open_publisher()
    publisher.send_audio()
    publisher.losses.waiting["audio"] = 2
    for _ in range(3):
        publisher.send_audio()
    packets = [rtp.RtpPacket.parse(data) for data in sent]
    assert [packet.payload_type for packet in packets] == [OPUS, OPUS]
    assert (packets[1].sequence_number - packets[0].sequence_number) % 65536 == 3
    assert (packets[1].timestamp - packets[0].timestamp) % 2**32 == 3 * 960


def test_reports_are_read_as_they_were_meant() -> None:
    report, names = rtp.RtcpPacket.parse(write_sender_report(7, 1000, 20, 3000))
    assert isinstance(report, rtp.RtcpSrPacket)
    assert isinstance(names, rtp.RtcpSdesPacket)
    assert (report.ssrc, report.sender_info.rtp_timestamp, report.sender_info.packet_count) == (7, 1000, 20)
    received, estimate = rtp.RtcpPacket.parse(write_receiver_report(9, {7: 65, 8: 66}, 1_000_000))
    assert isinstance(received, rtp.RtcpRrPacket)
    assert isinstance(estimate, rtp.RtcpPsfbPacket)
    assert [(block.ssrc, block.highest_sequence) for block in received.reports] == [(7, 65), (8, 66)]
    bitrate, ssrcs = rtp.unpack_remb_fci(estimate.fci)
    assert bitrate == pytest.approx(1_000_000, rel=0.001)
    assert ssrcs == [7, 8]


def test_what_a_receiver_asks_for_is_understood() -> None:
    nack = rtp.RtcpRtpfbPacket(fmt=rtp.RTCP_RTPFB_NACK, ssrc=1, media_ssrc=2)
    nack.lost = [0, 9, 40, 65535]
    asked = read_requests(bytes(nack) + bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_PLI, ssrc=1, media_ssrc=2)))
    assert (sorted(asked.missing), asked.key_frame) == ([0, 9, 40, 65535], True)
    assert read_requests(b"\x81\xcd").missing == ()


# --- the search -------------------------------------------------------------------------------------------------------


def make_window(sessions: int, *, lag_ms: float = 1.0, received: int = 250) -> Measured:
    server = ServerWindow(
        begun_s=0.0, ended_s=5.0, cpu_s=sessions * 0.05, others_share=0.0, lag_p50_ms=0.3, lag_p99_ms=lag_ms,
        lag_max_ms=lag_ms, sessions=sessions, faults=(), heard_s=5.0 * sessions, threads=3, memory_mb=100.0,
    )  # fmt: skip
    reception = Reception("o", 250, received, 150, received * 150 // 250, 800, 0, 0)
    load = LoadWindow(5.0, 1.0, 0.0, 1.0, 1.0, 800 * sessions, 0, 0, 0, (reception,))
    return Measured(server, load)


class CountedStage:
    """Is late from `limit` sessions on."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.sessions = 0
        self.emptied = 0

    def set_sessions(self, count: int) -> None:
        self.sessions = count

    def close_sessions(self, left: int) -> None:
        self.sessions, self.emptied = left, self.emptied + 1

    def measure(self, window_s: float) -> Measured:
        assert window_s == QUICK.saturation_window_s
        return make_window(self.sessions, lag_ms=5.0 if self.sessions <= self.limit else 25.0)


def search(stage: CountedStage, start: int, say: Callable[[str], None] = lambda text: None) -> int:
    plan = replace(QUICK, grain=0.05, search_steps=20)
    found = find_saturation(cast(Stage, stage), judge_viva, plan, start=start, say=say)
    assert stage.sessions == found.sessions == found.last.server.sessions
    return found.sessions


@pytest.mark.parametrize(("limit", "start"), [(57, 40), (57, 80), (3, 40), (1, 1), (12, 2)])
def test_saturation_is_found_by_trying(limit: int, start: int) -> None:
    stage = CountedStage(limit)
    assert limit - max(1, limit * 0.05) <= search(stage, start) <= limit
    assert stage.emptied > 0, "nothing is left of an overload"


def test_a_server_that_carries_nothing_has_no_saturation() -> None:
    with pytest.raises(MeasurementFailed, match="lag p99 25"):
        search(CountedStage(0), 40)


def test_what_is_missing_is_complained_of() -> None:
    assert judge_viva(make_window(10)) == []
    assert judge_viva(make_window(10, received=247)) == []
    assert "an observer got 9" in judge_viva(make_window(10, received=240))[0]
    deaf = make_window(10)
    deaf = Measured(replace(deaf.server, heard_s=45.0, faults=("recording_overloaded: slow",)), deaf.load)
    assert judge_viva(deaf) == ["recording_overloaded: slow", "90.0% heard"]


# --- delays -----------------------------------------------------------------------------------------------------------


def test_delays_are_matched_by_what_can_be_told_apart() -> None:
    sent = tuple(Sent("audio", at * 0.02, 7 if at in (1, 2) else 100 + at, at, True) for at in range(5))
    encoded = tuple(Emitted("audio", one.at_s + 0.04, one.checksum, None, True) for one in sent)
    assert [round(delay, 3) for _, delay in match_delays(sent, encoded, "audio")] == [0.04] * 3
    decoded = tuple(Emitted("audio", one.at_s + 0.08, None, one.number, False) for one in sent)
    assert [round(delay, 3) for _, delay in match_delays(sent, decoded, "audio")] == [0.08] * 5


def test_video_is_back_with_a_frame_that_can_be_decoded() -> None:
    sent = tuple(Sent("video", at / 30, at, at, at in (0, 8)) for at in range(12))
    lost = Lost("video", 3 / 30, 3)
    out = tuple(Emitted("video", one.at_s + 0.01, one.checksum, None, one.key) for one in sent if one.number != 3)
    assert find_resume_ms(sent, out, lost) == pytest.approx((5 / 30 + 0.01) * 1000)
    assert find_resume_ms(sent, out[:6], lost) is None
    decoded = tuple(Emitted("video", one.at_s + 0.5, None, one.number, False) for one in sent if one.number != 3)
    assert find_resume_ms(sent, decoded, lost) == pytest.approx((1 / 30 + 0.5) * 1000)
