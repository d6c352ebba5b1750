"""Questions for a competency model: the same ones in the same order for everybody who is asked with the same seed.

Nothing is drawn by chance: among questions that are equally good, the seed decides, so that two rounds of interviews
for one job need not ask the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from realtime_scoring.errors import DataError
from realtime_scoring.questions.bank import ASKED_KINDS, Dimension, QuestionBank, QuestionTemplate
from realtime_scoring.questions.competency_model import CompetencyModel, ModelEntry
from realtime_scoring.questions.cues import JobQuote, find_quotes, without
from realtime_scoring.questions.job import JobDescription
from realtime_scoring.types import Language

MOST_QUESTIONS = 24
COVERED_TIMES = 2
_SETTING_SHARE = 0.3
_CLEARLY_NAMED = 3
"""Places of the job from which on a competency counts as fully named."""


@dataclass(frozen=True, slots=True)
class MatchReason:
    """The job's own words that speak for a question: they name `competency`, or the setting that it is about (None)."""

    competency: str | None
    quote: JobQuote


_Match = tuple[float, tuple[MatchReason, ...]]


@dataclass(frozen=True, slots=True)
class GeneratedQuestion:
    """`competencies`: the chosen ones of the template, which the answer is rated for.

    `match`: 0 nothing in the job speaks for it, 1 all that it asks for is named by the job, in several places.
    """

    template: QuestionTemplate
    language: Language
    asked_for: str
    competencies: tuple[str, ...]
    match: float
    reasons: tuple[MatchReason, ...]

    @property
    def text(self) -> str:
        return self.template.text[self.language]

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(item for item in self.template.dimensions if item.competency in self.competencies)


def generate_questions(
    model: CompetencyModel,
    bank: QuestionBank,
    *,
    count: int,
    language: Language,
    seed: int = 0,
    job: JobDescription | None = None,
) -> tuple[GeneratedQuestion, ...]:
    """Each chosen competency twice as soon as `count` allows it; then by weight. Past behaviour is asked about first.

    `job` lets questions about its own setting come before others. Raises DataError when the bank cannot serve.
    """
    if not 1 <= count <= MOST_QUESTIONS:
        raise DataError(f"count: expected 1 to {MOST_QUESTIONS} questions")
    matches = {template.id: _match(template, model, job) for template in bank.templates}
    chosen = model.chosen
    if not chosen:
        raise DataError("model: no competency is chosen")
    for entry in chosen:
        if not bank.of_competency(entry.competency):
            raise DataError(f"bank: no question asks for {entry.competency!r}; add some, or choose another competency")
    round_ = _Round(chosen, list(bank.templates), matches, seed)
    questions: list[GeneratedQuestion] = []
    while len(questions) < count:
        picked = round_.pick()
        if picked is None:
            raise DataError(f"bank: there are only {len(questions)} questions for the chosen competencies")
        target, template = picked
        match, reasons = matches[template.id]
        rated = tuple(name for name in template.competencies if any(entry.competency == name for entry in chosen))
        questions.append(GeneratedQuestion(template, language, target, rated, match, reasons))
    return tuple(sorted(questions, key=lambda question: ASKED_KINDS.index(question.template.kind)))


def list_spare(
    model: CompetencyModel,
    bank: QuestionBank,
    asked: Sequence[GeneratedQuestion],
    *,
    language: Language,
    job: JobDescription | None = None,
) -> tuple[GeneratedQuestion, ...]:
    """What the bank has beside `asked` for the chosen competencies, by match: to put in another's place."""
    taken = {question.template.id for question in asked}
    chosen = {entry.competency for entry in model.chosen}
    spare = []
    for template in bank.templates:
        rated = tuple(name for name in template.competencies if name in chosen)
        if rated and template.id not in taken:
            match, reasons = _match(template, model, job)
            spare.append(GeneratedQuestion(template, language, rated[0], rated, match, reasons))
    return tuple(sorted(spare, key=lambda question: (-question.match, question.template.id)))


def measure_match(asked: Sequence[GeneratedQuestion]) -> float:
    """The mean match of the questions: how much of what is asked the job itself speaks for. 0 without questions."""
    return round(sum(question.match for question in asked) / len(asked), 2) if asked else 0.0


class _Round:
    """What has been picked so far: each pick is the best one for the competency that has been asked for least."""

    def __init__(
        self,
        chosen: tuple[ModelEntry, ...],
        left: list[QuestionTemplate],
        matches: Mapping[str, _Match],
        seed: int,
    ) -> None:
        self._chosen = chosen
        self._left = left
        self._matches = matches
        self._seed = seed
        self._covered = {entry.competency: 0 for entry in chosen}
        self._kinds = {(entry.competency, kind): 0 for entry in chosen for kind in ASKED_KINDS}

    def pick(self) -> tuple[str, QuestionTemplate] | None:
        """None when the bank has nothing left for any chosen competency."""
        target = self._pick_target()
        if target is None:
            return None
        fitting = [template for template in self._left if target in template.competencies]
        template = min(fitting, key=lambda item: self._rank(item, target))
        self._left.remove(template)
        for name in self._covered.keys() & set(template.competencies):
            self._covered[name] += 1
            self._kinds[name, template.kind] += 1
        return target, template

    def _rank(self, template: QuestionTemplate, target: str) -> tuple[int, int, float, int, int, bool, int]:
        """Smallest first: another kind of question than before, the best match, most that is still to be covered."""
        match, reasons = self._matches[template.id]
        needy = [entry for entry in self._chosen if self._covered[entry.competency] < COVERED_TIMES]
        return (
            self._kinds[target, template.kind],
            ASKED_KINDS.index(template.kind),
            -match,
            -sum(entry.competency in template.competencies for entry in needy),
            -len(reasons),
            template.competencies[0] != target,
            _mix(f"{self._seed}/{template.id}"),
        )

    def _pick_target(self) -> str | None:
        open_names = {name for template in self._left for name in template.competencies}
        waiting = [entry for entry in self._chosen if entry.competency in open_names]
        return min(waiting, key=self._need).competency if waiting else None

    def _need(self, entry: ModelEntry) -> tuple[int, float]:
        """Weights count only when each has been covered; of equals, `min` takes the more important one."""
        times = self._covered[entry.competency]
        return min(times, COVERED_TIMES), times / entry.weight if times >= COVERED_TIMES else 0.0


def _match(template: QuestionTemplate, model: CompetencyModel, job: JobDescription | None) -> _Match:
    """How much the job names its competencies; for one about a setting, also whether the job has that setting."""
    why = {entry.competency: entry.why for entry in model.chosen}
    places = {name: len(why.get(name, ())) for name in template.competencies}
    reasons = [MatchReason(name, why[name][0]) for name, count in places.items() if count]
    match = sum(min(count / _CLEARLY_NAMED, 1.0) for count in places.values()) / len(places)
    if template.fits is not None:
        usable = without(job, tuple(problem.quote for problem in model.problems)) if job else None
        settings = find_quotes(usable, template.fits) if usable else ()
        reasons += [MatchReason(None, quote) for quote in settings[:1]]
        match = match * (1 - _SETTING_SHARE) + (_SETTING_SHARE if settings else 0.0)
    return round(match, 2), tuple(reasons)


def _mix(text: str) -> int:
    """FNV-1a, 64 bits: the same on every machine, which the built-in hash of texts is not."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value
