"""Words to expect in an interview: what the recogniser is told beforehand."""

from __future__ import annotations

from media.transcription.policy.terms import TermSources, choose_terms
from server.interviews.state import InterviewState

KEPT_TERMS = 30
KEPT_CHARACTERS = 300
"""Of the candidate's own; the rest of what a recogniser takes is for job and question."""


def keep_terms(terms: tuple[str, ...], background: str) -> tuple[str, ...]:
    """The candidate's own: those that were chosen, then the names in what is known of their background. Only these are
    kept, not what they were taken from."""
    sources = TermSources(terms=terms, background=background)
    return choose_terms(sources, most_terms=KEPT_TERMS, most_characters=KEPT_CHARACTERS)


def expected_terms(state: InterviewState) -> tuple[str, ...]:
    """While the open question is answered; the most important first."""
    turn = state.turn
    if turn is None:
        return choose_terms(TermSources(state.terms, state.job_title))
    competencies = state.question(turn.question_id).competencies if state.language == "en" else ()
    names = tuple(competency.replace("_", " ") for competency in competencies)
    return choose_terms(TermSources(state.terms, state.job_title, names, turn.text))
