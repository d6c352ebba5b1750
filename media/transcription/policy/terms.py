"""Words to expect in an interview, bounded: what a recogniser is told beforehand helps, and too much of it harms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from media.transcription.policy.names import find_names

MOST_TERMS = 40
MOST_CHARACTERS = 400
LONGEST_TERM = 40


@dataclass(frozen=True, slots=True)
class TermSources:
    """Where an interview's terms come from. `terms` are those a person has chosen; the rest is text to look through."""

    terms: tuple[str, ...] = ()
    job_title: str = ""
    competencies: tuple[str, ...] = ()
    question: str = ""
    background: str = ""
    """The candidate's CV, or what there is of it."""


def choose_terms(
    sources: TermSources, *, most_terms: int = MOST_TERMS, most_characters: int = MOST_CHARACTERS
) -> tuple[str, ...]:
    """The most important first: chosen terms, the job's title, names of the question, of the candidate's background
    (the often named first), the competencies."""
    wanted = [
        *(" ".join(term.split()) for term in sources.terms),
        " ".join(sources.job_title.split()),
        *find_names(sources.question),
        *find_names(sources.background),
        *(" ".join(name.split()) for name in sources.competencies),
    ]
    return _bound(wanted, most_terms, most_characters)


def _bound(wanted: Iterable[str], most_terms: int, most_characters: int) -> tuple[str, ...]:
    chosen: list[str] = []
    known: set[str] = set()
    characters = 0
    for term in wanted:
        folded = term.casefold()
        if not term or len(term) > LONGEST_TERM or folded in known:
            continue
        if len(chosen) == most_terms:
            break
        if characters + len(term) > most_characters:
            continue
        chosen.append(term)
        known.add(folded)
        characters += len(term)
    return tuple(chosen)
