"""What was found and why, as a function of the log alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.interviews import intents as i
from server.interviews.explanations import CompetencyExplained, InterviewExplained, explain_interview
from server.protocol import commands as c
from server.protocol.flow import Language
from tests.unit.interviews.samples import MIND, Hand

ANSWER = (
    "Last year a customer was angry because the order was late. I called the customer the same day, listened to her "
    "and explained the delay. I sent a new order at once. As a result late orders fell by twenty percent."
)
THIN = "Well, I would always be friendly and in general customers like me quite a lot, I suppose, and all that."


def answered(text: str, *, scoring: bool = True) -> Hand:
    """The customer question answered by what was said, the identity question before it."""
    hand = Hand()
    hand.start(scoring=scoring)
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    hand.now_ms += 4_000
    hand.send(i.HearSegment("1-1", hand.now_ms - 3_000, hand.now_ms, text, 0.9, ()))
    hand.send(i.ReachDeadline(hand.turn_id, "end_silence"))
    hand.send(i.EndTranscription(hand.turn_id, True))
    return hand


def explain(hand: Hand, language: Language = "en") -> InterviewExplained:
    return explain_interview(hand.state, MIND.engine, language)


def found(explained: InterviewExplained, competency: str) -> CompetencyExplained:
    (question,) = explained.questions
    return next(each for each in question.competencies if each.competency == competency)


def test_every_quote_is_an_exact_part_of_the_answer() -> None:
    explained = explain(answered(ANSWER))
    (question,) = explained.questions
    assert (question.question_id, question.number, question.turns) == ("customer", 2, ("customer-0",))
    assert question.text.startswith("Tell me about a time")
    quotes = [quote for each in question.competencies for quote in (*each.shown, *each.against)]
    assert len(quotes) >= 3
    for quote in quotes:
        assert ANSWER[quote.char_start : quote.char_end] == quote.quote
        assert quote.label != quote.indicator  # in words


def test_a_level_comes_with_its_anchor_the_next_one_and_what_would_have_led_there() -> None:
    level = found(explain(answered(ANSWER)), "customer_focus")
    assert level.level is not None
    assert 1 < level.level < 5
    assert level.anchor
    assert level.next_anchor
    assert level.changes
    assert level.sentences[0].startswith("Customer focus")
    assert level.reasons == ()


def test_without_enough_evidence_there_is_a_reason_and_no_level() -> None:
    level = found(explain(answered("I called her.")), "customer_focus")
    assert (level.level, level.anchor, level.next_anchor, level.changes) == (None, "", "", ())
    assert [reason.code for reason in level.reasons] == ["too_short"]


def test_the_language_is_the_readers_and_the_question_stays_as_it_was_put() -> None:
    explained = explain(answered(ANSWER), "zh-CN")
    assert (explained.language, explained.interview_language) == ("zh-CN", "en")
    level = found(explained, "customer_focus")
    assert "级" in level.sentences[0]
    assert level.shown[0].quote in ANSWER
    assert explained.questions[0].text.startswith("Tell me")


def test_the_same_log_is_explained_in_the_same_words() -> None:
    hand = answered(ANSWER)
    assert explain(hand) == explain_interview(hand.replay(), MIND.engine, "en")


def test_agreement_with_people_is_called_unknown() -> None:
    assert explain(answered(ANSWER)).agreement_with_human_raters == "unknown until measured"


def test_who_refused_scoring_has_nothing_explained() -> None:
    explained = explain(answered(ANSWER, scoring=False))
    assert (explained.scoring, explained.questions, explained.versions) == ("refused", (), ())


def test_an_identity_check_is_not_explained() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    assert explain(hand).questions == ()


@pytest.mark.parametrize("text", [ANSWER, "I called her."])
def test_what_was_scored_under_other_rules_is_told_without_guesses(text: str) -> None:
    """The anchor of then stays; what would have changed the level is not worked out by the rules of now."""
    hand = answered(text)
    engine = replace(MIND.engine, versions=replace(MIND.engine.versions, rubric="another"))
    before = found(explain(hand), "customer_focus")
    explained = explain_interview(hand.state, engine, "en")
    assert explained.rules_changed
    assert explained.versions == (MIND.engine.versions,)
    level = found(explained, "customer_focus")
    assert (level.level, level.anchor) == (before.level, before.anchor)
    assert (level.next_anchor, level.changes) == ("", ())
    assert len(level.sentences) == (1 if level.level else len(before.sentences))
    assert not explain(hand).rules_changed
