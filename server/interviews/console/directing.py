"""What people whisper to the interviewer: taken, held until it can be done, and turned into the interviewer's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realtime_scoring.interludes import put_otherwise
from realtime_scoring.questions.directive import RequestProblem, check_request, find_protected, word_request
from server.interviews import intents as i
from server.interviews.console.state import Console
from server.interviews.errors import (
    DirectiveEmpty,
    DirectivesFull,
    DirectiveUnknown,
    OtherLanguage,
    ProtectedTopic,
    VerbatimNeeded,
)
from server.interviews.mind import Mind
from server.interviews.state import InterviewState
from server.protocol import console_commands as cc
from server.protocol import events as e
from server.protocol.flow import FlowQuestion, Language

Events = tuple[object, ...]

DIRECTIVES_WAITING = 5


@dataclass(frozen=True, slots=True)
class Direction:
    """What the interviewer does next because of a directive. `text`: what it asks; empty: `step` asks nothing."""

    step: Literal["ask", "rephrase", "skip", "end", ""]
    """Empty: the interviewer goes on as planned."""
    events: Events
    directive: e.DirectiveGiven | None = None
    text: str = ""
    brief: bool = False
    """No more follow-ups are asked from here on."""

    def why(self, turn_id: str) -> e.Why | None:
        given = self.directive
        if given is None:
            return None
        return e.Why(
            given.kind, "hr", turn_id, "", 0, 0, (), source="hr", user_id=given.user_id, directive_id=given.directive_id
        )


def give_directive(state: InterviewState, command: cc.DirectiveGive, person: i.Person, mind: Mind) -> e.DirectiveGiven:
    """Raises Rejected."""
    text = command.text.strip()
    if len(state.console.directives) >= DIRECTIVES_WAITING:
        raise DirectivesFull(f"{DIRECTIVES_WAITING} directives wait already; withdraw one")
    asks = command.kind == "ask" or (command.kind == "rephrase" and text)
    if asks:
        # Other words for a question are a question themselves.
        whole = command.kind == "rephrase" and not command.verbatim
        _refuse("verbatim_needed" if whole else check_request(text, state.language, verbatim=command.verbatim))
    protected = find_protected(text, mind.engine.lexicons) if asks else ""
    if protected and not command.override.strip():
        raise ProtectedTopic(
            f"“{protected}” touches what no candidate is to be asked; say why it is asked all the same"
        )
    return e.DirectiveGiven(
        directive_id=f"directive-{state.console.directives_given + 1}",
        user_id=person.id,
        name=person.name,
        kind=command.kind,
        text=text,
        minutes=command.minutes if command.kind == "extend" else 0,
        verbatim=command.verbatim and bool(asks),
        protected=protected,
        override=command.override.strip() if protected else "",
    )


def withdraw_directive(state: InterviewState, command: cc.DirectiveWithdraw, person: i.Person) -> Events:
    if all(each.directive_id != command.directive_id for each in state.console.directives):
        raise DirectiveUnknown("it has been applied or withdrawn already")
    return (e.DirectiveWithdrawn(command.directive_id, person.id),)


def find_direction(console: Console, question: FlowQuestion, language: Language, turn_id: str) -> Direction:
    """What the oldest directives lead to at the boundary after, or before, the answer `turn_id`: at most one of them
    asks or ends something, the others wait."""
    applied: list[object] = []
    brief = console.brief
    for given in console.directives:
        applied.append(e.DirectiveApplied(given.directive_id, given.user_id, turn_id))
        match given.kind:
            case "ask" | "rephrase":
                return Direction(given.kind, tuple(applied), given, _word(given, question, language), brief)
            case "skip" | "end":
                return Direction(given.kind, tuple(applied), given, brief=brief)
            case _:
                brief = brief or given.kind == "wrap_up"
    return Direction("", tuple(applied), brief=brief)


def _word(given: e.DirectiveGiven, question: FlowQuestion, language: Language) -> str:
    if given.kind == "rephrase":
        return given.text or put_otherwise(language, question.kind, question.text[language])
    return given.text if given.verbatim else word_request(given.text, language)


def _refuse(problem: RequestProblem | None) -> None:
    match problem:
        case "empty":
            raise DirectiveEmpty("say what is to be asked about")
        case "verbatim_needed":
            raise VerbatimNeeded("this is a whole question: say that it is to be read as it stands")
        case "other_language":
            raise OtherLanguage("write in the language of the interview")
