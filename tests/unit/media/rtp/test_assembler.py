"""Pictures from packets: at once, in order, and only those that can be shown."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from media.rtp.assembler import CAPACITY, FrameAssembler, Picture
from media.rtp.packet import RtpPacket
from media.rtp.vp8 import Vp8Depacketiser, find_payload

KEY_HEAD = bytes.fromhex("d012009d012a4001f000")
START, MIDDLE = b"\x90\x80\x80\x01", b"\x80\x80\x80\x01"


def packets_of(pictures: int, *, per_picture: int = 3, key_every: int = 0) -> list[RtpPacket]:
    made: list[RtpPacket] = []
    for picture in range(pictures):
        key = picture == 0 or (key_every and picture % key_every == 0)
        head = KEY_HEAD if key else b"\xd1\x12\x00"
        for part in range(per_picture):
            payload = START + head + bytes([picture % 256]) if part == 0 else MIDDLE + bytes([picture % 256, part])
            made.append(RtpPacket(96, part == per_picture - 1, len(made) & 0xFFFF, picture * 3_000, 1, payload))
    return made


def number_of(picture: Picture) -> int:
    return picture.timestamp // 3_000


def test_a_picture_comes_with_its_last_packet() -> None:
    assembler = FrameAssembler(Vp8Depacketiser())
    counts = [len(assembler.add(number, packet)) for number, packet in enumerate(packets_of(4))]
    assert counts == [0, 0, 1] * 4


def test_content_and_size() -> None:
    assembler = FrameAssembler(Vp8Depacketiser())
    pictures = [picture for at, packet in enumerate(packets_of(2)) for picture in assembler.add(at, packet)]
    assert pictures[0] == Picture(KEY_HEAD + b"\0" + b"\0\1" + b"\0\2", 0, True, (320, 240))
    assert (pictures[1].key, pictures[1].size) == (False, None)


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_reordering_and_duplicates_change_nothing(shuffle: random.Random, distance: int) -> None:
    packets = list(enumerate(packets_of(12)))
    disordered = sorted(packets[3:], key=lambda item: item[0] + shuffle.uniform(0, distance))
    assembler = FrameAssembler(Vp8Depacketiser())
    seen: list[int] = []
    for at, packet in packets[:3] + [item for item in disordered for _ in range(shuffle.choice((1, 2)))]:
        seen += [number_of(picture) for picture in assembler.add(at, packet)]
    assert seen == list(range(12))


def test_a_hole_waits_and_a_late_packet_fills_it() -> None:
    packets = packets_of(6)
    assembler = FrameAssembler(Vp8Depacketiser())
    seen = [number_of(p) for at, packet in enumerate(packets) if at != 7 for p in assembler.add(at, packet)]
    assert seen == [0, 1]
    assert assembler.blocked_at == 7
    assert [number_of(picture) for picture in assembler.add(7, packets[7])] == [2, 3, 4, 5]
    assert assembler.blocked_at is None


def test_a_hole_is_left_for_a_key_frame_and_only_for_one() -> None:
    packets = packets_of(9, key_every=6)
    assembler = FrameAssembler(Vp8Depacketiser())
    seen: list[int] = []
    for at, packet in enumerate(packets):
        if at == 7:
            continue
        if at == 12:
            assembler.leave_hole()
        seen += [number_of(picture) for picture in assembler.add(at, packet)]
    assert seen == [0, 1, 6, 7, 8], "the pictures that refer to the missing one are left out"
    assert assembler.add(7, packets[7]) == [], "too late"


def test_a_key_frame_that_is_here_already_is_taken() -> None:
    packets = packets_of(9, key_every=6)
    assembler = FrameAssembler(Vp8Depacketiser())
    seen = [number_of(p) for at, packet in enumerate(packets) if at != 7 for p in assembler.add(at, packet)]
    assert seen == [0, 1]
    assert [number_of(picture) for picture in assembler.leave_hole()] == [6, 7, 8]


def test_nothing_is_shown_before_a_key_frame() -> None:
    packets = packets_of(8, key_every=4)[3:]
    assembler = FrameAssembler(Vp8Depacketiser())
    assert assembler.waits_for_key
    seen = [number_of(p) for at, packet in enumerate(packets, 3) for p in assembler.add(at, packet)]
    assert seen == [4, 5, 6, 7]


def test_what_waits_behind_a_hole_is_bounded() -> None:
    packets = packets_of(CAPACITY, per_picture=2)
    assembler = FrameAssembler(Vp8Depacketiser())
    for at, packet in enumerate(packets):
        if at != 4:
            assembler.add(at, packet)
    assert assembler.waits_for_key
    assert len(assembler._packets) <= CAPACITY
    assert assembler.discarded + len(assembler._packets) == len(packets) - 5


def test_a_sender_without_markers_is_understood() -> None:
    packets = packets_of(4)
    for packet in packets:
        packet.marker = False
    assembler = FrameAssembler(Vp8Depacketiser())
    assert [number_of(p) for at, packet in enumerate(packets) for p in assembler.add(at, packet)] == [0, 1, 2]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3_000), st.binary(max_size=24) | st.just(START + KEY_HEAD), st.booleans(), st.integers(0, 9)
        ),
        max_size=60,
    )
)
def test_any_packets_do_no_harm(arrivals: list[tuple[int, bytes, bool, int]]) -> None:
    assembler = FrameAssembler(Vp8Depacketiser())
    for sequence, payload, marker, timestamp in arrivals:
        for picture in assembler.add(sequence, RtpPacket(96, marker, sequence, timestamp, 1, payload)):
            assert picture.data
        if timestamp == 9:
            assembler.leave_hole()
        assert len(assembler._packets) <= CAPACITY


@given(st.binary(max_size=8))
def test_a_descriptor_of_any_bytes_has_an_end(payload: bytes) -> None:
    at, _ = find_payload(payload)
    assert 0 <= at <= 6
    depacketiser = Vp8Depacketiser()
    depacketiser.is_key_start(payload)
    depacketiser.assemble([payload])


def test_the_descriptors_of_the_rfc() -> None:
    assert find_payload(b"\x10data") == (1, True)
    assert find_payload(b"\x90\x80\x11data") == (3, True)
    assert find_payload(b"\x90\x80\x81\x11data") == (4, True)
    assert find_payload(b"\x90\xe0\x81\x11\x01\x20data") == (6, True)
    assert find_payload(b"\x80\x80\x11data") == (3, False)
    assert find_payload(b"\x11data") == (1, False), "not the first partition"
