"""Sound that comes over the websocket, from frames of the page to frames of the pipeline."""

from __future__ import annotations

import asyncio
import random

import numpy as np
import pytest

from media.frames import EncodedFrame
from media.hearing.opus import ENCODED_SAMPLES, OpusDecoder, OpusEncoder, count_ticks
from media.rtp.packet import RtpPacket
from media.settings import MediaSettings
from media.socket_source import BACKLOG_LIMIT_MS, OBSERVERS_WAIT_MS, SocketSource, is_audio
from media.types import SocketAudioCodec
from media.uplinks.ends import Forwarded
from tests.fakes.media_parts import ManualClock

TICKS = 960
MS = 20


def tone(samples: int = ENCODED_SAMPLES, start: int = 0) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return (0.3 * np.sin(2 * np.pi * 440 * (np.arange(samples) + start) / 16_000)).astype(np.float32)


def make_opus(count: int) -> list[bytes]:
    encoder = OpusEncoder()
    return [encoder.encode(tone(start=number * ENCODED_SAMPLES)) for number in range(count)]


def make_pcm(number: int = 0) -> bytes:
    return (tone(start=number * ENCODED_SAMPLES) * 32_767).astype("<i2").tobytes()


class Studio:
    """A source and what comes out of it. The source was opened at 100 s of the interview."""

    def __init__(self, codec: SocketAudioCodec = "opus", heard_until_ms: int | None = None) -> None:
        self.clock = ManualClock()
        self.clock.ms = 100_000
        self.frames: list[EncodedFrame] = []
        self.packets: list[RtpPacket] = []
        self.source = SocketSource(
            3,
            codec,
            clock=self.clock,
            settings=MediaSettings(),
            on_frame=self.frames.append,
            on_packet=self._note_packet,
            heard_until_ms=heard_until_ms,
        )

    def _note_packet(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        assert stream.epoch == 3
        assert starts
        self.packets.append(packet)

    def times(self) -> list[int]:
        return [frame.t_ms for frame in self.frames]


def test_opus_goes_through_as_it_is() -> None:
    studio, packets = Studio(), make_opus(5)
    for number, packet in enumerate(packets):
        studio.clock.ms = 100_040 + number * MS
        studio.source.receive(number, number * TICKS, packet)
    assert [frame.data for frame in studio.frames] == packets
    assert [packet.payload for packet in studio.packets] == packets
    assert studio.times() == [100_000, 100_020, 100_040, 100_060, 100_080]
    assert {(frame.epoch, frame.kind, frame.lost, frame.codec) for frame in studio.frames} == {(3, "audio", 0, "opus")}
    assert studio.source.count_packets() == 5


def test_pcm_becomes_opus_that_sounds_the_same() -> None:
    studio = Studio("pcm16")
    for number in range(25):
        studio.clock.ms = 100_000 + number * MS
        studio.source.receive(number, number * TICKS, make_pcm(number))
    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(frame.data) for frame in studio.frames])
    spectrum = np.abs(np.fft.rfft(heard[4_000:]))
    assert abs(int(spectrum.argmax()) * 16_000 / (len(heard) - 4_000) - 440) < 5
    assert abs(float(np.sqrt(np.mean(heard[4_000:] ** 2))) - 0.3 / np.sqrt(2)) < 0.03
    assert all(count_ticks(frame.data) == TICKS for frame in studio.frames)


def test_what_was_said_before_the_line_was_open_is_placed_where_it_was_said() -> None:
    studio, packets = Studio(), make_opus(500)
    studio.clock.ms = 100_060
    for number, packet in enumerate(packets):
        studio.source.receive(number, (number - 500) * TICKS, packet)
    assert studio.times() == [90_000 + number * MS for number in range(500)]
    studio.clock.ms = 100_080
    studio.source.receive(500, 0, packets[0])
    assert studio.frames[-1].t_ms == 100_000


def test_who_listens_live_is_spared_what_is_long_past() -> None:
    studio, packets = Studio(), make_opus(500)
    for number, packet in enumerate(packets):
        studio.source.receive(number, (number - 500) * TICKS, packet)
    assert len(studio.frames) == 500
    assert len(studio.packets) == OBSERVERS_WAIT_MS // MS


def test_a_line_that_stood_still_leaves_no_delay() -> None:
    studio, packets = Studio(), make_opus(200)
    for number in range(50):
        studio.clock.ms = 100_000 + number * MS
        studio.source.receive(number, number * TICKS, packets[number])
    studio.clock.ms = 103_000
    for number in range(50, 150):
        studio.source.receive(number, number * TICKS, packets[number])
    for number in range(150, 200):
        studio.clock.ms = 100_000 + number * MS
        studio.source.receive(number, number * TICKS, packets[number])
    assert studio.times() == [100_000 + number * MS for number in range(200)]
    assert not any(frame.lost for frame in studio.frames)


async def test_what_the_page_had_to_drop_counts_as_lost() -> None:
    studio, packets = Studio(), make_opus(20)
    for number in [0, 1, 2, 10, 11]:
        studio.clock.ms = 100_000 + number * MS
        studio.source.receive(number, number * TICKS, packets[number])
    await asyncio.sleep(0.08)  # the longest that a hole is waited for
    studio.clock.ms += 100
    studio.source.receive(12, 12 * TICKS, packets[12])
    assert [(frame.t_ms - 100_000, frame.lost) for frame in studio.frames] == [
        (0, 0), (20, 0), (40, 0), (200, 7), (220, 0), (240, 0)
    ]  # fmt: skip


def test_what_was_heard_already_is_dropped() -> None:
    studio, packets = Studio(heard_until_ms=99_900), make_opus(10)
    for number, packet in enumerate(packets):
        studio.source.receive(number, (number - 10) * TICKS, packet)
    assert studio.times() == [99_900, 99_920, 99_940, 99_960, 99_980]
    assert studio.source.count_packets() == 10


@pytest.mark.parametrize("timestamp", [2**31, 2**31 - 1, 500_000_000, 2**32 - BACKLOG_LIMIT_MS * 48 - 960])
def test_a_time_that_cannot_be_is_not_believed(timestamp: int) -> None:
    studio, packets = Studio(), make_opus(3)
    studio.clock.ms = 100_050
    studio.source.receive(0, timestamp, packets[0])
    assert studio.times() == [100_050]
    studio.clock.ms = 100_070
    studio.source.receive(1, 5_000, packets[1])
    studio.source.receive(2, timestamp + 1, packets[2])
    assert all(100_000 <= t_ms <= 100_110 for t_ms in studio.times())


def test_jumps_of_every_size_keep_time_near_and_rising() -> None:
    dice = random.Random(8)
    studio, packets = Studio(), make_opus(1)
    for number in range(3_000):
        studio.clock.ms += MS
        sequence = number if dice.random() < 0.9 else dice.randrange(2**32)
        studio.source.receive(sequence, dice.choice([number * TICKS, dice.randrange(2**32)]), packets[0])
        studio.source.poll(studio.clock.ms)
    times = studio.times()
    assert times == sorted(times)
    assert times[-1] <= studio.clock.ms + 20_000


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x7b\x3f\x00", bytes(640)[:639]])
def test_what_is_no_audio_goes_no_further(data: bytes) -> None:
    studio = Studio("opus" if len(data) < 100 else "pcm16")
    studio.source.receive(0, 0, data)
    assert not studio.frames
    assert not studio.packets


def test_opus_of_more_than_120_ms_is_none() -> None:
    assert is_audio("opus", b"\x78")
    assert is_audio("opus", b"\x1b\x02" + bytes(40))
    assert not is_audio("opus", b"\x1b\x03" + bytes(40))
    assert not is_audio("opus", b"")
    assert is_audio("pcm16", bytes(640))
    assert not is_audio("pcm16", bytes(1_280))


async def test_after_the_end_nothing_comes() -> None:
    studio, packets = Studio(), make_opus(2)
    studio.source.receive(0, 0, packets[0])
    await studio.source.close()
    studio.source.receive(1, TICKS, packets[1])
    assert len(studio.frames) == 1
    assert studio.source.state == "closed"
