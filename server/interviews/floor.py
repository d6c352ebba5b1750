"""Who gets the floor when candidate and interviewer speak at once: from what is heard, an intent for the interview."""

from __future__ import annotations

from realtime_scoring.turns.interruption import RESUMED_WITHIN_MS, Interruption, judge_interruption, judge_resumption
from server.interviews import intents as i
from server.interviews.deadlines import text_so_far
from server.interviews.hearing import Hearing
from server.interviews.state import InterviewState, Turn

READ_WITHIN_MS = 1_000
"""Nobody has read a new question and begun to answer it in less: whoever speaks so soon after it was put in writing
goes on with the former answer."""
GIVEN_BACK_AT_MOST = 2
"""Of one answer. Whoever begins to speak so soon a third time may well mean the question: it stands."""
_JUDGED_WITHIN_MS = 10_000
"""Words that have not been recognised by then give nothing back."""


def find_floor_change(state: InterviewState, hearing: Hearing, now_ms: int) -> i.GiveBack | i.YieldFloor | None:
    """To be asked after each fact; None where the floor stays with who has it."""
    turn = state.turn
    if state.console.quiet:
        return None
    if state.phase != "live" or turn is None or turn.closing or turn.form == "text" or hearing.voice_began_ms is None:
        return None
    resumable = (
        now_ms - turn.asked_at_ms < _JUDGED_WITHIN_MS and may_give_back(state) and _resumed_in_time(turn, hearing)
    )
    if not resumable and turn.listening_since_ms is not None:
        return None
    voice_ms = hearing.voice_since_question_ms(now_ms)
    text = text_so_far(turn, state.language, hearing)
    question = f"{state.last_transition} {turn.text}"
    speaking = hearing.speaking
    if resumable:
        began_after_ms = hearing.voice_began_ms - turn.asked_at_ms
        resumed = judge_resumption(began_after_ms, voice_ms, text, state.language, speaking=speaking, question=question)
        if resumed is Interruption.YIELD:
            return i.GiveBack(turn.id)
    if turn.listening_since_ms is None:
        interrupted = judge_interruption(voice_ms, text, state.language, speaking=speaking, question=question)
        if interrupted is Interruption.YIELD:
            return i.YieldFloor(turn.id)
    return None


def may_give_back(state: InterviewState) -> bool:
    """The open question was asked because of a silence, and nothing but the question has come since."""
    ended, turn = state.ended_last, state.turn
    if ended is None or turn is None or ended.turn.given_back >= GIVEN_BACK_AT_MOST:
        return False
    if ended.turn.closing != "silence":
        return False
    return ended.next_turn_id == turn.id and turn.form == ended.turn.form


def _resumed_in_time(turn: Turn, hearing: Hearing) -> bool:
    began_ms = hearing.voice_began_ms
    if began_ms is None or began_ms > turn.asked_at_ms + RESUMED_WITHIN_MS:
        return False
    return turn.listening_since_ms is None or began_ms <= turn.listening_since_ms + READ_WITHIN_MS
