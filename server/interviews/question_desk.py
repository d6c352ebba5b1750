"""From a job to its questions, as the command line and HR's page ask for it. Nothing here belongs to one interview.

Reading a long job takes tens of milliseconds of computing: off the event loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.questions.bank import QuestionTemplate
from realtime_scoring.questions.competency_model import CompetencyModel, derive_model, model_to_data, parse_model
from realtime_scoring.questions.generate import GeneratedQuestion, generate_questions, list_spare, measure_match
from realtime_scoring.questions.job import JobDescription, describe_job
from realtime_scoring.questions.loader import QuestionData, load_question_data
from realtime_scoring.questions.past_work import check_past_work
from realtime_scoring.questions.wording import WordingProblem, check_wording
from realtime_scoring.rubric import Rubric
from server.errors import BadRequest, FieldProblem, InterviewError, Unfit
from server.protocol.flow import Language, LocalisedText
from server.protocol.job import Job, WeighedCompetency


class JobInvalid(InterviewError):
    code: ClassVar[str] = "job_invalid"
    status: ClassVar[int] = 422


class CompetencyModelInvalid(InterviewError):
    code: ClassVar[str] = "competency_model_invalid"
    status: ClassVar[int] = 422


class QuestionsMissing(InterviewError):
    """The bank is wrong, or has nothing for what is chosen."""

    code: ClassVar[str] = "questions_missing"
    status: ClassVar[int] = 422


class QuestionsUnfit(Unfit):
    """Somebody's words for a question may not be asked; each with its reason."""

    code: ClassVar[str] = "questions_unfit"


class PastWorkUnfit(BadRequest):
    code: ClassVar[str] = "past_work_unfit"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`spare`: what could be asked instead. `match`: mean over `asked`."""

    asked: tuple[GeneratedQuestion, ...]
    spare: tuple[GeneratedQuestion, ...]
    match: float


@dataclass(frozen=True, slots=True)
class Wish:
    """A question of the bank, in HR's words or the bank's own."""

    id: str
    text: LocalisedText


@dataclass(frozen=True, slots=True)
class QuestionDesk:
    rubric: Rubric
    lexicons: Mapping[Language, Lexicon]
    data: QuestionData

    @classmethod
    def open(cls, engine: ScoringEngine) -> QuestionDesk:
        return cls(engine.rubric, engine.lexicons, load_question_data(engine.rubric))

    def read(self, job: Job) -> JobDescription:
        """Raises JobInvalid."""
        try:
            return describe_job(
                job.whole_text, "job", title=job.title.strip(), seniority=job.seniority, language=job.language
            )
        except DataError as error:
            raise JobInvalid(str(error)) from None

    def derive(self, job: JobDescription) -> CompetencyModel:
        return derive_model(job, self.rubric, self.data.cues)

    def weigh(self, job: JobDescription, competencies: Sequence[WeighedCompetency]) -> CompetencyModel:
        """The derived model with somebody's choice, order and weights. Raises CompetencyModelInvalid."""
        derived = self.derive(job)
        why = {entry.competency: entry.why for entry in derived.entries}
        data = model_to_data(derived) | {
            "competencies": [{"id": one.id, "chosen": one.chosen, "weight": one.weight} for one in competencies]
        }
        try:
            model = parse_model(data, "model", self.rubric)
        except DataError as error:
            raise CompetencyModelInvalid(str(error)) from None
        entries = tuple(replace(entry, why=why.get(entry.competency, ())) for entry in model.entries)
        return replace(model, entries=entries)

    def propose(self, job: JobDescription, model: CompetencyModel, *, count: int, seed: int) -> Proposal:
        """Raises QuestionsMissing."""
        bank, language = self.data.bank, job.language
        try:
            asked = generate_questions(model, bank, count=count, language=language, seed=seed, job=job)
        except DataError as error:
            raise QuestionsMissing(str(error)) from None
        spare = list_spare(model, bank, asked, language=language, job=job)
        return Proposal(asked, spare, measure_match(asked))

    def settle(self, job: JobDescription, model: CompetencyModel, wishes: Sequence[Wish]) -> Proposal:
        """The questions that somebody has chosen, in their order and words. Raises QuestionsMissing, QuestionsUnfit."""
        known = {one.template.id: one for one in list_spare(model, self.data.bank, (), language=job.language, job=job)}
        for index, wish in enumerate(wishes):
            if wish.id not in known:
                raise QuestionsMissing(f"questions.{index}.id: no question {wish.id!r} for the chosen competencies")
        problems = tuple(
            FieldProblem(f"questions.{index}.text.{found.language}", found.code, found.quote)
            for index, wish in enumerate(wishes)
            for found in self.check(wish)
        )
        if problems:
            raise QuestionsUnfit("some questions may not be asked in these words", problems=problems)
        asked = tuple(
            replace(known[wish.id], template=_reworded(known[wish.id].template, wish.text)) for wish in wishes
        )
        return Proposal(asked, (), measure_match(asked))

    def check(self, wish: Wish) -> tuple[WordingProblem, ...]:
        """What keeps these words from being asked. The bank's own have been looked at. Raises QuestionsMissing."""
        template = next((one for one in self.data.bank.templates if one.id == wish.id), None)
        if template is None:
            raise QuestionsMissing(f"no question {wish.id!r}")
        found = (
            check_wording(text, language, self.lexicons, self.data.cues, written=template.text[language])
            for language, text in wish.text.items()
            if text != template.text[language]
        )
        return tuple(problem for problem in found if problem is not None)

    def check_past_work(self, words: str) -> None:
        """Raises PastWorkUnfit for what may not be said in a greeting."""
        problem = check_past_work(words, self.lexicons)
        if problem is not None:
            raise PastWorkUnfit(f"past_work: {problem}; name the work in a few plain words, such as: customer service")


def _reworded(template: QuestionTemplate, text: LocalisedText) -> QuestionTemplate:
    return replace(template, text={**template.text, **text})
