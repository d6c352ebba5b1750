"""Many ask, the candidate is asked once."""

from __future__ import annotations

from media.key_frames import KeyFrameRequests


def test_the_first_request_is_due_at_once() -> None:
    requests = KeyFrameRequests(500)
    assert not requests.due(0)
    assert requests.want(0)
    assert requests.due(0)
    assert not requests.due(10_000), "served"


def test_requests_within_the_gap_are_one() -> None:
    requests = KeyFrameRequests(500)
    asked = 0
    for now_ms in range(0, 2_000, 10):
        requests.want(now_ms)
        asked += requests.due(now_ms)
    assert asked == 4


def test_one_that_came_too_soon_is_served_when_its_time_has_come() -> None:
    requests = KeyFrameRequests(500)
    requests.want(0)
    requests.due(0)
    assert not requests.want(100)
    assert not requests.due(499)
    assert requests.due(500)
