"""Asking for packets again, and laying streams beside each other by the sender's clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.frames import RtpTimeline
from media.rtp.repair import ASK_AGAIN_S, EARLY, LARGEST_GAP, TIMES, RepairList
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
    assert (len(repair), repair.given_up) == (0, 1)


def test_what_nobody_wants_any_more_is_not_asked_for() -> None:
    repair = RepairList()
    repair.note(1, 0.0)
    repair.note(5, 0.0)
    assert repair.due(1.0, 4) == [4]
    assert repair.given_up == 2


def test_a_jump_is_a_new_beginning() -> None:
    repair = RepairList()
    repair.note(1, 0.0)
    repair.note(3, 0.0)
    assert repair.note(4 + LARGEST_GAP + 1, 0.0) == (True, [])
    assert (len(repair), repair.given_up) == (0, 1 + LARGEST_GAP + 1)


@given(st.lists(st.integers(0, 20_000), max_size=200))
def test_the_list_is_bounded_whatever_comes(numbers: list[int]) -> None:
    repair, came = RepairList(), 0
    for at, number in enumerate(numbers):
        came += repair.note(number, at * 0.01)[0]
        assert len(repair) <= LARGEST_GAP
        repair.due(at * 0.01, 0)
    if numbers:
        early = sum(number < numbers[0] for number in set(numbers) if number >= numbers[0] - EARLY)
        assert came - early + len(repair) + repair.given_up == max(numbers) - numbers[0] + 1


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


def test_later_corrections_may_leave_a_gap_and_go_back_a_little() -> None:
    timeline = RtpTimeline(90_000)
    timeline.place(0, 10_000)
    timeline.align(0, 9_600)
    assert timeline.time_of(0) == 9_600
    timeline.align(0, 12_600)
    assert timeline.time_of(0) == 12_600
    timeline.align(0, 9_000)
    assert timeline.time_of(0) == 12_600 - RtpTimeline.SLEW_LIMIT_MS


def test_packets_that_the_first_one_overtook_are_its_own() -> None:
    repair = RepairList()
    assert repair.note(1, 0.0) == (True, [])
    assert repair.note(0, 0.0) == (True, [])
    assert repair.note(0, 0.0) == (False, [])
    assert repair.note(2, 0.0) == (True, [])
    assert repair.note(1 - EARLY - 1, 0.0) == (False, [])


def test_a_stream_that_stands_still_falls_behind_its_clock() -> None:
    clock = SenderClock(48_000)
    assert clock.note_report(100 * NTP_FRACTION, 0) == 0.0
    assert abs(clock.note_report(101 * NTP_FRACTION, 48_000)) < 1e-6
    assert abs(clock.note_report(105 * NTP_FRACTION, 96_000) - 3.0) < 1e-6


def test_reports_that_an_encoder_held_up_do_not_move_the_picture() -> None:
    clock = SenderClock(90_000)
    for second, late_s in enumerate((0.03, 0.0, 0.12, 0.05, 0.0, 0.15)):
        clock.note_report(round((100 + second + late_s) * NTP_FRACTION), second * 90_000)
        if second:
            assert abs(clock.time_s(second * 90_000) - (100 + second)) < 1e-6


def test_an_hour_of_drift_is_followed() -> None:
    clock = SenderClock(48_000)
    for second in range(0, 3_600, 5):
        clock.note_report(round((100 + second * 1.0001) * NTP_FRACTION), second * 48_000 % (1 << 32))
        assert abs(clock.time_s(second * 48_000 % (1 << 32)) - (100 + second * 1.0001)) < 0.005
