"""A language model's second opinion on levels, formed in peace after an answer, and told to the interview as an intent.

The levels of the rules are those that count: an opinion tells a person where to look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from realtime_scoring.opinion.levels import prepare_levels
from realtime_scoring.opinion.outcome import Withheld
from realtime_scoring.opinion.redaction import KnownNames
from realtime_scoring.types import AnswerText, Assessment, CompetencyLevel, Question
from server.interviews import intents as i
from server.interviews.advising import known_names
from server.interviews.answers import answer_text
from server.interviews.assessments import opinion_event
from server.interviews.course import scoring_question
from server.interviews.mailbox import Mailbox, Tell
from server.interviews.mind import Mind
from server.interviews.state import InterviewState
from server.language_model.errors import LanguageModelError
from server.language_model.lane import Lane
from server.language_model.opening import Lanes
from server.language_model.second_opinion import SecondOpinion, ask_levels
from server.protocol import events as e

log = structlog.get_logger(__name__)

MOST_WAITING = 8
"""Questions whose answers wait for an opinion. Beyond it the oldest goes without one, which is counted."""
DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class _Job:
    question: Question
    answers: tuple[AnswerText, ...]
    assessment: Assessment
    names: KnownNames


class Opinions:
    """Of one interview. Of each question only the latest answers are asked about, one question after the other."""

    def __init__(self, lanes: Lanes | None, mind: Mind, mailbox: Mailbox) -> None:
        self._lanes = lanes
        self._mind = mind
        self._mailbox = mailbox
        self._waiting: dict[str, _Job] = {}
        self._news = asyncio.Event()
        self._forming = False
        self._worker: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        return self._forming or bool(self._waiting)

    def hire(self, tasks: asyncio.TaskGroup) -> None:
        if self._lanes is not None:
            self._worker = tasks.create_task(self._work(self._lanes))

    def close(self) -> None:
        """What waits is given up: it is asked again when the interview is taken up."""
        if self._worker is not None:
            self._worker.cancel()

    def take_up(self, state: InterviewState) -> None:
        """After a restart: answers that were assessed and have no opinion yet."""
        self.ask(state, (question_id for question_id, _ in state.assessments if question_id not in state.seconded))

    def ask(self, state: InterviewState, question_ids: Iterable[str]) -> None:
        """About the answers to these questions, as they are in the state. Waits for nothing."""
        if self._lanes is None or not self._mind.may_ask_model(state.scoring_consent):
            return
        assessments = dict(state.assessments)
        for question_id in question_ids:
            assessment = assessments.get(question_id)
            if assessment is None or all(level.level is None for level in assessment.levels):
                continue
            answers = tuple(answer_text(turn, state.language) for turn in state.turns_of(question_id))
            question = scoring_question(state, state.question(question_id))
            self._waiting.pop(question_id, None)
            self._waiting[question_id] = _Job(question, answers, assessment, known_names(state))
            if len(self._waiting) > MOST_WAITING:
                self._waiting.pop(next(iter(self._waiting)))
                self._lanes.later.outcomes[DROPPED] += 1
        self._news.set()

    async def _work(self, lanes: Lanes) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                job = self._waiting.pop(next(iter(self._waiting)))
                self._forming = True
                try:
                    event = await self._form(job, lanes)
                    await self._mailbox.send(Tell(i.GiveOpinion(event, job.answers, job.assessment)))
                finally:
                    self._forming = False

    async def _form(self, job: _Job, lanes: Lanes) -> e.OpinionGiven:
        """All levels of an answer together have the budget."""
        names = self._mind.competency_names(job.question.language)
        ends_s = asyncio.get_running_loop().time() + lanes.endpoint.async_budget_s
        found: list[e.LevelOpinion] = []
        took_ms = 0
        for level in job.assessment.levels:
            if level.level is None:
                continue
            within_s = max(0.0, ends_s - asyncio.get_running_loop().time())
            second = await self._supervise(job, level, lanes.later, within_s)
            took_ms += second.took_ms if isinstance(second, SecondOpinion) else 0
            name = names.get(level.competency, level.competency)
            found.append(opinion_event(level.competency, name, level.level, second))
        turn_id = job.answers[-1].turn_id
        return e.OpinionGiven(turn_id, job.question.id, lanes.endpoint.model, took_ms, tuple(found))

    async def _supervise(self, job: _Job, level: CompetencyLevel, lane: Lane, within_s: float) -> SecondOpinion | str:
        """A code instead of an opinion says why there is none."""
        try:
            return await self._ask(job, level, lane, within_s)
        except Exception as error:  # noqa: BLE001 - supervisor: an opinion is a luxury, and must not end an interview
            log.error("interview.opinion_failed", error=type(error).__name__)
            return LanguageModelError.code

    async def _ask(self, job: _Job, level: CompetencyLevel, lane: Lane, within_s: float) -> SecondOpinion | str:
        engine = self._mind.engine
        entry = engine.rubric.find(level.competency)
        task = prepare_levels(job.question, entry, level, job.answers, engine.lexicons, names=job.names)
        if isinstance(task, Withheld):
            return task.reason.value
        return await ask_levels(lane, task, engine.lexicons, within_s=within_s)
