"""When an interview has to act by itself, if nothing happens before."""

from __future__ import annotations

from realtime_scoring.types import TurnDeadline
from server.interviews import intents as i
from server.interviews.advising import Advising
from server.interviews.console.alerts import find_alert_change, next_alert_ms
from server.interviews.console.controls import find_idle_turn
from server.interviews.console.holding import free_at_ms
from server.interviews.deadlines import TRANSCRIBED_WITHIN_MS, postpone_unheard, turn_deadline
from server.interviews.hearing import Hearing
from server.interviews.media_desk import MediaDesk
from server.interviews.mind import Mind
from server.interviews.state import InterviewState

Attention = i.ApplyDirectives | i.FreeFloor | i.CloseNow | i.RaiseAlert | i.ClearAlert


class Timetable:
    """Of one interview; it changes nothing."""

    def __init__(self, hearing: Hearing, desk: MediaDesk, advising: Advising, mind: Mind) -> None:
        self._hearing = hearing
        self._desk = desk
        self._advising = advising
        self._profile = mind.profile

    def deadline(self, state: InterviewState, now_ms: int) -> TurnDeadline | None:
        """Of the open turn."""
        deadline = turn_deadline(state, self._hearing, self._profile)
        return None if deadline is None else postpone_unheard(deadline, self._hearing, now_ms)

    def due_ms(self, state: InterviewState, now_ms: int) -> list[int]:
        """When to look again, in any order."""
        if self._advising.kept is not None:
            return [self._advising.kept.until_ms]
        deadline = self.deadline(state, now_ms)
        due = [deadline.at_ms] if deadline is not None else []
        ahead_ms = self._advising.look_ahead_ms(deadline)
        if ahead_ms is not None and ahead_ms > now_ms:
            due.append(ahead_ms)
        transcribed_ms = self.transcribed_by_ms(state)
        people = (transcribed_ms, free_at_ms(state), state.console.closing_at_ms, next_alert_ms(state, self._hearing))
        return due + [at_ms for at_ms in people if at_ms is not None]

    def transcribed_by_ms(self, state: InterviewState) -> int | None:
        """When the last words of a closing answer are no longer waited for."""
        turn = state.turn
        if turn is None or not turn.closing or self._desk.recovering or state.console.quiet:
            return None
        return turn.closing_since_ms + TRANSCRIBED_WITHIN_MS

    def find_attention(self, state: InterviewState, now_ms: int) -> Attention | None:
        """What is to be done now about people: theirs or for them."""
        closing_ms, free_ms = state.console.closing_at_ms, free_at_ms(state)
        if state.phase == "live":
            if closing_ms is not None and now_ms >= closing_ms:
                return i.CloseNow()
            if free_ms is not None and now_ms >= free_ms:
                return i.FreeFloor()
            idle = find_idle_turn(state, self._hearing)
            if idle is not None:
                return idle
        return find_alert_change(state, self._hearing, now_ms)
