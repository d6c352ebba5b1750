"""Asking for packets again, and laying streams beside each other by the sender's clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.frames import RtpTimeline
from media.rtp.repair import ASK_AGAIN_S, LARGEST_GAP, TIMES, RepairList
from media.rtp.sender_clock import NTP_FRACTION, SenderClock


def test_a_gap_is_asked_for_at_once_and_again() -> None:
    repair = RepairList()
    assert repair.note(10, 0.0) == (True, [])
    assert repair.note(13, 0.0) == (True, [11, 12])
    assert repair.due(ASK_AGAIN_S / 2, 0) == []
    assert repair.note(11, 0.01) == (True, [])
    assert repair.note(11, 0.01) == (False, []), "a duplicate"
    assert repair.due(ASK_AGAIN_S, 0) == [12]
    assert repair.due(ASK_AGAIN_S * 1.5, 0) == []


def test_it_gives_up_in_the_end() -> None:
    repair = RepairList()
    repair.note(1, 0.0)
    repair.note(3, 0.0)
    asked = sum(len(repair.due(number * ASK_AGAIN_S, 0)) for number in range(1, 100))
    assert asked == TIMES - 1
    assert len(repair) == 0


def test_what_nobody_wants_any_more_is_not_asked_for() -> None:
    repair = RepairList()
    repair.note(1, 0.0)
    repair.note(5, 0.0)
    assert repair.due(1.0, 4) == [4]


def test_a_jump_is_a_new_beginning() -> None:
    repair = RepairList()
    repair.note(1, 0.0)
    assert repair.note(2 + LARGEST_GAP + 1, 0.0) == (True, [])
    assert len(repair) == 0


@given(st.lists(st.integers(0, 20_000), max_size=200))
def test_the_list_is_bounded_whatever_comes(numbers: list[int]) -> None:
    repair = RepairList()
    for at, number in enumerate(numbers):
        repair.note(number, at * 0.01)
        assert len(repair) <= LARGEST_GAP
        repair.due(at * 0.01, 0)


def test_streams_of_one_sender_meet_at_their_clock() -> None:
    """The picture was taken 120 ms before the sound that has just come, though both arrived together."""
    audio, video = SenderClock(48_000), SenderClock(90_000)
    audio.note_report(int(1_000.0 * NTP_FRACTION), (1 << 32) - 100)
    video.note_report(int(1_000.0 * NTP_FRACTION), 5_000)
    sound, picture = RtpTimeline(48_000), RtpTimeline(90_000)
    sound.place((1 << 32) - 100 + 48_000, 7_000)
    picture.place(5_000 + 90_000 - 10_800, 7_000)
    taken_s = video.time_s(5_000 + 90_000 - 10_800)
    picture.align(5_000 + 90_000 - 10_800, sound.time_of(audio.timestamp_at(taken_s)))
    assert abs(picture.time_of(5_000 + 90_000 - 10_800) - 6_880) <= 1


def test_a_clock_that_cannot_be_is_not_believed() -> None:
    timeline = RtpTimeline(90_000)
    timeline.place(0, 1_000)
    timeline.align(0, 60_000)
    assert timeline.time_of(0) == 1_000
    clock = SenderClock(90_000)
    clock.note_report(0, 5)
    assert not clock.known


def test_later_corrections_are_small() -> None:
    timeline = RtpTimeline(90_000)
    timeline.place(0, 1_000)
    timeline.align(0, 900)
    assert timeline.time_of(0) == 900
    timeline.align(0, 1_000)
    assert timeline.time_of(0) == 900 + RtpTimeline.SLEW_LIMIT_MS
    timeline.align(0, 915)
    assert timeline.time_of(0) == 915
