"""Asks a language model to word a follow-up that was planned without it, or to choose among those still allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.follow_ups import LONGEST
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.excerpt import Excerpt, read_excerpt
from realtime_scoring.opinion.outcome import Withheld, Withholding
from realtime_scoring.opinion.prompt import Message, Prompt, make_fence, object_schema
from realtime_scoring.opinion.redaction import KnownNames, redact
from realtime_scoring.quotes import is_sensitive
from realtime_scoring.types import AnswerText, Flag, FollowUp, FollowUpKind, Language, Question

_LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh-CN": "simplified Chinese, addressing the person as 您"}
_LENGTHS: dict[Language, str] = {"en": "words", "zh-CN": "characters"}
_AIMS: dict[FollowUpKind, str] = {
    "back_to_question": "come back to the question",
    "specific_example": "one specific example from the person's own experience",
    "own_part": "what the person did themselves (in an imagined case: would do themselves)",
    "result": "what came of it and how that was measured",
    "quantity": "a number, or a comparison of before and after",
    "context": "when and where this was, and what the task was",
}


@dataclass(frozen=True, slots=True)
class WordingTask:
    """`allowed` holds the planned kind first. `asked`: texts of the interview's questions so far. Names in `question`
    and `planned` are hidden when sent."""

    question: Question
    planned: FollowUp
    allowed: tuple[FollowUpKind, ...]
    asked: tuple[str, ...]
    excerpt: Excerpt
    names: KnownNames


def prepare_wording(
    question: Question,
    planned: FollowUp,
    answers: tuple[AnswerText, ...],
    lexicons: Mapping[Language, Lexicon],
    *,
    names: KnownNames,
    asked: tuple[str, ...],
    choose: bool = False,
) -> WordingTask | Withheld:
    """`choose`: the model may take another kind of those that the plan allows. Nothing at all is sent of answers that
    touch private life or something grave, and the question itself is never reworded."""
    if planned.kind == "back_to_question" or planned.trigger is Flag.ASKED_TO_REPEAT:
        return Withheld(Withholding.FIXED_WORDS)
    if is_sensitive(answers, lexicons):
        return Withheld(Withholding.SENSITIVE)
    excerpt = read_excerpt(answers, lexicons, names)
    if isinstance(excerpt, Withheld):
        return excerpt
    others = tuple(kind for kind in planned.alternatives if kind != "back_to_question") if choose else ()
    return WordingTask(question, planned, (planned.kind, *others), asked, excerpt, names)


def prompt_wording(task: WordingTask) -> Prompt:
    language = task.question.language
    question = redact(task.question.text, task.names).text
    planned = redact(task.planned.text, task.names).text
    lines = [f"{line.clause_id}| {line.text}" for line in task.excerpt.lines]
    fence = make_fence((question, planned, *lines))
    system = "\n".join(
        (
            "You word one follow-up question of a structured job interview. It was planned already; you only make it"
            " sound natural. You do not judge, and you have no other task.",
            fence.rule(),
            f"Language: {_LANGUAGE_NAMES[language]}. At most {LONGEST[language]} {_LENGTHS[language]}. Exactly one"
            " question, with one question mark, at the end. Neutral: no praise, no hint at an answer, nothing leading,"
            " no score, nothing about age, family, health, religion, origin or other private life, no new subject.",
            "Allowed kinds: " + "; ".join(f"{kind} (ask for {_AIMS[kind]})" for kind in task.allowed) + ".",
            "You may quote a few words of one clause: then the question holds them in double quotes, `quote` holds"
            " exactly the same words and `clause_id` names the clause. Without a quote both are empty.",
            'Answer with one JSON object: {"kind", "question", "clause_id", "quote"}, all texts.',
        )
    )
    user = "\n\n".join(
        (
            fence.wrap("QUESTION", (question,)),
            fence.wrap("ANSWER", lines),
            fence.wrap("PLANNED FOLLOW-UP", (f"{task.planned.kind}| {planned}",)),
        )
    )
    schema = object_schema(
        {
            "kind": {"type": "string", "enum": list(task.allowed)},
            "question": {"type": "string"},
            "clause_id": {"type": "string"},
            "quote": {"type": "string"},
        }
    )
    return Prompt((Message("system", system), Message("user", user)), "follow_up", schema, 200)
