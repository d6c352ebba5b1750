"""H.264 from the network: put together as it was sent, told apart, measured, and safe from whatever else is sent."""

from __future__ import annotations

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.rtp.h264 import H264Depacketiser, describe_decoder, split_frame
from media.rtp.h264_parameters import read_sequence_parameters
from tests.fakes.h264 import cut_into_payloads, encode_h264, units_of

PICTURES = encode_h264(12, key_every=6)
READER = H264Depacketiser()


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_a_picture_comes_out_as_it_was_sent(number: int) -> None:
    payloads = cut_into_payloads(PICTURES[number])
    frame = READER.assemble(payloads)
    assert frame is not None
    assert list(split_frame(frame)) == units_of(PICTURES[number])
    is_key = number % 6 == 0
    assert READER.is_key_frame(frame) is is_key
    assert READER.size(frame) == ((320, 240) if is_key else None)
    assert [READER.is_key_start(payload) for payload in payloads] == [is_key] + [False] * (len(payloads) - 1)


def test_the_pictures_took_every_kind_of_payload() -> None:
    kinds = {payload[0] & 0x1F for picture in PICTURES for payload in cut_into_payloads(picture)}
    assert {24, 28} <= kinds
    single = [b"\x67" + PICTURES[0][5:20], b"\x68\xce\x38\x80", b"\x65" + bytes(range(40))]
    assert READER.assemble(single) == b"".join(len(unit).to_bytes(4) + unit for unit in single)


def test_a_decoder_opened_by_the_description_decodes_all() -> None:
    frames = [READER.assemble(cut_into_payloads(picture)) for picture in PICTURES]
    decoder = av.VideoCodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = describe_decoder(frames[0] or b"")
    decoded = [shown for frame in frames for shown in decoder.decode(av.Packet(frame or b""))]
    decoded += decoder.decode(None)
    assert len(decoded) == len(PICTURES)
    assert {(shown.width, shown.height) for shown in decoded} == {(320, 240)}
    assert not any(shown.is_corrupt for shown in decoded)


@pytest.mark.parametrize(
    ("size", "profile", "pixels", "interlaced"),
    [
        ((160, 120), "baseline", "yuv420p", False),
        ((322, 242), "main", "yuv420p", False),
        ((640, 360), "high", "yuv420p", False),
        ((720, 540), "high", "yuv420p", True),
        ((328, 246), "high422", "yuv422p", False),
        ((327, 245), "high444", "yuv444p", False),
    ],
)
def test_the_size_is_that_of_the_picture_shown(
    size: tuple[int, int], profile: str, pixels: str, interlaced: bool
) -> None:
    (picture,) = encode_h264(1, size, profile=profile, pixels=pixels, interlaced=interlaced)
    frame = READER.assemble(cut_into_payloads(picture))
    assert frame is not None
    assert READER.size(frame) == size
    decoder = av.VideoCodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = describe_decoder(frame)
    (shown,) = [*decoder.decode(av.Packet(frame)), *decoder.decode(None)]
    assert (shown.width, shown.height) == size


@pytest.mark.parametrize(
    "payloads",
    [
        [],
        [b""],
        [b"\x1c\x85"],  # a fragment without content
        [b"\x1c\x05rest"],  # that goes on with nothing
        [b"\x1c\x85begin"],  # that never ends
        [b"\x1c\x85begin", b"\x1c\x85begin"],
        [b"\x1c\x85begin", b"\x41slice", b"\x1c\x45end"],
        [b"\x1c\xdcinner"],
        [b"\x18\x00\x09short"],
        [b"\x18\x00\x00"],
        [b"\x18"],
        [b"\x19aggregate of another kind"],
        [b"\x1dfragment of another kind"],
        [b"\x00nothing"],
    ],
)
def test_what_is_no_frame_gives_none(payloads: list[bytes]) -> None:
    assert READER.assemble(payloads) is None


def test_a_key_frame_needs_its_parameters() -> None:
    frame = READER.assemble(cut_into_payloads(PICTURES[0]))
    assert frame is not None
    for missing in (5, 7, 8):
        rest = [unit for unit in split_frame(frame) if unit[0] & 0x1F != missing]
        assert not READER.is_key_frame(b"".join(len(unit).to_bytes(4) + unit for unit in rest))
    endless = b"\x67" + bytes(70_000)
    assert not READER.is_key_frame(len(endless).to_bytes(4) + endless + b"\0\0\0\1\x68" + b"\0\0\0\1\x65")
    with pytest.raises(ValueError, match="parameter sets"):
        describe_decoder(b"\0\0\0\1\x65")


HEADERS = st.sampled_from([0x67, 0x68, 0x65, 0x41, 0x18, 0x1C, 0x1D, 0x00, 0x1F])
PAYLOAD = st.binary(max_size=40) | st.builds(lambda head, rest: bytes([head]) + rest, HEADERS, st.binary(max_size=30))


@given(st.lists(PAYLOAD, max_size=8))
@settings(max_examples=300, deadline=None)
def test_random_payloads_do_no_harm(payloads: list[bytes]) -> None:
    frame = READER.assemble(payloads)
    for payload in payloads:
        READER.is_key_start(payload)
    if frame is not None:
        assert sum(len(unit) + 4 for unit in split_frame(frame)) == len(frame)
        if READER.is_key_frame(frame):
            assert describe_decoder(frame)


@given(st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_random_frames_do_no_harm(frame: bytes) -> None:
    READER.size(frame)
    READER.is_key_frame(frame)


@given(st.integers(0, 3), st.integers(0, 400), st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_damaged_parameters_give_a_size_or_none(which: int, at: int, change: int) -> None:
    profile, pixels = [("baseline", "yuv420p"), ("main", "yuv420p"), ("high", "yuv420p"), ("high444", "yuv444p")][which]
    unit = bytearray(SEQUENCE_PARAMETERS[profile, pixels])
    unit[at % len(unit)] ^= change
    for data in (bytes(unit), bytes(unit)[: at % len(unit)]):
        found = read_sequence_parameters(data)
        assert found is None or (0 < found.width <= 16_384 and 0 < found.height <= 16_384)


SEQUENCE_PARAMETERS = {
    (profile, pixels): units_of(encode_h264(1, (328, 246), profile=profile, pixels=pixels)[0])[0]
    for profile, pixels in [
        ("baseline", "yuv420p"),
        ("main", "yuv420p"),
        ("high", "yuv420p"),
        ("high444", "yuv444p"),
    ]
}
