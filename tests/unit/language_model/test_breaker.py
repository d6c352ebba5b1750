"""The breaker by its times alone: no clock, no network."""

from __future__ import annotations

from server.language_model.breaker import FAILURES, REST_S, WINDOW_S, Breaker


def state_of(breaker: Breaker) -> str:
    return breaker.state


def fail(breaker: Breaker, now_s: float) -> None:
    ticket = breaker.admit(now_s)
    assert ticket is not None
    breaker.note_failure(ticket, now_s)


def open_at(now_s: float) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        fail(breaker, now_s)
    assert state_of(breaker) == "open"
    return breaker


def test_three_failures_within_a_minute_open_it() -> None:
    breaker = Breaker()
    fail(breaker, 0.0)
    fail(breaker, WINDOW_S - 1)
    assert state_of(breaker) == "closed"
    fail(breaker, WINDOW_S - 0.5)
    assert state_of(breaker) == "open"
    assert breaker.admit(WINDOW_S - 0.5 + REST_S - 0.1) is None


def test_failures_of_long_ago_and_before_a_success_do_not_count() -> None:
    breaker = Breaker()
    for now_s in (0.0, 40.0, 100.0, 140.0):
        fail(breaker, now_s)
        assert state_of(breaker) == "closed"
    ticket = breaker.admit(141.0)
    assert ticket is not None
    breaker.note_success(ticket)
    fail(breaker, 142.0)
    fail(breaker, 143.0)
    assert state_of(breaker) == "closed"


def test_one_probe_after_the_rest_decides() -> None:
    breaker = open_at(0.0)
    probe = breaker.admit(REST_S)
    assert probe is not None
    assert state_of(breaker) == "probing"
    assert breaker.admit(REST_S + 100) is None
    breaker.note_failure(probe, REST_S + 1)
    assert breaker.admit(REST_S + REST_S) is None
    probe = breaker.admit(REST_S + 1 + REST_S)
    assert probe is not None
    breaker.note_success(probe)
    assert state_of(breaker) == "closed"
    assert breaker.admit(200.0) is not None


def test_an_abandoned_probe_is_made_again() -> None:
    breaker = open_at(0.0)
    probe = breaker.admit(REST_S)
    assert probe is not None
    breaker.note_abandoned(probe)
    assert state_of(breaker) == "open"
    assert breaker.admit(REST_S) is not None


def test_what_was_asked_before_it_opened_tells_nothing() -> None:
    breaker = Breaker()
    early = breaker.admit(0.0)
    late = breaker.admit(0.0)
    assert early is not None
    assert late is not None
    for _ in range(FAILURES):
        fail(breaker, 1.0)
    breaker.note_success(early)
    assert state_of(breaker) == "open"
    probe = breaker.admit(1.0 + REST_S)
    assert probe is not None
    breaker.note_failure(late, 1.0 + REST_S)
    breaker.note_abandoned(early)
    assert state_of(breaker) == "probing"
    breaker.note_success(probe)
    assert state_of(breaker) == "closed"
