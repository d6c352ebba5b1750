"""Evidence while an answer is still being given: for who watches, with no level in it."""

from __future__ import annotations

from dataclasses import fields

from server.interviews import intents as i
from server.interviews.gathering import CLAIMS_SHOWN, gather_evidence
from server.protocol import commands as c
from server.protocol.events import EvidenceClaim
from server.protocol.signals import EvidenceGathered
from server.protocol.visibility import visible_to_candidate
from tests.unit.interviews.samples import MIND, Hand

FIRST = "Last year a customer was angry because the order was late."
SECOND = "I called the customer the same day and listened to her."


def watched(*, scoring: bool = True) -> Hand:
    hand = Hand()
    hand.start(scoring=scoring)
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    hand.send(i.Connect("hr", "user-1", "socket-2"))
    return hand


def gather(hand: Hand, command: object) -> EvidenceGathered | None:
    logged = hand.send(command)
    return gather_evidence(hand.state, logged, MIND)


def hear(hand: Hand, text: str) -> EvidenceGathered | None:
    hand.now_ms += 4_000
    intent = i.HearSegment(f"1-{hand.now_ms}", hand.now_ms - 3_000, hand.now_ms, text, 0.9, ())
    return gather(hand, intent)


def test_coverage_and_quotes_grow_with_the_answer() -> None:
    hand = watched()
    hear(hand, FIRST)
    gathered = hear(hand, SECOND)
    assert gathered is not None
    assert (gathered.turn_id, gathered.question_id) == ("customer-0", "customer")
    assert gathered.star.situation > 0
    assert gathered.star.action > 0
    assert gathered.star.result == 0
    text = f"{FIRST} {SECOND}"
    assert gathered.claims
    assert all(text[claim.char_start : claim.char_end] == claim.quote for claim in gathered.claims)
    assert {claim.competency for claim in gathered.claims} <= {"customer_focus", "communication"}


def test_of_a_very_long_answer_the_newest_quotes_are_told() -> None:
    hand = watched()
    for number in range(60):
        gathered = hear(hand, f"I called customer {number} and listened to her.")
    assert gathered is not None
    assert len(gathered.claims) == CLAIMS_SHOWN
    assert "customer 59" in gathered.claims[-1].quote
    places = [claim.char_start for claim in gathered.claims]
    assert places == sorted(places)
    assert min(places) > 0


def test_no_level_is_told_before_the_answer_is_complete() -> None:
    names = {field.name for field in (*fields(EvidenceGathered), *fields(EvidenceClaim))}
    assert not {"level", "levels", "anchor", "confidence", "total"} & names


def test_it_is_never_the_candidates() -> None:
    hand = watched()
    gathered = hear(hand, SECOND)
    assert gathered is not None
    assert visible_to_candidate(gathered) is None


def test_an_observer_who_comes_in_the_middle_sees_what_was_there_before() -> None:
    hand = watched()
    before = hear(hand, SECOND)
    assert before is not None
    assert gather(hand, i.Connect("hr", "user-2", "socket-3")) == before


def test_a_follow_up_is_looked_at_together_with_the_answer_before() -> None:
    hand = watched()
    hear(hand, f"{FIRST} {SECOND} I explained the delay to her, and I sent her another one.")
    hand.send(i.ReachDeadline(hand.turn_id, "end_silence"))
    hand.send(i.EndTranscription(hand.turn_id, True))
    assert hand.turn_id == "customer-1"
    gathered = hear(hand, "As a result late orders fell by twenty percent.")
    assert gathered is not None
    assert gathered.turn_id == "customer-1"
    assert {claim.turn_id for claim in gathered.claims} == {"customer-0", "customer-1"}
    assert gathered.star.result == 1.0


def test_where_nobody_watches_nothing_is_worked_out() -> None:
    hand = watched()
    hand.send(i.Disconnect("hr", "user-1", "socket-2"))
    assert hear(hand, SECOND) is None


def test_who_refused_scoring_is_not_scored_on_the_sly() -> None:
    assert hear(watched(scoring=False), SECOND) is None


def test_other_events_and_other_turns_give_no_reason_to_look() -> None:
    hand = watched()
    assert gather(hand, i.Connect("hr", "user-3", "socket-4")) is None  # nothing was said yet
    hear(hand, SECOND)
    assert gather(hand, c.AnswerDraft(hand.turn_id, "a draft")) is None


def test_an_identity_check_gathers_nothing() -> None:
    hand = Hand()
    hand.start()
    hand.send(i.Connect("hr", "user-1", "socket-2"))
    hand.send(c.FormSwitch(hand.turn_id, "voice"))
    assert hear(hand, "My name is Virtual Candidate, and I called the customer.") is None
