"""Which competencies a job asks for, and why: a draft that people look through and edit before anybody is asked.

Weights are equal until somebody changes them: what is derived is only which competencies are chosen, and their order
(of the OPM's structured-interview guide: equal weights unless documented otherwise).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import as_mapping, as_text
from realtime_scoring.questions.cues import (
    JOB_PARTS,
    Cues,
    JobQuote,
    count_cues,
    cues_of,
    find_protected,
    find_quotes,
    without,
)
from realtime_scoring.questions.job import JobDescription, Seniority, as_language, as_seniority
from realtime_scoring.rubric import Rubric
from realtime_scoring.types import Language

FEWEST_CHOSEN = 3
MOST_CHOSEN = 6
HEAVIEST = 10.0
MOST_QUOTES = 4

# For jobs whose text names few: what nearly every job asks for, in this order.
_COMMON = ("problem_solving", "teamwork", "communication", "ownership", "learning", "customer_focus", "resilience")


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """`why` is empty for a competency that the job does not name."""

    competency: str
    chosen: bool
    weight: float = 1.0
    why: tuple[JobQuote, ...] = ()


@dataclass(frozen=True, slots=True)
class JobProblem:
    """The job asks for who a person is (`topic`), which is never asked about and was not used."""

    topic: str
    quote: JobQuote


@dataclass(frozen=True, slots=True)
class CompetencyModel:
    """`entries` in order of importance, the chosen ones first; every competency of the rubric once."""

    job_title: str
    seniority: Seniority | None
    language: Language
    entries: tuple[ModelEntry, ...]
    problems: tuple[JobProblem, ...] = ()

    @property
    def chosen(self) -> tuple[ModelEntry, ...]:
        return tuple(entry for entry in self.entries if entry.chosen)


def derive_model(job: JobDescription, rubric: Rubric, cues: Cues) -> CompetencyModel:
    """Three to six competencies: those that the most different words of the job name, filled up with common ones."""
    protected = find_protected(job, cues)
    usable = without(job, tuple(quote for _, quote in protected))
    known = [entry.competency.id for entry in rubric.competencies]
    patterns = {name: cues_of(name, rubric, cues) for name in known}
    counts = {name: count_cues(usable, patterns[name]) for name in known}
    order = sorted(known, key=lambda name: (-counts[name], _COMMON.index(name) if name in _COMMON else 99, name))
    named = sum(counts[name] > 0 for name in known)
    chosen = order[: min(MOST_CHOSEN, max(FEWEST_CHOSEN, named))]
    return CompetencyModel(
        job_title=job.title,
        seniority=job.seniority,
        language=job.language,
        entries=tuple(
            ModelEntry(name, chosen=name in chosen, why=find_quotes(usable, patterns[name])[:MOST_QUOTES])
            for name in order
        ),
        problems=tuple(JobProblem(topic, quote) for topic, quote in protected),
    )


def model_to_data(model: CompetencyModel) -> dict[str, object]:
    """As plain data, in the order in which people read it."""
    data: dict[str, object] = {"job_title": model.job_title, "language": model.language}
    if model.seniority:
        data["seniority"] = model.seniority
    data["competencies"] = [
        {"id": entry.competency, "chosen": entry.chosen, "weight": entry.weight}
        | ({"why": [_quote_to_data(quote) for quote in entry.why]} if entry.why else {})
        for entry in model.entries
    ]
    if model.problems:
        data["problems"] = [{"topic": item.topic} | _quote_to_data(item.quote) for item in model.problems]
    return data


def parse_model(data: object, source: str, rubric: Rubric) -> CompetencyModel:
    """Raises DataError with the place. Competencies that are left out count as not chosen."""
    root = _fields(data, source, ("job_title", "language", "seniority", "competencies", "problems"))
    entries = tuple(
        _parse_entry(item, f"{source}: competencies[{index}]", rubric)
        for index, item in enumerate(_items(root.get("competencies"), f"{source}: competencies"))
    )
    names = [entry.competency for entry in entries]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise DataError(f"{source}: competencies[{index}].id: {name!r} stands here twice")
    count = sum(entry.chosen for entry in entries)
    if not FEWEST_CHOSEN <= count <= MOST_CHOSEN:
        raise DataError(
            f"{source}: competencies: {count} are chosen; choose {FEWEST_CHOSEN} to {MOST_CHOSEN}"
            " (`chosen: true`), so that each can be asked for twice"
        )
    missing = (entry.competency.id for entry in rubric.competencies if entry.competency.id not in names)
    title = root.get("job_title", "")
    if not isinstance(title, str) or not title.isprintable():
        raise DataError(f"{source}: job_title: expected a text of one line")
    return CompetencyModel(
        job_title=title,
        seniority=as_seniority(root.get("seniority"), f"{source}: seniority"),
        language=as_language(root.get("language"), f"{source}: language"),
        entries=(
            *(entry for entry in entries if entry.chosen),
            *(entry for entry in entries if not entry.chosen),
            *(ModelEntry(name, chosen=False) for name in missing),
        ),
        problems=tuple(
            _parse_problem(item, f"{source}: problems[{index}]")
            for index, item in enumerate(_items(root.get("problems", []), f"{source}: problems"))
        ),
    )


def check_quotes(model: CompetencyModel, job: JobDescription, source: str) -> None:
    """Raises DataError when a quote of the model is no longer where it says in the job's text."""
    places = [
        (f"{entry.competency}.why[{index}]", quote) for entry in model.entries for index, quote in enumerate(entry.why)
    ]
    places += [(f"problems[{index}]", problem.quote) for index, problem in enumerate(model.problems)]
    for place, quote in places:
        text = job.title if quote.part == "title" else job.text
        if text[quote.char_start : quote.char_end] != quote.quote:
            raise DataError(
                f"{source}: {place}: the job's {quote.part} does not say this there; derive the model again"
            )


def _parse_entry(data: object, source: str, rubric: Rubric) -> ModelEntry:
    fields = _fields(data, source, ("id", "chosen", "weight", "why"))
    name = as_text(fields.get("id"), f"{source}.id")
    if rubric.find(name) is None:
        known = ", ".join(entry.competency.id for entry in rubric.competencies)
        raise DataError(f"{source}.id: no rubric describes {name!r}; there are {known}")
    chosen = fields.get("chosen", False)
    if not isinstance(chosen, bool):
        raise DataError(f"{source}.chosen: expected true or false")
    weight = fields.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= HEAVIEST:
        raise DataError(f"{source}.weight: expected a number above 0, up to {HEAVIEST:g}")
    why = _items(fields.get("why", []), f"{source}.why")
    quotes = tuple(_parse_quote(item, f"{source}.why[{index}]") for index, item in enumerate(why))
    return ModelEntry(name, chosen, float(weight), quotes)


def _parse_problem(data: object, source: str) -> JobProblem:
    fields = _fields(data, source, ("topic", "part", "quote", "char_start", "char_end"))
    quote = {name: value for name, value in fields.items() if name != "topic"}
    topic = as_text(fields.get("topic"), f"{source}.topic")
    if not topic.isprintable():
        raise DataError(f"{source}.topic: expected a word")
    return JobProblem(topic, _parse_quote(quote, source))


def _parse_quote(data: object, source: str) -> JobQuote:
    fields = _fields(data, source, ("part", "quote", "char_start", "char_end"))
    quote = as_text(fields.get("quote"), f"{source}.quote")
    start, end = fields.get("char_start"), fields.get("char_end")
    if type(start) is not int or type(end) is not int or start < 0 or end - start != len(quote):
        raise DataError(f"{source}: char_start and char_end do not fit the quote")
    for part in JOB_PARTS:
        if fields.get("part") == part:
            return JobQuote(part, quote, start, end)
    raise DataError(f"{source}.part: expected {' or '.join(JOB_PARTS)}")


def _quote_to_data(quote: JobQuote) -> dict[str, object]:
    return {"quote": quote.quote, "part": quote.part, "char_start": quote.char_start, "char_end": quote.char_end}


def _fields(data: object, source: str, allowed: tuple[str, ...]) -> Mapping[str, object]:
    fields = as_mapping(data, source)
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        raise DataError(f"{source}: unknown entries: {', '.join(unknown)}; there are {', '.join(allowed)}")
    return fields


def _items(value: object, source: str) -> list[object]:
    if not isinstance(value, list):
        raise DataError(f"{source}: expected a list")
    return value
