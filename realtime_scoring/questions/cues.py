"""What in a job's text names a competency, and what in it asks for who a person is. Data: `cues.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import as_mapping, as_texts, compile_pattern
from realtime_scoring.questions.job import JobDescription
from realtime_scoring.rubric import LANGUAGES, Rubric
from realtime_scoring.text import fold
from realtime_scoring.types import Language

JobPart = Literal["title", "text"]
JOB_PARTS: tuple[JobPart, ...] = ("title", "text")

_BREAK = re.compile(r"[!?;:,\n。、…•·|]|\.(?![a-z0-9])|\s[-–—*]\s|^[-–—*]\s", re.MULTILINE)
_LONGEST_QUOTE = 160
_EDGE = " \t\"'()[]{}<>*#-–—"

Patterns = dict[Language, tuple[re.Pattern[str], ...]]


@dataclass(frozen=True, slots=True)
class JobQuote:
    """`quote` is exactly `[char_start:char_end]` of the job's title or text."""

    part: JobPart
    quote: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """`protected` by topic; `fair` are words by which a clause says that the topic does not matter."""

    competencies: dict[str, Patterns]
    protected: dict[str, Patterns]
    fair: Patterns


def parse_cues(data: object, source: str) -> Cues:
    root = as_mapping(data, source)
    unknown = sorted(set(root) - {"competencies", "protected", "fair"})
    if unknown:
        raise DataError(f"{source}: unknown entries: {', '.join(unknown)}")
    return Cues(
        competencies=_by_name(root.get("competencies"), f"{source}: competencies"),
        protected=_by_name(root.get("protected"), f"{source}: protected"),
        fair=_patterns(root.get("fair"), f"{source}: fair"),
    )


def _by_name(value: object, source: str) -> dict[str, Patterns]:
    return {name: _patterns(entry, f"{source}.{name}") for name, entry in as_mapping(value, source).items()}


def _patterns(value: object, source: str) -> Patterns:
    entries = as_mapping(value, source)
    return {
        language: tuple(
            compile_pattern([text], language, f"{source}.{language}[{index}]")
            for index, text in enumerate(as_texts(entries.get(language), f"{source}.{language}"))
        )
        for language in LANGUAGES
    }


def cues_of(competency: str, rubric: Rubric, cues: Cues) -> Patterns:
    """Those of the data; for a competency that has none there (an organisation's own), its vocabulary."""
    if competency in cues.competencies:
        return cues.competencies[competency]
    entry = rubric.find(competency)
    if entry is None:
        return dict.fromkeys(LANGUAGES, ())
    return {
        language: tuple(
            compile_pattern([re.escape(fold(word))], language, f"{competency}: vocabulary")
            for word in entry.vocabulary[language]
        )
        for language in LANGUAGES
    }


def find_quotes(job: JobDescription, patterns: Patterns) -> tuple[JobQuote, ...]:
    """The first clause for each pattern, title before text; no clause twice. A text may mix the languages."""
    found: dict[tuple[JobPart, int], JobQuote] = {}
    for language in LANGUAGES:
        for pattern in patterns[language]:
            quote = next(_occurrences(job, pattern), None)
            if quote is not None:
                found.setdefault((quote.part, quote.char_start), quote)
    return tuple(sorted(found.values(), key=_place))


def count_cues(job: JobDescription, patterns: Patterns) -> int:
    """How many different cues occur, those of the title twice: a word that is repeated says no more."""
    total = 0
    for language in LANGUAGES:
        for pattern in patterns[language]:
            quote = next(_occurrences(job, pattern), None)
            if quote is not None:
                total += 2 if quote.part == "title" else 1
    return total


def find_protected(job: JobDescription, cues: Cues) -> tuple[tuple[str, JobQuote], ...]:
    """Every clause that asks for a protected characteristic, with the topic; in order of place."""
    found: dict[tuple[str, JobPart, int], tuple[str, JobQuote]] = {}
    for topic, patterns in cues.protected.items():
        for language in LANGUAGES:
            for pattern in patterns[language]:
                for quote in _occurrences(job, pattern):
                    if not any(fair.search(fold(quote.quote)) for fair in cues.fair[language]):
                        found.setdefault((topic, quote.part, quote.char_start), (topic, quote))
    return tuple(sorted(found.values(), key=lambda item: (_place(item[1]), item[0])))


def without(job: JobDescription, quotes: tuple[JobQuote, ...]) -> JobDescription:
    """The same job with these clauses blanked, so that every place stays where it is."""
    texts = {"title": job.title, "text": job.text}
    for quote in quotes:
        text = texts[quote.part]
        texts[quote.part] = text[: quote.char_start] + "\n" * len(quote.quote) + text[quote.char_end :]
    return JobDescription(texts["title"], texts["text"], job.seniority, job.language)


def _occurrences(job: JobDescription, pattern: re.Pattern[str]) -> Iterator[JobQuote]:
    for part in JOB_PARTS:
        text = job.title if part == "title" else job.text
        folded = _fold_once(text)
        for match in pattern.finditer(folded):
            start, end = _clause_around(folded, match)
            yield JobQuote(part, text[start:end], start, end)


def _clause_around(folded: str, match: re.Match[str]) -> tuple[int, int]:
    left = max(0, match.start() - _LONGEST_QUOTE)
    start = left
    for stop in _BREAK.finditer(folded, left, match.start()):
        start = stop.end()
    following = _BREAK.search(folded, match.end(), match.end() + _LONGEST_QUOTE)
    end = following.start() if following else min(len(folded), match.end() + _LONGEST_QUOTE)
    if end - start > _LONGEST_QUOTE:
        start = max(start, match.start() - _LONGEST_QUOTE // 4)
        end = max(match.end(), min(end, start + _LONGEST_QUOTE))
    while start < match.start() and folded[start] in _EDGE:
        start += 1
    while end > match.end() and folded[end - 1] in _EDGE:
        end -= 1
    return start, end


def _place(quote: JobQuote) -> tuple[int, int]:
    return JOB_PARTS.index(quote.part), quote.char_start


@lru_cache(maxsize=4)
def _fold_once(text: str) -> str:
    """A long text is asked for a hundred patterns."""
    return fold(text)
