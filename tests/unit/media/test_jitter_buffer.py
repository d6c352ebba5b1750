"""The order and the waiting of audio packets, by example and by property."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.hearing.jitter_buffer import HELD_PACKETS, JUMP_PACKETS, Arrived, AudioJitterBuffer, Released
from media.settings import MediaSettings

SETTINGS = MediaSettings()


def make(sequence: int, *, ticks: int | None = None) -> Arrived:
    return Arrived(sequence, 960 * sequence if ticks is None else ticks, sequence.to_bytes(8, "big", signed=True))


def summarise(released: list[Released]) -> list[tuple[int, int]]:
    return [(packet.sequence, packet.lost) for packet in released]


def count(buffer: AudioJitterBuffer) -> int:
    """Packets that have not been released."""
    return buffer.held + buffer.late + buffer.duplicates


class TestExamples:
    def test_packets_in_order_pass_at_once_and_whole(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        for sequence in range(70_000, 70_100):
            packet = make(sequence)
            assert buffer.push(packet, 20.0 * sequence) == [Released(sequence, packet.ticks, packet.data, 0)]
        assert (buffer.lost, buffer.late, buffer.duplicates, buffer.held) == (0, 0, 0, 0)

    def test_a_packet_that_comes_a_little_late_takes_its_place(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 0)
        assert buffer.push(make(3), 40) == []
        assert summarise(buffer.push(make(2), 45)) == [(2, 0), (3, 0)]
        assert (buffer.recovered_in_order, buffer.lost) == (1, 0)

    def test_a_lost_packet_delays_only_those_behind_it_and_only_for_the_target(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 20)
        assert buffer.push(make(3), 60) == []
        assert buffer.push(make(4), 80) == []
        assert buffer.poll(99) == []
        assert summarise(buffer.poll(100)) == [(3, 1), (4, 0)]
        assert summarise(buffer.push(make(5), 101)) == [(5, 0)]
        assert buffer.lost == 1

    def test_a_push_ends_the_waiting_too(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 20)
        buffer.push(make(3), 60)
        assert summarise(buffer.push(make(4), 160)) == [(3, 1), (4, 0)]

    def test_after_a_burst_nothing_waits(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 20)
        buffer.push(make(12), 240)
        assert summarise(buffer.poll(310)) == [(12, 10)]
        for sequence in range(13, 513):
            assert summarise(buffer.push(make(sequence), 20 * sequence)) == [(sequence, 0)]

    def test_every_hole_has_its_own_time(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 0)
        buffer.push(make(3), 40)
        buffer.push(make(5), 70)
        assert summarise(buffer.poll(80)) == [(3, 1)]
        assert summarise(buffer.poll(110)) == [(5, 1)]

    def test_what_was_given_up_is_not_taken_back(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 0)
        buffer.push(make(3), 40)
        buffer.poll(100)
        assert buffer.push(make(2), 120) == []
        assert buffer.push(make(3), 121) == []
        assert (buffer.late, buffer.duplicates) == (1, 1)

    def test_older_than_the_first_is_late_and_twice_is_a_duplicate(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(10), 0)
        assert buffer.push(make(9), 1) == []
        assert buffer.push(make(12), 2) == []
        assert buffer.push(make(12), 3) == []
        assert (buffer.late, buffer.duplicates, buffer.held) == (1, 1, 1)

    @pytest.mark.parametrize("sequence", [JUMP_PACKETS + 102, -JUMP_PACKETS - 102])
    def test_a_jump_starts_anew_and_loses_nothing_it_holds(self, sequence: int) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 0)
        buffer.push(make(3), 10)
        assert summarise(buffer.push(make(sequence), 20)) == [(3, 1), (sequence, 0)]
        assert summarise(buffer.push(make(sequence + 1), 40)) == [(sequence + 1, 0)]
        assert buffer.restarts == 1

    def test_it_holds_no_more_than_it_may(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(0), 0)
        released = [
            packet for sequence in range(2, 2 + 2 * HELD_PACKETS, 2) for packet in buffer.push(make(sequence), 0)
        ]
        assert released == []
        assert summarise(buffer.push(make(2 + 2 * HELD_PACKETS), 0)) == [(2, 1)]
        assert buffer.held == HELD_PACKETS

    def test_a_pause_of_the_sender_is_neither_loss_nor_jitter(self) -> None:
        """Discontinuous transmission: the numbers go on, the timestamps leap."""
        buffer = AudioJitterBuffer(SETTINGS)
        for number in range(50):
            released = buffer.push(make(number, ticks=number * 400 * 48), number * 400.0)
            assert summarise(released) == [(number, 0)]
        assert (buffer.lost, buffer.jitter_ms, buffer.target_ms) == (0, 0.0, SETTINGS.audio_wait_minimum_ms)


class TestTarget:
    def test_jitter_raises_it_up_to_the_limit_and_calm_lowers_it(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        chance = random.Random(5)
        assert buffer.target_ms == 40
        for number in range(400):
            buffer.push(make(number), 20 * number + chance.uniform(0, 19))
        assert buffer.jitter_ms > 4
        shaky_ms = buffer.target_ms
        for number in range(400, 800):
            buffer.push(make(number), 20 * number + chance.uniform(0, 200))
        assert buffer.target_ms == 60
        for number in range(800, 1200):
            buffer.push(make(number), 20 * number + 200)
        assert buffer.target_ms == 40 <= shaky_ms <= 60

    def test_it_learns_from_a_packet_that_came_too_late(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        buffer.push(make(1), 20)
        buffer.push(make(3), 20)
        assert summarise(buffer.poll(60)) == [(3, 1)]
        buffer.push(make(2), 65)
        assert buffer.late == 1
        assert buffer.target_ms == 55
        buffer.push(make(4), 80)
        buffer.push(make(6), 120)
        assert buffer.poll(170) == []
        assert summarise(buffer.push(make(5), 174)) == [(5, 0), (6, 0)]

    def test_it_forgets(self) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        for sequence, now_ms in ((1, 20), (3, 60), (2, 99)):
            buffer.push(make(sequence), now_ms)
        assert buffer.target_ms > 45
        for sequence in range(4, 1000):
            buffer.push(make(sequence), 20 * sequence)
        assert buffer.target_ms == 40


@dataclass(frozen=True)
class Network:
    """Per packet: lost, delayed by so many ms, doubled."""

    fates: list[tuple[bool, int, bool]]

    def deliver(self) -> list[tuple[float, int]]:
        arrivals: list[tuple[float, int]] = []
        for number, (lost, delay_ms, doubled) in enumerate(self.fates):
            if not lost:
                arrivals += [(20.0 * number + delay_ms, number)] * (2 if doubled else 1)
        return sorted(arrivals)


NETWORKS = st.builds(
    Network,
    st.lists(
        st.tuples(
            st.sampled_from([False, False, False, True]),
            st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 400)),
            st.sampled_from([False, False, False, True]),
        ),
        max_size=120,
    ),
)


class TestProperties:
    @given(NETWORKS)
    def test_in_order_once_counted_and_never_kept_longer_than_the_target(self, network: Network) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        arrived_ms: dict[int, float] = {}
        out: list[Released] = []
        now_ms = 0.0
        for pushed, (arrival_ms, sequence) in enumerate(network.deliver(), 1):
            while now_ms + 1 < arrival_ms:
                now_ms += 1
                out += self.check(buffer.poll(now_ms), arrived_ms, now_ms)
            now_ms = arrival_ms
            arrived_ms.setdefault(sequence, now_ms)
            out += self.check(buffer.push(make(sequence), now_ms), arrived_ms, now_ms)
            assert len(out) + count(buffer) == pushed
            assert 40 <= buffer.target_ms <= 60
            assert not buffer.held or now_ms - buffer._find_oldest_ms() < buffer.target_ms
        out += buffer.poll(now_ms + 60)
        assert buffer.held == 0
        sequences = [packet.sequence for packet in out]
        assert sequences == sorted(set(sequences))
        if out:
            assert buffer.lost == sum(packet.lost for packet in out)
            assert sequences[-1] - sequences[0] + 1 == len(out) + buffer.lost
        self.expect_no_delay(buffer, now_ms + 60, network)

    def check(self, released: list[Released], arrived_ms: dict[int, float], now_ms: float) -> list[Released]:
        for packet in released:
            assert now_ms - arrived_ms[packet.sequence] <= 61  # the polls are one millisecond apart
        return released

    def expect_no_delay(self, buffer: AudioJitterBuffer, now_ms: float, network: Network) -> None:
        first = len(network.fates)
        buffer.push(make(first), now_ms)
        buffer.poll(now_ms + 60)
        for sequence in range(first + 1, first + 20):
            now_ms += 80
            assert summarise(buffer.push(make(sequence), now_ms)) == [(sequence, 0)]

    @given(
        st.lists(
            st.tuples(
                st.integers(-(2**40), 2**40) | st.integers(0, 5_000), st.integers(-(2**40), 2**40), st.integers(0, 80)
            ),
            max_size=100,
        )
    )
    def test_whatever_comes_is_released_held_or_counted(self, arrivals: list[tuple[int, int, int]]) -> None:
        buffer = AudioJitterBuffer(SETTINGS)
        now_ms, released_so_far = 0.0, 0
        for number, (sequence, ticks, wait_ms) in enumerate(arrivals):
            now_ms += wait_ms
            restarts = buffer.restarts
            released = buffer.push(make(sequence, ticks=ticks), now_ms)
            if buffer.restarts == restarts:
                assert [packet.sequence for packet in released] == sorted({packet.sequence for packet in released})
            assert all(0 <= packet.lost <= JUMP_PACKETS for packet in released)
            released_so_far += len(released)
            assert released_so_far + count(buffer) == number + 1
            assert buffer.held <= HELD_PACKETS
        buffer.poll(now_ms + 60)
        assert buffer.held == 0
