"""When a worker is held to be gone for good."""

from __future__ import annotations

from server.nodes.attendance import GONE_AFTER_S, Attendance
from server.nodes.membership import HEARTBEAT_S, LEASE_S

BOTH, ALONE = ("here", "there"), ("here",)


def beat(attendance: Attendance, from_s: float, until_s: float, living: tuple[str, ...]) -> float | None:
    """Heartbeats and looks; when "there" was first held to be gone."""
    now_s = from_s
    while now_s < until_s:
        attendance.note(now_s, living, (), unbroken=True)
        if attendance.gone(now_s, ["there"], living):
            return now_s
        now_s += HEARTBEAT_S
    return None


def test_who_is_missing_for_two_leases_is_gone() -> None:
    attendance = Attendance()
    assert beat(attendance, 0.0, 100.0, BOTH) is None
    assert beat(attendance, 100.0, 200.0, ALONE) == 100.0 + GONE_AFTER_S


def test_who_comes_back_in_between_is_not() -> None:
    attendance = Attendance()
    for start_s in (0.0, 100.0, 200.0):
        assert beat(attendance, start_s, start_s + GONE_AFTER_S, ALONE) is None
        assert beat(attendance, start_s + GONE_AFTER_S, start_s + 100.0, BOTH) is None


def test_a_process_that_has_ended_is_gone_at_once() -> None:
    attendance = Attendance()
    attendance.note(0.0, ALONE, ("there",), unbroken=True)
    assert attendance.gone(0.0, ["there", "elsewhere"], ALONE) == {"there"}


def test_a_redis_that_has_forgotten_everybody_says_nothing_about_anybody() -> None:
    attendance = Attendance()
    assert beat(attendance, 0.0, GONE_AFTER_S, ALONE) is None
    attendance.note(GONE_AFTER_S, ALONE, (), unbroken=False)
    assert attendance.gone(GONE_AFTER_S, ["there"], ALONE) == set()
    assert beat(attendance, GONE_AFTER_S + 1.0, 100.0, ALONE) == 2 * GONE_AFTER_S + 1.0


def test_who_hears_nothing_holds_nobody_to_be_gone() -> None:
    attendance = Attendance()
    attendance.note(0.0, ALONE, (), unbroken=True)
    assert attendance.gone(0.0, ["there"], ALONE) == set()
    assert attendance.gone(LEASE_S + GONE_AFTER_S, ["there"], ALONE) == set()
