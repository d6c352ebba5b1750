"""Text that is corrected, comes late, or does not come: the answer it belongs to, and what that shows."""

from __future__ import annotations

import pytest

from server.interviews import intents as i
from server.interviews.deadlines import turn_deadline
from server.interviews.hearing import Hearing
from server.interviews.vocabulary import expected_terms, keep_terms
from server.protocol import commands as c
from server.protocol import events as e
from tests.unit.interviews.samples import MIND, Hand
from tests.unit.interviews.test_course import end_answer, only, say

RESULT = "As a result I reduced late orders by twenty percent in three months."


def talking(*, scoring: bool = True) -> Hand:
    """At the first spoken question."""
    hand = Hand()
    hand.start(scoring=scoring)
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    hand.send(c.QuestionPresent("customer-0", True))
    hand.now_ms += 1_000
    return hand


def hear(
    hand: Hand, name: str, text: str, *, end_ms: int | None = None, revision: int = 0, length_ms: int = 3_000
) -> list[object]:
    end_ms = hand.now_ms if end_ms is None else end_ms
    return hand.send(i.HearSegment(name, end_ms - length_ms, end_ms, text, 0.9, (), revision))


def test_a_revised_text_takes_the_former_ones_place() -> None:
    hand = talking()
    hand.now_ms += 4_000
    hear(hand, "1-1", "I called")
    hand.now_ms += 2_000
    (revised,) = hear(hand, "1-1", "I called the customer", revision=1)
    assert isinstance(revised, e.SegmentTranscribed)
    assert revised.revision == 1
    assert hear(hand, "1-1", "I called the customer", revision=1) == []
    assert only(e.AnswerCompleted, end_answer(hand)).text == "I called the customer"


def test_a_revision_that_found_nothing_leaves_what_was_told() -> None:
    hand = talking()
    hand.now_ms += 4_000
    hear(hand, "1-1", "Yes.")
    (revised,) = hear(hand, "1-1", "", revision=1)
    assert isinstance(revised, e.SegmentTranscribed)
    assert (revised.text, revised.revision) == ("Yes.", 1)
    assert hear(hand, "1-1", "", revision=1) == []
    assert hear(hand, "1-2", "") == []
    assert only(e.AnswerCompleted, end_answer(hand)).text == "Yes."


def test_words_are_waited_for_no_longer_when_there_turn_out_to_be_no_more() -> None:
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hear(hand, "1-1", "Yes.")
    hand.send(i.DeferSegment("1-1", spoken_ms - 3_000, spoken_ms, revision=1))
    assert not only(e.AnswerCompleted, end_answer(hand)).transcription_complete
    revised = only(e.AnswerRevised, hear(hand, "1-1", "", end_ms=spoken_ms, revision=1))
    assert (revised.text, revised.transcription_complete) == ("Yes.", True)


@pytest.mark.parametrize("ended", [False, True])
def test_news_that_a_text_has_overtaken_changes_nothing(ended: bool) -> None:
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hear(hand, "1-1", "I called the customer.", end_ms=spoken_ms, revision=1)
    if ended:
        end_answer(hand)
    for revision in (0, 1):
        assert hand.send(i.DeferSegment("1-1", spoken_ms - 3_000, spoken_ms, revision)) == []
        assert hand.send(i.MissSegment("1-1", spoken_ms - 3_000, spoken_ms, "asr_timeout", revision)) == []
    (deferred, *_) = hand.send(i.DeferSegment("1-1", spoken_ms - 3_000, spoken_ms, revision=2))
    assert isinstance(deferred, e.SegmentDeferred)


def test_that_a_text_will_not_come_is_told_once() -> None:
    hand = talking()
    hand.now_ms += 4_000
    hand.send(i.DeferSegment("1-1", 0, hand.now_ms))
    assert len(hand.send(i.MissSegment("1-1", 0, hand.now_ms, "speech_unreadable"))) == 1
    end_answer(hand)
    assert hand.send(i.MissSegment("1-1", 0, hand.now_ms, "speech_unreadable")) == []
    assert hand.replay() == hand.state
    (heard, *_) = hear(hand, "1-1", "It came all the same.", end_ms=4_000)
    assert isinstance(heard, e.SegmentTranscribed)
    assert hand.state.answered[-1].missed == ()


def test_what_is_typed_after_speech_does_not_claim_to_be_all_of_it() -> None:
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hand.send(c.FormSwitch("customer-0", "text"))
    completed = only(e.AnswerCompleted, hand.send(c.AnswerSubmit("customer-0", "and wrote a new plan.")))
    assert (completed.transcription_complete, completed.hint_code) == (False, "typed")
    revised = only(e.AnswerRevised, hear(hand, "1-1", "I called her", end_ms=spoken_ms))
    assert (revised.text, revised.transcription_complete) == ("I called her\nand wrote a new plan.", False)
    (whole,) = hand.send(i.EndTranscription("customer-0", True))
    assert isinstance(whole, e.AnswerRevised)
    assert whole.transcription_complete
    assert hand.replay() == hand.state


def test_what_is_only_written_is_all_there_is() -> None:
    hand = Hand()
    hand.start()
    assert only(e.AnswerCompleted, hand.send(c.AnswerSubmit(hand.turn_id, "Name"))).transcription_complete


def test_an_interview_that_is_ended_waits_for_its_last_words() -> None:
    hand = talking()
    say(hand, "I called the customer.")
    spoken_ms = hand.now_ms
    assert not only(e.AnswerCompleted, hand.send(c.InterviewEnd())).transcription_complete
    revised = only(e.AnswerRevised, hear(hand, "1-9", "She was happy.", end_ms=spoken_ms + 500))
    assert not revised.transcription_complete
    (whole,) = hand.send(i.EndTranscription(i.LAST_WORDS, True))
    assert isinstance(whole, e.AnswerRevised)
    assert whole.transcription_complete
    assert hand.send(i.EndTranscription(i.LAST_WORDS, True)) == []


def test_an_answer_of_which_words_are_kept_for_later_is_whole_once_they_have_come() -> None:
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hand.send(c.AnswerFinish("customer-0"))
    hand.send(i.EndTranscription("customer-0", False))
    hand.send(i.DeferSegment("1-1", spoken_ms - 3_000, spoken_ms))
    (told,) = hand.send(i.EndTranscription("customer-0", True))
    assert isinstance(told, e.AnswerRevised)
    assert not told.transcription_complete
    assert only(e.AnswerRevised, hear(hand, "1-1", RESULT, end_ms=spoken_ms)).transcription_complete


def test_an_answer_does_not_wait_for_text_that_is_kept_for_later() -> None:
    hand = talking()
    say(hand, "We called the customer.", segment="1-1")
    hand.now_ms += 4_000
    (deferred,) = hand.send(i.DeferSegment("1-2", hand.now_ms - 3_000, hand.now_ms))
    assert deferred == e.SegmentDeferred("customer-0", "1-2", hand.now_ms - 3_000, hand.now_ms)
    assert hand.send(i.DeferSegment("1-2", hand.now_ms - 3_000, hand.now_ms)) == []
    completed = only(e.AnswerCompleted, end_answer(hand))
    assert (completed.text, completed.transcription_complete) == ("We called the customer.", False)
    assert hand.state.turn is not None
    assert hand.state.turn.id != "customer-0"


def test_late_text_stands_where_it_was_said_and_is_assessed() -> None:
    hand = talking()
    hand.now_ms += 4_000
    first_ms = hand.now_ms
    hand.send(i.DeferSegment("1-1", first_ms - 3_000, first_ms))
    say(hand, RESULT, segment="1-2")
    end_answer(hand)
    before = dict(hand.state.assessments)["customer"]
    hand.now_ms += 30_000
    events = hear(hand, "1-1", "Last year I called an angry customer the same day.", end_ms=first_ms)
    revised = only(e.AnswerRevised, events)
    assert revised.text == f"Last year I called an angry customer the same day. {RESULT}"
    assert revised.transcription_complete
    assessed = only(e.AnswerAssessed, events)
    assert assessed.question_id == "customer"
    only(e.ScoreUpdated, events)
    assert not any(isinstance(event, e.QuestionAsked) for event in events)
    assert dict(hand.state.assessments)["customer"] != before
    assert hand.state.turns_of("customer")[0].text == revised.text
    assert hear(hand, "1-1", "Last year I called an angry customer the same day.", end_ms=first_ms) == []
    assert hand.replay() == hand.state


def test_who_refused_scoring_is_not_scored_by_late_text_either() -> None:
    hand = talking(scoring=False)
    hand.now_ms += 4_000
    hand.send(i.DeferSegment("1-1", hand.now_ms - 3_000, hand.now_ms))
    end_answer(hand)
    assert [type(event) for event in hear(hand, "1-1", RESULT)] == [e.SegmentTranscribed, e.AnswerRevised]


def test_words_that_were_not_waited_for_still_count() -> None:
    """The recogniser answers after the flush deadline."""
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hand.send(c.AnswerFinish("customer-0"))
    completed = only(e.AnswerCompleted, hand.send(i.EndTranscription("customer-0", False)))
    assert (completed.text, completed.transcription_complete) == ("", False)
    hand.now_ms += 20_000
    revised = only(e.AnswerRevised, hear(hand, "1-1", RESULT, end_ms=spoken_ms))
    assert (revised.text, revised.transcription_complete) == (RESULT, False)
    (whole,) = hand.send(i.EndTranscription("customer-0", True))
    assert whole == e.AnswerRevised("customer-0", "customer", RESULT, True)
    assert hand.send(i.EndTranscription("customer-0", True)) == []


def test_text_that_never_comes_is_told_and_stays_missing() -> None:
    hand = talking()
    hand.now_ms += 4_000
    hand.send(i.DeferSegment("1-1", hand.now_ms - 3_000, hand.now_ms))
    end_answer(hand)
    (failed,) = hand.send(i.MissSegment("1-1", 0, 0, "speech_unreadable"))
    assert isinstance(failed, e.SegmentFailed)
    assert failed.turn_id == "customer-0"
    assert hand.state.answered[-1].unheard == ("1-1",)


@pytest.mark.parametrize("ending", ["aborted", "completed"])
def test_text_comes_after_the_interview_is_over(ending: str) -> None:
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hand.send(i.DeferSegment("1-1", spoken_ms - 3_000, spoken_ms))
    if ending == "aborted":
        hand.send(c.InterviewEnd())
    else:
        while hand.state.phase == "live":
            end_answer(hand)
        hand.send(i.CompleteInterview())
    phase = hand.state.phase
    hand.now_ms += 3_600_000
    events = hear(hand, "1-1", RESULT, end_ms=spoken_ms)
    assert only(e.AnswerRevised, events).text == RESULT
    assert any(isinstance(event, e.AnswerAssessed) for event in events) == (ending == "completed")
    assert hand.state.phase == phase
    assert hand.replay() == hand.state


def test_what_is_muttered_over_the_keyboard_does_not_become_the_written_answer() -> None:
    hand = Hand()
    hand.start()
    hand.now_ms += 2_000
    muttered_ms = hand.now_ms
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    hand.now_ms += 5_000
    assert hear(hand, "1-1", "what was it again", end_ms=muttered_ms) == []
    assert hand.state.answered[0].text == "Virtual Candidate"


def test_late_text_stands_before_what_was_written() -> None:
    hand = talking()
    hand.now_ms += 4_000
    spoken_ms = hand.now_ms
    hand.send(i.DeferSegment("1-1", spoken_ms - 3_000, spoken_ms))
    hand.send(c.FormSwitch("customer-0", "text"))
    hand.send(c.AnswerSubmit("customer-0", "and wrote a new plan."))
    assert only(e.AnswerRevised, hear(hand, "1-1", "I called her", end_ms=spoken_ms)).text == (
        "I called her\nand wrote a new plan."
    )


def test_a_pause_that_had_its_text_does_not_count_words_twice() -> None:
    """While the segment goes on, its caption repeats what its early text said."""
    hand = talking()
    hand.now_ms += 4_000
    hear(hand, "1-1", "I called the customer because")
    hearing = Hearing()
    hearing.begin_turn(0)
    hearing.speech_ms, hearing.stopped_ms = 3_000, hand.now_ms
    deadline = turn_deadline(hand.state, hearing, MIND.profile)
    hearing.partial, hearing.partial_of = "I called the customer because of a refund and that was it.", "1-1"
    whole = turn_deadline(hand.state, hearing, MIND.profile)
    assert deadline is not None
    assert whole is not None
    assert whole.at_ms < deadline.at_ms  # "because" alone is waited for; the sentence is complete


def test_terms_of_job_question_and_candidate_are_expected() -> None:
    hand = talking()
    assert expected_terms(hand.state)[0] == "Support engineer"
    assert "customer focus" in expected_terms(hand.state)
    kept = keep_terms(("Viva",), "Built a pipeline in PostgreSQL. " + "Acme%d " * 5)
    assert kept[0] == "Viva"
    assert "PostgreSQL" in kept
