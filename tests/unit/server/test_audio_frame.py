from __future__ import annotations

import random

import pytest

from server.protocol.audio_frame import HEADER, PCM_BYTES, AudioFrame, InvalidAudio, decode_audio, encode_audio

OPUS = AudioFrame("opus", 7, 4_000_000_000, 3_999_999_999, b"\x78" + bytes(60))
PCM = AudioFrame("pcm16", 1, 0, 0, bytes(PCM_BYTES))


@pytest.mark.parametrize("frame", [OPUS, PCM])
def test_a_frame_survives_the_wire(frame: AudioFrame) -> None:
    assert decode_audio(encode_audio(frame)) == frame


def test_the_header_is_what_the_page_writes() -> None:
    frame = AudioFrame("opus", 2, 3, -960, b"\x78")
    assert encode_audio(frame).hex() == "564101010000000200000003fffffc4078"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"VA",
        encode_audio(OPUS)[: HEADER.size],
        b"XX" + encode_audio(OPUS)[2:],
        b"VA\x02" + encode_audio(OPUS)[3:],
        b"VA\x01\x03" + encode_audio(OPUS)[4:],
        b"VA\x01\x00" + encode_audio(OPUS)[4:],
        encode_audio(PCM)[:-1],
        encode_audio(PCM) + b"\x00",
        encode_audio(OPUS) + bytes(1_500),
    ],
    ids=["empty", "short", "no audio", "magic", "version", "codec", "codec zero", "less PCM", "more PCM", "large"],
)
def test_what_is_no_audio_frame_is_refused(message: bytes) -> None:
    with pytest.raises(InvalidAudio):
        decode_audio(message)


def test_random_bytes_are_refused_or_read_and_nothing_else() -> None:
    dice = random.Random(6716)
    read = 0
    for _ in range(5_000):
        message = dice.choice([b"", b"VA", b"VA\x01\x01", b"VA\x01\x02"]) + dice.randbytes(dice.randrange(700))
        try:
            frame = decode_audio(message)
        except InvalidAudio:
            continue
        read += 1
        assert encode_audio(frame) == message
    assert read
