"""The arithmetic of a bad network: statistics with seeds, exactness where there is no chance in it."""

from __future__ import annotations

import math
from itertools import groupby, pairwise

import pytest

from simulation.impairment.channel import HEADER_BYTES, Channel
from simulation.impairment.settings import (
    BLOCKED,
    Blackout,
    GilbertElliott,
    Impairment,
    ImpairmentInvalid,
)

PACKETS = 20_000


def send(channel: Channel, count: int = PACKETS, *, size: int = 100, every_ms: float = 20.0) -> list[tuple[float, ...]]:
    return [channel.admit(size, index * every_ms) for index in range(count)]


def losses(channel: Channel, count: int = PACKETS) -> list[bool]:
    return [not out for out in send(channel, count)]


def test_a_perfect_network_changes_nothing() -> None:
    channel = Channel(Impairment(), 1)
    assert send(channel, 50) == [(index * 20.0,) for index in range(50)]
    assert (channel.counters.passed, channel.counters.passed_bytes, channel.counters.dropped) == (50, 5_000, 0)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3])
def test_random_loss_has_its_share(share: float) -> None:
    lost = sum(losses(Channel(Impairment(loss=share), 3)))
    assert abs(lost - share * PACKETS) < 4 * math.sqrt(PACKETS * share * (1 - share))


def test_random_losses_do_not_know_of_each_other() -> None:
    fate = losses(Channel(Impairment(loss=0.1), 4))
    pairs = sum(a and b for a, b in pairwise(fate))
    assert 0.007 < pairs / PACKETS < 0.013


@pytest.mark.parametrize(("share", "length"), [(0.03, 4), (0.1, 8)])
def test_bursts_have_their_share_and_their_length(share: float, length: float) -> None:
    channel = Channel(Impairment(burst=GilbertElliott.of(share, length)), 5)
    fate = losses(channel, 100_000)
    runs = [len(list(run)) for lost, run in groupby(fate) if lost]
    assert sum(fate) / len(fate) == pytest.approx(share, rel=0.15)
    assert sum(runs) / len(runs) == pytest.approx(length, rel=0.1)
    assert channel.counters.dropped_burst == sum(fate)


def test_a_chain_may_lose_in_both_states() -> None:
    chain = GilbertElliott(enter=0.05, leave=0.2, loss_bad=0.5, loss_good=0.01)
    bad = 0.05 / (0.05 + 0.2)
    share = sum(losses(Channel(Impairment(burst=chain), 6), 100_000)) / 100_000
    assert share == pytest.approx(bad * 0.5 + (1 - bad) * 0.01, rel=0.1)


def test_one_seed_is_one_network_and_another_is_another() -> None:
    rough = Impairment(
        loss=0.1, burst=GilbertElliott.of(0.05, 3), delay_ms=50, jitter_ms=40, reorder=0.1, duplicate=0.1, rate_kbps=80
    )
    assert send(Channel(rough, 7)) == send(Channel(rough, 7))
    assert send(Channel(rough, 7)) != send(Channel(rough, 8))


def test_what_is_lost_does_not_depend_on_what_else_is_wrong() -> None:
    alone = losses(Channel(Impairment(loss=0.1), 9))
    among = losses(Channel(Impairment(loss=0.1, delay_ms=200, jitter_ms=100, reorder=0.3, duplicate=0.2), 9))
    assert alone == among


def test_jitter_stays_within_its_bounds_and_keeps_the_order() -> None:
    out = [due for (due,) in send(Channel(Impairment(delay_ms=100, jitter_ms=30), 10))]
    delays = [due - index * 20.0 for index, due in enumerate(out)]
    assert out == sorted(out)
    assert 70 <= min(delays) < 75
    assert 125 < max(delays) <= 130
    assert sum(delays) / len(delays) == pytest.approx(106, abs=4)  # a packet may wait for the one before it


def test_jitter_beyond_the_delay_does_not_reach_into_the_past() -> None:
    out = send(Channel(Impairment(delay_ms=5, jitter_ms=50), 11))
    assert all(due >= index * 20.0 for index, (due,) in enumerate(out))


def test_reordered_packets_come_after_later_ones() -> None:
    channel = Channel(Impairment(reorder=0.02, reorder_ms=50), 12)
    out = [due for (due,) in send(channel)]
    order = sorted(range(PACKETS), key=lambda index: (out[index], index))
    overtaken = sum(1 for a, b in pairwise(order) if b < a)
    assert channel.counters.reordered == pytest.approx(0.02 * PACKETS, rel=0.2)
    assert overtaken == pytest.approx(channel.counters.reordered, rel=0.1)


def test_duplicates_come_twice() -> None:
    channel = Channel(Impairment(duplicate=0.05), 13)
    twice = sum(1 for out in send(channel) if len(out) == 2)
    assert twice == channel.counters.duplicated == pytest.approx(0.05 * PACKETS, rel=0.15)


def test_the_rate_is_exact_to_the_bit() -> None:
    channel = Channel(Impairment(rate_kbps=100, queue_ms=60_000), 14)
    size = 1_250 - HEADER_BYTES  # 100 ms of the line each
    assert [channel.admit(size, 0.0) for _ in range(5)] == [(100.0,), (200.0,), (300.0,), (400.0,), (500.0,)]
    assert channel.queue_ms(50.0) == 450.0
    assert channel.admit(size, 1_000.0) == (1_100.0,)


def test_a_full_queue_drops_at_the_tail_and_no_sooner() -> None:
    channel = Channel(Impairment(rate_kbps=100, queue_ms=200), 15)
    size = 1_250 - HEADER_BYTES
    out = [channel.admit(size, 0.0) for _ in range(5)]
    assert out == [(100.0,), (200.0,), (300.0,), (), ()]
    assert channel.counters.dropped_queue == 2
    assert channel.admit(size, 100.0) == (400.0,)


@pytest.mark.parametrize("queue_ms", [0, 200, 1_000])
def test_a_line_that_is_always_full_carries_exactly_its_rate(queue_ms: float) -> None:
    channel = Channel(Impairment(rate_kbps=500, queue_ms=queue_ms), 16)
    size, every_ms = 1_000, 4.0
    out = [(index * every_ms, due) for index, dues in enumerate(send(channel, 10_000, size=size, every_ms=every_ms))
           for due in dues]  # fmt: skip
    carried_bits = sum(1 for _, due in out if due <= 40_000) * (size + HEADER_BYTES) * 8
    assert carried_bits == pytest.approx(500 * 40_000, rel=0.25 if queue_ms == 0 else 0.001)
    service_ms = (size + HEADER_BYTES) * 8 / 500
    assert max(due - sent for sent, due in out) <= queue_ms + service_ms + 1e-6


def test_lost_packets_take_no_turn_on_the_line() -> None:
    channel = Channel(Impairment(loss=1.0, rate_kbps=10), 17)
    send(channel, 100)
    assert channel.queue_ms(0.0) == 0.0


def test_blackouts_begin_end_and_come_again() -> None:
    channel = Channel(Impairment(blackouts=(Blackout(1_000, 500, every_ms=2_000),)), 18)
    dark = [at for at in range(0, 6_000, 100) if not channel.admit(100, float(at))]
    assert dark == [*range(1_000, 1_500, 100), *range(3_000, 3_500, 100), *range(5_000, 5_500, 100)]
    assert channel.counters.dropped_blackout == len(dark)


def test_a_change_holds_from_now_on() -> None:
    channel = Channel(Impairment(delay_ms=500), 19)
    assert channel.admit(100, 0.0) == (500.0,)
    channel.change(Impairment(blackouts=(Blackout(0, 100),)), 1_000.0)
    assert channel.admit(100, 1_050.0) == ()
    channel.change(Impairment(), 1_060.0)
    assert channel.admit(100, 1_070.0) == (1_070.0,)
    channel.change(BLOCKED, 1_080.0)
    assert channel.admit(100, 1_090.0) == ()


def test_every_packet_is_accounted_for_once() -> None:
    channel = Channel(
        Impairment(
            loss=0.2,
            burst=GilbertElliott.of(0.2, 5),
            reorder=0.2,
            duplicate=0.2,
            rate_kbps=15,
            blackouts=(Blackout(100, 50, every_ms=200),),
        ),
        20,
    )
    out = send(channel, 5_000)
    counters = channel.counters
    assert counters.received == 5_000 == counters.passed + counters.dropped
    assert counters.passed == sum(1 for dues in out if dues)
    assert min(counters.dropped_random, counters.dropped_burst, counters.dropped_blackout, counters.dropped_queue) > 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"loss": -0.1},
        {"loss": 1.1},
        {"loss": math.nan},
        {"loss": True},
        {"duplicate": "0.1"},
        {"delay_ms": math.inf},
        {"delay_ms": -1},
        {"jitter_ms": 1e9},
        {"rate_kbps": 0},
        {"rate_kbps": -5},
        {"queue_ms": math.nan},
        {"blackouts": (Blackout(0, 1),) * 101},
    ],
)
def test_numbers_no_network_has_are_refused(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(ImpairmentInvalid, match=name):
        Impairment(**wrong)  # type: ignore[arg-type]


def test_chains_and_blackouts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ImpairmentInvalid, match="never end"):
        GilbertElliott(enter=0.1, leave=0)
    with pytest.raises(ImpairmentInvalid, match="share"):
        GilbertElliott.of(2, 3)
    with pytest.raises(ImpairmentInvalid, match="cannot make up"):
        GilbertElliott.of(0.9, 1)
    with pytest.raises(ImpairmentInvalid, match="longer"):
        Blackout(0, 500, every_ms=400)
    with pytest.raises(ImpairmentInvalid, match="start_ms"):
        Blackout(-1, 5)
