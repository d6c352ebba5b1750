"""RTP headers, numbers that wrap, what is counted of a stream."""

from __future__ import annotations

import struct

import pytest
from aiortc import rtp
from hypothesis import given
from hypothesis import strategies as st

from media.rtp.packet import RtpMalformed, parse_rtp
from media.rtp.sequence import Unwrapper
from media.rtp.statistics import StreamStatistics

HEAD = struct.pack("!BBHII", 0x80, 111, 65_535, 4_294_967_295, 7)


def test_a_plain_packet() -> None:
    packet = parse_rtp(HEAD + b"opus")
    assert (packet.payload_type, packet.marker, packet.sequence_number) == (111, False, 65_535)
    assert (packet.timestamp, packet.ssrc, packet.payload) == (4_294_967_295, 7, b"opus")


def test_contributors_extension_and_padding_are_taken_off() -> None:
    head = bytes([0x80 | 0x20 | 0x10 | 2, 0x80 | 96]) + HEAD[2:]
    extension = struct.pack("!HH", 0xBEDE, 2) + bytes([0x32, 1, 2, 3, 0x10, 9, 0, 0])
    packet = parse_rtp(head + bytes(8) + extension + b"picture" + b"\0\0\3", abs_send_time_id=3)
    assert packet.marker
    assert packet.payload == b"picture"
    assert packet.abs_send_time == 0x010203


def test_a_two_byte_extension_is_understood() -> None:
    extension = struct.pack("!HH", 0x1000, 2) + bytes([1, 1, 5, 3, 3, 1, 2, 3])
    assert parse_rtp(bytes([0x90, 96]) + HEAD[2:] + extension, 3).abs_send_time == 0x010203


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD[:11],
        b"\x00" + HEAD[1:],
        b"\x8f" + HEAD[1:],
        b"\x90" + HEAD[1:],
        b"\x90" + HEAD[1:] + struct.pack("!HH", 0xBEDE, 40),
        b"\xa0" + HEAD[1:] + b"\xff",
        b"\xa0" + HEAD[1:] + b"x\x00",
    ],
)
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(RtpMalformed):
        parse_rtp(data)


@given(st.binary(max_size=80), st.integers(1, 14) | st.none())
def test_any_bytes_are_a_packet_or_refused(data: bytes, wanted: int | None) -> None:
    for candidate in (data, HEAD + data, b"\x90" + HEAD[1:] + data, b"\xb3" + HEAD[1:] + data):
        try:
            assert len(parse_rtp(candidate, wanted).payload) <= len(candidate)
        except RtpMalformed:
            continue


@given(
    st.integers(0, 127), st.integers(0, 65_535), st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=40),
    st.integers(0, 2**24 - 1),
)  # fmt: skip
def test_it_reads_what_aiortc_writes(number: int, sequence: int, timestamp: int, payload: bytes, sent: int) -> None:
    written = rtp.RtpPacket(number, 1, sequence, timestamp, 99, payload)
    written.extensions.abs_send_time = sent
    written.extensions.mid = "1"
    extensions = rtp.HeaderExtensionsMap()
    extensions._HeaderExtensionsMap__ids = rtp.HeaderExtensions(abs_send_time=2, mid=4)  # type: ignore[attr-defined]
    read = parse_rtp(written.serialize(extensions), 2)
    assert (read.payload_type, read.sequence_number, read.timestamp, read.ssrc) == (number, sequence, timestamp, 99)
    assert (read.payload, read.abs_send_time, read.marker) == (payload, sent, True)


@given(st.integers(0, 2**40), st.lists(st.integers(-30_000, 30_000), max_size=30))
def test_numbers_go_on_over_the_wrap(first: int, steps: list[int]) -> None:
    unwrapper, value = Unwrapper(16), first % 65_536
    highest = unwrapper.unwrap(value)
    for step in steps:
        if abs(highest + step - highest) < 32_768:
            assert unwrapper.unwrap((highest + step) % 65_536) == highest + step
            highest = max(highest, highest + step)


def test_loss_is_what_never_came() -> None:
    stream = StreamStatistics(1, 48_000)
    for number in (65_534, 65_535, 1, 2, 3):
        stream.receive(number, number * 960, 10, number * 0.02)
    assert (stream.expected, stream.received) == (6, 5)
    assert stream.fraction_lost() == 256 // 6
    stream.receive(0, 0, 10, 1.0)
    assert (stream.expected, stream.received) == (6, 6)
    assert stream.fraction_lost() == 0


def test_jitter_is_that_of_the_rfc() -> None:
    stream = StreamStatistics(1, 48_000)
    expected = 0.0
    for number in range(40):
        late_s = 0.005 if number % 2 else 0.0
        stream.receive(number, number * 960, 10, number * 0.02 + late_s)
        if number:
            expected += (240 - expected) / 16
    assert stream.jitter_ticks == pytest.approx(expected, abs=0.5)
    assert stream.jitter_ms == pytest.approx(expected / 48, abs=0.02)
