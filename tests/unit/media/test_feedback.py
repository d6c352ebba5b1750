"""What a receiver asks for, on the wire."""

from __future__ import annotations

import pytest
from aiortc import rtp
from hypothesis import given
from hypothesis import strategies as st

from media.rtp.statistics import StreamStatistics
from media.webrtc.feedback import ask_for_key_frame, ask_for_packets, parse_rtcp, report_reception


@pytest.mark.parametrize(
    "missing", [[5], [5, 6, 7], [5, 21, 22, 300], [65_534, 65_535, 0, 1], [65_535, 16], list(range(100, 228))]
)
def test_a_request_names_every_missing_packet(missing: list[int]) -> None:
    (request,) = parse_rtcp(ask_for_packets(1, 2, missing))
    assert isinstance(request, rtp.RtcpRtpfbPacket)
    assert [number & 0xFFFF for number in request.lost] == missing
    assert (request.ssrc, request.media_ssrc) == (1, 2)


@given(st.integers(0, 65_535), st.lists(st.integers(1, 40), max_size=60))
def test_whatever_is_missing_can_be_asked_for(first: int, steps: list[int]) -> None:
    missing = [first]
    for step in steps:
        missing.append(missing[-1] + step)
    (request,) = parse_rtcp(ask_for_packets(1, 2, [number & 0xFFFF for number in missing]))
    assert isinstance(request, rtp.RtcpRtpfbPacket)
    assert [number & 0xFFFF for number in request.lost] == [number & 0xFFFF for number in missing]


def test_a_report_counts_what_did_not_come_by_itself() -> None:
    """Retransmissions are another stream (RFC 4588 section 6.3)."""
    stream = StreamStatistics(9, 90_000)
    for number in (65_534, 65_535, 1):
        stream.receive(number, 0, 100, 0.0)
    stream.recovered = 1
    (report,) = parse_rtcp(report_reception(1, [stream]))
    assert isinstance(report, rtp.RtcpRrPacket)
    (block,) = report.reports
    assert (block.ssrc, block.packets_lost, block.highest_sequence) == (9, 1, 65_537)
    assert block.fraction_lost == 64


def test_a_key_frame_is_asked_for() -> None:
    (request,) = parse_rtcp(ask_for_key_frame(1, 2))
    assert isinstance(request, rtp.RtcpPsfbPacket)
    assert (request.fmt, request.media_ssrc) == (rtp.RTCP_PSFB_PLI, 2)


@given(st.binary(max_size=200))
def test_any_bytes_are_reports_or_nothing(data: bytes) -> None:
    for candidate in (data, b"\x81\xc9\x00\x07" + data, b"\x8f\xcd" + data, b"\x81\xca\x00\x02" + data):
        assert isinstance(parse_rtcp(candidate), list)
