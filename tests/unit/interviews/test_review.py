"""A candidate asks for a person, once the interview is over."""

from __future__ import annotations

import pytest

from server.interviews.decide import REVIEW_REQUESTS
from server.interviews.errors import NotOver, ReviewAsked
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.visibility import visible_to_candidate
from tests.unit.interviews.samples import Hand


def ended() -> Hand:
    hand = Hand()
    hand.start()
    hand.send(c.InterviewEnd())
    return hand


def test_a_person_is_asked_for_after_the_end() -> None:
    hand = ended()
    requested = e.ReviewRequested("It cut me off.")
    assert hand.send(c.ReviewRequest("  It cut me off. ")) == [requested]
    assert hand.state.review_requests == ("It cut me off.",)
    assert hand.replay() == hand.state
    assert visible_to_candidate(requested) == requested


def test_a_reason_is_free() -> None:
    assert ended().send(c.ReviewRequest()) == [e.ReviewRequested("")]


def test_while_the_interview_runs_there_is_nothing_to_review() -> None:
    hand = Hand()
    hand.enter_lobby()
    with pytest.raises(NotOver):
        hand.send(c.ReviewRequest())
    hand = Hand()
    hand.start()
    with pytest.raises(NotOver):
        hand.send(c.ReviewRequest())


def test_the_same_words_again_add_nothing_and_many_are_refused() -> None:
    hand = ended()
    for number in range(REVIEW_REQUESTS):
        assert hand.send(c.ReviewRequest(f"Reason {number}"))
    assert hand.send(c.ReviewRequest("Reason 0")) == []
    with pytest.raises(ReviewAsked):
        hand.send(c.ReviewRequest("One more"))
