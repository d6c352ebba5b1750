"""Gap-free sound from frames that came, came late, or never came."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.frames import EncodedFrame
from media.hearing.concealment import VOICE_LIMIT
from media.hearing.ear import Ear
from media.hearing.ingest import Arrival, Rest
from media.hearing.jitter_buffer import Arrived, AudioJitterBuffer, Released
from media.hearing.opus import DTX_BYTES, OpusEncoder, has_fec
from media.hearing.reader import AudioReader
from media.settings import MediaSettings
from media.types import AudioChunk, Samples, SpeechStopped
from tests.unit.media.test_encoded import encode_tone, make_frame
from tests.unit.media.test_hearing import make_noise, make_speech
from tests.unit.media.test_opus import decode, encode, measure_snr_db

SPEECH = make_speech((0.4, False), (3.0, True), (0.3, False), (3.0, True))


def lose(packets: list[bytes], lost: set[int]) -> tuple[EncodedFrame, ...]:
    """As the jitter buffer hands them on."""
    frames: list[EncodedFrame] = []
    missing = 0
    for number, data in enumerate(packets):
        if number in lost:
            missing += 1
        else:
            frames.append(EncodedFrame(1, "audio", data, number * 960, 100 + number * 20, lost=missing))
            missing = 0
    return tuple(frames)


def join(chunks: list[AudioChunk]) -> Samples:
    """Fails unless each chunk starts where the last one ended."""
    position = 0
    for chunk in chunks:
        assert chunk.t_ms == chunks[0].t_ms + position * 1000 // 16_000
        position += len(chunk.samples)
    return np.concatenate([chunk.samples for chunk in chunks])


class TestTime:
    def test_contiguous_packets_make_one_chunk(self) -> None:
        (chunk,) = AudioReader().read(tuple(make_frame(data, n) for n, data in enumerate(encode_tone(10))))
        assert (chunk.t_ms, len(chunk.samples)) == (100, 3200)

    def test_so_do_packets_with_gaps(self) -> None:
        reader = AudioReader()
        (chunk,) = reader.read(lose(encode(SPEECH)[:50], {3, 4, 5, 20, 30, 31}))
        assert (chunk.t_ms, len(chunk.samples)) == (100, 50 * 320)
        assert reader.concealed.total == 6 * 320

    def test_late_and_doubled_packets_are_left_out(self) -> None:
        packets = encode_tone(4)
        reader = AudioReader()
        chunks = reader.read(tuple(make_frame(packets[n], n) for n in (0, 1, 1, 0, 2, 3)))
        assert sum(len(chunk.samples) for chunk in chunks) == 1280
        assert reader.dropped_frames == 2

    def test_a_long_gap_and_a_new_epoch_begin_anew(self) -> None:
        packets = encode_tone(4)
        reader = AudioReader()
        chunks = reader.read(
            (
                make_frame(packets[0], 0),
                make_frame(packets[1], 1000),
                make_frame(packets[2], 0, epoch=2, start_ms=50_000),
            )
        )
        assert [chunk.t_ms for chunk in chunks] == [100, 20_100, 50_000]
        assert reader.concealed.total == 0

    def test_a_packet_that_cannot_be_decoded_is_concealed(self) -> None:
        packets = encode_tone(3)
        spoiled = bytes([31 << 3 | 1, 255])
        reader = AudioReader()
        (chunk,) = reader.read((make_frame(packets[0], 0), make_frame(spoiled, 1), make_frame(packets[2], 3)))
        assert len(chunk.samples) == 4 * 320
        assert reader.concealed.plc == 2 * 320

    @settings(max_examples=50, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(-20_000, 300_000), st.binary(max_size=40), st.integers(0, 2**40)), max_size=40)
    )
    def test_time_never_runs_backwards_nor_away(self, arrivals: list[tuple[int, bytes, int]]) -> None:
        reader = AudioReader()
        last_end, ticks = -1.0, 0
        for step, data, lost in arrivals:
            ticks = max(0, ticks + step)
            frame = EncodedFrame(1, "audio", data, ticks, 1_000 + ticks // 48, lost=lost)
            for chunk in reader.read((frame, Rest(1, ticks + abs(step)))):
                assert chunk.t_ms >= last_end
                assert np.isfinite(chunk.samples).all()
                last_end = int(chunk.t_ms + len(chunk.samples) / 16)
                assert last_end <= 1_000 + (ticks + abs(step)) / 48 + 1_200


class TestConcealment:
    @pytest.mark.parametrize("loss", [0.05, 0.1, 0.2])
    def test_every_frame_is_delivered_or_concealed(self, loss: float) -> None:
        packets = encode(SPEECH)
        chance = random.Random(7)
        lost = {number for number in range(1, len(packets) - 1) if chance.random() < loss}
        reader = AudioReader()
        whole, concealed = decode(packets), join(reader.read(lose(packets, lost)))
        assert len(concealed) == len(whole)
        assert reader.concealed.total == 320 * len(lost)
        copies = sum(has_fec(packets[number + 1]) for number in lost if number + 1 not in lost)
        assert reader.concealed.fec == 320 * copies
        assert copies / len(lost) > 0.5

    def test_a_second_copy_beats_concealment_and_concealment_beats_silence(self) -> None:
        chance = random.Random(8)
        packets, plain = encode(SPEECH), encode(SPEECH, OpusEncoder(expected_loss_percent=0))
        lost = {number for number in range(20, len(packets) - 1) if chance.random() < 0.1}
        where = np.concatenate([np.arange(number * 320, number * 320 + 320) for number in sorted(lost)])
        ratios = []
        for sent in (packets, plain):
            whole, concealed = decode(sent), join(AudioReader().read(lose(sent, lost)))
            ratios.append(measure_snr_db(concealed[where], whole[where]))
        silence_db = 0.0
        with_fec_db, without_db = ratios
        assert with_fec_db > without_db + 2 > silence_db + 3

    def test_only_the_last_lost_frame_comes_from_the_copy(self) -> None:
        packets = encode(SPEECH)
        reader = AudioReader()
        samples = join(reader.read(lose(packets, {60, 61, 62})))
        assert has_fec(packets[63])
        assert (reader.concealed.plc, reader.concealed.fec, reader.concealed.silent) == (640, 320, 0)
        whole = decode(packets)
        assert measure_snr_db(samples[62 * 320 : 63 * 320], whole[62 * 320 : 63 * 320]) > 1

    def test_a_long_loss_fades_into_silence(self) -> None:
        packets = encode(SPEECH)
        reader = AudioReader()
        samples = join(reader.read(lose(packets, set(range(60, 100)))))
        gap = samples[60 * 320 : 100 * 320]
        assert reader.concealed.plc == VOICE_LIMIT
        assert reader.concealed.silent == 40 * 320 - VOICE_LIMIT - reader.concealed.fec
        assert np.abs(gap[:320]).max() > 0.01
        assert not gap[VOICE_LIMIT : 39 * 320].any()
        assert len(samples) == len(packets) * 320

    def test_losses_that_follow_on_each_other_share_one_limit(self) -> None:
        """What cannot be decoded is lost too; a voice is not made to go on for ever."""
        packets = encode(SPEECH)
        spoiled = [bytes([packet[0] | 3, 0x41, 255]) for packet in packets[60:100]]  # padding beyond the end
        reader = AudioReader()
        reader.read(lose(packets[:60] + spoiled, set()))
        assert reader.concealed.plc == VOICE_LIMIT
        assert reader.concealed.silent == 40 * 320 - VOICE_LIMIT

    def test_what_came_sounds_the_same_after_a_loss(self) -> None:
        packets = encode(SPEECH)
        samples, whole = join(AudioReader().read(lose(packets, {60, 61, 62}))), decode(packets)
        assert measure_snr_db(samples[80 * 320 : 160 * 320], whole[80 * 320 : 160 * 320]) > 15

    def test_the_jitter_buffer_and_the_reader_make_every_frame_of_a_shaken_stream(self) -> None:
        chance = random.Random(9)
        packets = encode(SPEECH)
        buffer = AudioJitterBuffer(MediaSettings())
        arrivals = sorted(
            (20.0 * number + chance.uniform(0, 50), number)
            for number in range(len(packets))
            if chance.random() > 0.1 or number in (0, len(packets) - 1)
        )
        released: list[Released] = []
        for now_ms, number in arrivals:
            released += buffer.push(Arrived(number, number * 960, packets[number]), now_ms)
        released += buffer.poll(arrivals[-1][0] + 60)
        reader = AudioReader()
        frames = tuple(
            EncodedFrame(1, "audio", one.data, one.ticks, one.ticks // 48, lost=one.lost) for one in released
        )
        samples = join(reader.read(frames))
        assert len(samples) == 320 * (len(packets) - released[0].sequence)
        assert reader.concealed.total == 320 * buffer.lost
        assert reader.dropped_frames == 0
        assert buffer.recovered_in_order > 10


class TestRest:
    """Discontinuous transmission: after a packet of one byte the sender sends nothing for up to 400 ms."""

    def send(self, samples: Samples) -> list[EncodedFrame]:
        """What a browser with discontinuous transmission sends: of each run of one-byte packets, the first."""
        frames: list[EncodedFrame] = []
        resting = False
        for number, data in enumerate(encode(samples, OpusEncoder(dtx=True))):
            if not (resting and len(data) <= DTX_BYTES):
                frames.append(make_frame(data, number))
            resting = len(data) <= DTX_BYTES
        return frames

    def make_pauses(self) -> Samples:
        pauses = make_speech((1.5, False), (1.5, True), (1.5, False), (1.0, True), (1.5, False))
        return pauses + make_noise(len(pauses) / 16_000, 0.002)[: len(pauses)]

    def test_the_gap_is_comfort_noise_at_the_level_of_the_room(self) -> None:
        sound = self.make_pauses()
        frames = self.send(sound)
        reader = AudioReader()
        samples = join(reader.read(tuple(frames)))
        assert len(frames) < 0.7 * len(sound) / 320
        assert len(samples) == (frames[-1].timestamp + 960) // 3
        assert reader.concealed.comfort > 16_000
        assert reader.concealed.silent == reader.concealed.plc == 0
        rms = np.sqrt(np.mean(samples[3 * 16_000 + 8_000 : 4 * 16_000] ** 2))
        assert 0.0005 < rms < 0.008

    def test_time_told_of_in_advance_changes_nothing_in_the_end(self) -> None:
        frames = self.send(self.make_pauses())
        arrivals: list[Arrival] = []
        for frame, following in pairwise(frames):
            arrivals.append(frame)
            arrivals += [Rest(1, at) for at in range(frame.timestamp + 960, following.timestamp + 1, 4_800)]
        arrivals.append(frames[-1])
        plain, told = AudioReader(), AudioReader()
        assert np.array_equal(join(told.read(tuple(arrivals))), join(plain.read(tuple(frames))))
        assert told.concealed == plain.concealed

    def test_sound_that_comes_too_late_is_kept_and_the_time_is_paid_back(self) -> None:
        packets = encode(SPEECH)
        resting = bytes([9 << 3])
        reader = AudioReader()
        read = reader.read
        chunks = read((make_frame(packets[60], 0), make_frame(resting, 1), Rest(1, 1_920 + 14_400)))
        assert len(join(chunks)) == 640 + 4_800
        chunks += read(tuple(make_frame(packets[61 + n], 2 + n) for n in range(20)))
        assert len(join(chunks)) == 640 + 4_800 + 20 * 320
        chunks += read((make_frame(resting, 22),))
        assert len(join(chunks)) == 640 + 4_800 + 20 * 320  # a resting packet is left out while time is owed
        chunks += read((make_frame(packets[90], 40),))
        assert len(join(chunks)) == 41 * 320
        assert reader.dropped_frames == 0

    def test_a_rest_of_another_epoch_or_before_any_frame_is_nothing(self) -> None:
        reader = AudioReader()
        assert reader.read((Rest(1, 48_000),)) == []
        reader.read((make_frame(encode_tone(1)[0], 0),))
        assert reader.read((Rest(2, 9_600),)) == []
        assert reader.read((Rest(1, 960),)) == []
        assert reader.read((Rest(1, 5 * 48_000),)) == []

    def test_the_end_of_speech_is_noticed_before_the_next_packet(self) -> None:
        speech = make_speech((1.0, False), (1.5, True), (1.0, False))
        frames = self.send(speech + make_noise(len(speech) / 16_000, 2e-4)[: len(speech)])
        resting = next(frame.data for frame in frames if frame.timestamp > 120_000 and len(frame.data) <= DTX_BYTES)
        last = next(n for n, frame in enumerate(frames) if frame.timestamp >= 2_520 * 48)
        frames[last] = replace(frames[last], data=resting)  # a sender that rests at once when the voice ends
        ear = Ear(MediaSettings(), lambda: "s1")
        heard = ear.hear(tuple(frames[: last + 1]), want_open_segment=False).events
        before = ear.count().heard.comfort
        for rested_ms in (100, 200, 300, 400):
            assert not any(isinstance(event, SpeechStopped) for event in heard)
            rest = Rest(1, frames[last].timestamp + 960 + rested_ms * 48)
            heard = ear.hear((rest,), want_open_segment=False).events
            if any(isinstance(event, SpeechStopped) for event in heard):
                break
        (stopped,) = [event for event in heard if isinstance(event, SpeechStopped)]
        assert abs(stopped.t_ms - 2_600) < 250
        assert ear.count().heard.comfort - before == rested_ms * 16
