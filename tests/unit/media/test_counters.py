"""Counters are added up, and those of who has gone stay."""

from __future__ import annotations

from dataclasses import fields

from media.counters import (
    CaptionCounters,
    Counting,
    DropCounters,
    HeardCounters,
    MediaCounters,
    RefusalCounters,
    SpeculationCounters,
    StreamCounters,
    Tally,
)


def counting_up() -> MediaCounters:
    """A different number in every field."""
    numbers = iter(range(1, 100))

    def fill(kind: type) -> object:
        return kind(*(next(numbers) for _ in fields(kind)))

    kinds = (
        StreamCounters,
        StreamCounters,
        HeardCounters,
        DropCounters,
        RefusalCounters,
        CaptionCounters,
        SpeculationCounters,
    )
    return MediaCounters(*(fill(kind) for kind in kinds))  # type: ignore[arg-type]


class Somebody:
    def __init__(self, received: int) -> None:
        self.received = received

    def count(self) -> MediaCounters:
        return MediaCounters(audio=StreamCounters(received=self.received))


def received(tally: Tally) -> int:
    return tally.count().audio.received


def test_every_field_is_added_to_its_own() -> None:
    one = counting_up()
    assert one + MediaCounters() == one
    assert one + one - one == one
    assert one - one == MediaCounters()
    assert (one + one).refused.strays == 2 * one.refused.strays
    assert one + one != one


def test_whoever_has_gone_stays_counted_once() -> None:
    tally = Tally()
    first, second = Somebody(3), Somebody(10)
    tally.follow(first)
    tally.follow(second)
    assert received(tally) == 13
    first.received = 5
    tally.let_go(first)
    assert received(tally) == 15
    first.received = 99
    tally.let_go(first)
    assert received(tally) == 15
    second.received = 20
    assert received(tally) == 25


def test_a_tally_can_be_followed_itself() -> None:
    session: Tally = Tally()
    process = Tally()
    counted: Counting = session
    process.follow(counted)
    session.follow(Somebody(4))
    assert received(process) == 4
    process.let_go(counted)
    assert received(process) == 4


def test_shares_are_of_what_was_heard_and_rest_is_no_loss() -> None:
    heard = HeardCounters(decoded=50, fec=10, plc=5, comfort=30, silent=5)
    assert (heard.total, heard.recovered_share, heard.concealed_share) == (100, 0.1, 0.1)
    assert (HeardCounters().recovered_share, HeardCounters().concealed_share) == (0.0, 0.0)
