"""Whom an interview asks for the words of a follow-up, and what waits for them: an answer's end, and nothing else.

The plan is the rules', and the planned words stand ready. A language model is asked as soon as an end of the answer is
in sight; from that moment it has its budget, and no more.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from realtime_scoring.opinion.outcome import Withheld
from realtime_scoring.opinion.redaction import KnownNames
from realtime_scoring.opinion.wording import WordingTask, prepare_wording
from realtime_scoring.types import FollowUp, TurnDeadline
from server.interviews import intents as i
from server.interviews.course import foresee_follow_up
from server.interviews.hearing import Hearing
from server.interviews.mailbox import Ask, Mailbox, Tell
from server.interviews.mind import Mind
from server.interviews.state import InterviewState, Turn
from server.language_model.adviser import Advised, Adviser
from server.language_model.opening import Lanes
from server.protocol import commands as c

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Foreseen:
    follow_up: FollowUp
    task: WordingTask | Withheld


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that ends the answer, kept back until its follow-up has its words or `until_ms` has come."""

    message: Ask | Tell
    end: i.EndTranscription | c.AnswerSubmit
    foreseen: _Foreseen
    until_ms: int


class Advising:
    """Of one interview. Without a model (`lanes` None), or where the candidate agreed to none, it does nothing."""

    def __init__(self, lanes: Lanes | None, mind: Mind, mailbox: Mailbox) -> None:
        self._mind = mind
        self._has_model = lanes is not None
        self._budget_ms = 0 if lanes is None else lanes.endpoint.live_budget_ms
        self._adviser = Adviser(
            None if lanes is None else lanes.live,
            mind.engine.lexicons,
            live_budget_ms=self._budget_ms,
            on_done=mailbox.wake,
        )
        self._looked_at: tuple[str, str] | None = None
        self._begun_ms = 0
        self.kept: Kept | None = None

    def hire(self, tasks: asyncio.TaskGroup) -> None:
        self._adviser.hire(tasks)

    def cancel(self) -> None:
        """The answer goes on, or the interview ends: no words are wanted any more."""
        self._looked_at = None
        self._adviser.cancel()

    def look_ahead_ms(self, deadline: TurnDeadline | None) -> int | None:
        """When to `look_ahead` although nothing happens: a silence is about to end the answer."""
        if not self._has_model or deadline is None or deadline.action != "end_silence":
            return None
        return deadline.at_ms - self._budget_ms

    def look_ahead(self, state: InterviewState, hearing: Hearing, deadline: TurnDeadline | None, now_ms: int) -> None:
        """Asks when an end of the spoken answer is in sight and its words are known so far."""
        turn, ahead_ms = state.turn, self.look_ahead_ms(deadline)
        if not self._has_model or turn is None or turn.form == "text" or self.kept is not None:
            return
        in_sight = turn.closing is not None or (ahead_ms is not None and now_ms >= ahead_ms)
        if not in_sight or hearing.speaking or hearing.partial:
            return
        seen = (turn.id, " ".join(segment.text for segment in turn.segments))
        if seen == self._looked_at:
            return
        self._looked_at = seen
        foreseen = self._foresee(state, turn.draft.strip())
        if foreseen is not None:
            self._begin(foreseen.task, now_ms, last=False)

    def keep(self, state: InterviewState, message: Ask | Tell, now_ms: int) -> bool:
        """Whether the message ends an answer that a follow-up is planned upon, and waits now for its words."""
        end = message.command if isinstance(message, Ask) else message.intent
        turn = state.turn
        if not self._has_model or turn is None or not isinstance(end, i.EndTranscription | c.AnswerSubmit):
            return False
        if end.turn_id != turn.id or (isinstance(end, i.EndTranscription) and not turn.closing):
            return False
        foreseen = self._foresee(state, _typed(turn, end))
        if foreseen is None:
            self.cancel()
            return False
        self._begin(foreseen.task, now_ms, last=True)
        self.kept = Kept(message, end, foreseen, self._begun_ms + self._budget_ms)
        return True

    def is_due(self, now_ms: int) -> bool:
        """Whether what is kept has waited long enough, or has what it waited for."""
        return self.kept is not None and (now_ms >= self.kept.until_ms or not self._adviser.waiting)

    def give_way(self, command: object) -> i.EndTranscription | None:
        """What is kept, if `command` writes more to the spoken answer that it ends: that goes first."""
        kept = self.kept
        if kept is None or not isinstance(kept.end, i.EndTranscription) or not isinstance(command, c.AnswerSubmit):
            return None
        if command.turn_id != kept.end.turn_id:
            return None
        self.kept = None
        self.cancel()
        return kept.end

    async def release(self, state: InterviewState) -> tuple[Ask | Tell, i.EndWithWords] | None:
        """What is kept, with the words there are by now; waits for nothing."""
        kept, self.kept, self._looked_at = self.kept, None, None
        if kept is None:
            return None
        planned = kept.foreseen.follow_up
        if state.turn is None or self._foresee(state, _typed(state.turn, kept.end)) != kept.foreseen:
            self._adviser.cancel()
            return kept.message, i.EndWithWords(kept.end, i.Words(planned, fallback="plan_changed"))
        advice = await self._adviser.take(0)
        if isinstance(advice, Advised):
            words = i.Words(planned, advice.worded.text, advice.model, advice.took_ms)
        else:
            words = i.Words(planned, fallback=advice.reason or advice.kind)
        return kept.message, i.EndWithWords(kept.end, words)

    def _begin(self, task: WordingTask | Withheld, now_ms: int, *, last: bool) -> None:
        if self._adviser.begin(task, last=last):
            self._begun_ms = now_ms

    def _foresee(self, state: InterviewState, typed: str) -> _Foreseen | None:
        if state.turn is None or not self._mind.may_ask_model(state.scoring_consent):
            return None
        foreseen = foresee_follow_up(state, state.turn, self._mind, typed=typed)
        if foreseen is None:
            return None
        try:
            task = prepare_wording(
                foreseen.question,
                foreseen.follow_up,
                foreseen.answers,
                self._mind.engine.lexicons,
                names=known_names(state),
                asked=state.texts_asked,
            )
        except Exception as error:  # noqa: BLE001 - supervisor: words are a luxury, and must not end an interview
            log.error("interview.wording_failed", error=type(error).__name__)
            return None
        return _Foreseen(foreseen.follow_up, task)


def known_names(state: InterviewState) -> KnownNames:
    """What the interview was told: the candidate, whoever invited them, and the words that a recogniser is to expect of
    this candidate, most of which are names."""
    firms = tuple(name for name in (state.organisation_name, *state.terms) if name)
    return KnownNames(persons=(state.candidate_name,) if state.candidate_name else (), firms=firms)


def _typed(turn: Turn, end: i.EndTranscription | c.AnswerSubmit) -> str:
    return end.text.strip() if isinstance(end, c.AnswerSubmit) else turn.draft.strip()
