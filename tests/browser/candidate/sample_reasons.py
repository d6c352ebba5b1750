"""What the engine finds in a few made-up answers, by the rules that stand: for the page that tells it."""

from __future__ import annotations

from functools import cache

from server.interviews.explanations import InterviewExplained, explain_interview
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol.flow import Language
from tests.unit.interviews.samples import MIND, Hand

ANSWERS = {
    "identity": "Lin",
    "customer": (
        "Last year a customer was angry because the order was late. I called the customer the same day, listened to "
        "her and explained the delay. I sent a new order at once. As a result late orders fell by twenty percent."
    ),
    "teamwork": "I asked <b>both</b> teams.",
}


def explain_sample(language: Language) -> InterviewExplained:
    return explain_interview(_answer_all(), MIND.engine, language)


@cache
def _answer_all() -> InterviewState:
    """Follow-ups are answered with nothing that could be found again."""
    hand = Hand()
    hand.start()
    while hand.state.turn is not None:
        turn = hand.state.turn
        text = ANSWERS[turn.question_id] if turn.asked_as == "main" else "No, that was all."
        hand.send(c.AnswerSubmit(turn.id, text))
    return hand.state
