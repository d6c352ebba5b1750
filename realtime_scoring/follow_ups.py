"""Planned follow-up questions: neutral, limited, the same ladder for every candidate.

Probing to complete an unclear answer is part of a structured interview only when the probes are planned and
limited (Levashina et al. 2014; Campion, Palmer and Campion 1997).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from realtime_scoring.features import ClauseFacts
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.quotes import Quote, is_grave, is_private, pick_quote
from realtime_scoring.text import count_words, fold
from realtime_scoring.types import (
    AnswerText,
    AskedFollowUps,
    Assessment,
    Flag,
    FollowUp,
    FollowUpKind,
    FollowUpLimits,
    Language,
    Question,
    QuestionKind,
)

LONGEST: dict[Language, int] = {"en": 30, "zh-CN": 60}

# In order of urgency. The first flag that is raised, and whose kind is still allowed, decides.
_LADDER: tuple[tuple[Flag, FollowUpKind], ...] = (
    (Flag.ASKED_TO_REPEAT, "back_to_question"),
    (Flag.OFF_TOPIC, "back_to_question"),
    (Flag.HYPOTHETICAL, "specific_example"),
    (Flag.NO_EVENT, "specific_example"),
    (Flag.NO_ACTION, "own_part"),
    (Flag.WE_DOMINATES, "own_part"),
    (Flag.NO_RESULT, "result"),
    (Flag.NO_QUANTITY, "quantity"),
    (Flag.NO_CONTEXT, "context"),
)
_KINDS: dict[QuestionKind, frozenset[FollowUpKind]] = {
    "identity": frozenset(),
    "introduction": frozenset({"back_to_question", "specific_example", "own_part"}),
    "behavioural": frozenset({"back_to_question", "specific_example", "own_part", "result", "quantity", "context"}),
    "situational": frozenset({"back_to_question", "own_part"}),
    "logic": frozenset({"back_to_question", "own_part"}),
    "open": frozenset({"back_to_question", "specific_example"}),
}

_PRIVATE_LIFE_LEAVES: frozenset[FollowUpKind] = frozenset({"back_to_question", "specific_example", "own_part"})
"""What may still be asked when an answer touches private life: nobody measures that."""

# With a quote, and without one.
_TEXTS: dict[Language, dict[FollowUpKind, tuple[str, str]]] = {
    "en": {
        "back_to_question": ("", "Let us come back to the question: {question}"),
        "specific_example": (
            'You mentioned "{quote}". Can you give one specific example?',
            "Can you give one specific example from your own experience?",
        ),
        "own_part": ('You said "{quote}". What did you personally do?', "What did you personally do?"),
        "result": (
            'You said "{quote}". What was the result, and how did you measure it?',
            "What was the result, and how did you measure it?",
        ),
        "quantity": (
            'You mentioned "{quote}". Can you give a number, or compare before and after?',
            "Can you give a number for the result, or compare before and after?",
        ),
        "context": (
            'You said "{quote}". When and where was this, and what was your task?',
            "When and where was this, and what was your task?",
        ),
    },
    "zh-CN": {
        "back_to_question": ("", "我们回到这个问题：{question}"),
        "specific_example": ("您提到“{quote}”，能举一个具体的例子吗？", "您能举一个亲身经历的具体例子吗？"),
        "own_part": ("您说到“{quote}”，其中您本人做了什么？", "其中您本人做了什么？"),
        "result": ("您说到“{quote}”，结果怎样？您是怎么衡量的？", "结果怎样？您是怎么衡量的？"),
        "quantity": ("您提到“{quote}”，能给出一个数字或前后的对比吗？", "能给出一个数字或前后的对比吗？"),
        "context": (
            "您说到“{quote}”，这是什么时候、在哪里的事？您的任务是什么？",
            "这是什么时候、在哪里的事？您的任务是什么？",
        ),
    },
}
_IMAGINED_PART: dict[Language, str] = {
    "en": "What would you do yourself, step by step?",
    "zh-CN": "您本人会怎样一步一步去做？",
}
_REPEAT: dict[Language, str] = {
    "en": "Of course. The question was: {question}",
    "zh-CN": "好的，问题是：{question}",
}
_BACK: dict[Language, str] = {
    "en": "Shall we come back to the question I asked you?",
    "zh-CN": "我们回到刚才的问题，好吗？",
}


def _always(_: ClauseFacts) -> bool:
    return True


_QUOTED: dict[FollowUpKind, tuple[Callable[[ClauseFacts], bool], ...]] = {
    "back_to_question": (),
    "specific_example": (
        lambda fact: fact.agency is not None and fact.habitual and fact.vague,
        lambda fact: fact.agency is not None and fact.habitual,
        lambda fact: fact.agency is not None and fact.vague,
        lambda fact: fact.intended,
        lambda fact: fact.agency is not None,
        _always,
    ),
    "own_part": (
        lambda fact: fact.action and fact.agency == "team",
        lambda fact: fact.agency == "team",
        lambda fact: fact.circumstance or fact.outcome,
    ),
    "result": (
        lambda fact: fact.action and fact.agency == "own",
        lambda fact: fact.action,
    ),
    "quantity": (lambda fact: fact.outcome, lambda fact: fact.action),
    "context": (lambda fact: fact.action,),
}


def plan(
    question: Question,
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
    assessment: Assessment,
    asked: AskedFollowUps,
    limits: FollowUpLimits,
    wants_quantity: bool,
    is_topical: Callable[[ClauseFacts], bool],
    lexicons: Mapping[Language, Lexicon],
) -> FollowUp | None:
    """The most urgent allowed probe, or None: complete, declined, nothing said, a limit reached, or grave."""
    if len(asked.on_question) >= question.follow_up_limit or asked.in_interview >= limits.per_interview:
        return None
    if Flag.UNANSWERED in assessment.flags and Flag.ASKED_TO_REPEAT not in assessment.flags:
        return None
    if is_grave(answers, lexicons) and Flag.ASKED_TO_REPEAT not in assessment.flags:
        return None
    kinds = _KINDS[question.kind]
    if is_private(answers, lexicons):
        kinds &= _PRIVATE_LIFE_LEAVES
    open_steps = [
        (flag, kind)
        for flag, kind in _LADDER
        if flag in assessment.flags
        and kind in kinds
        and kind not in asked.on_question
        and (kind != "quantity" or wants_quantity)
    ]
    if not open_steps:
        return None
    trigger, kind = open_steps[0]
    quote = pick_quote(answers, facts, _QUOTED[kind], is_topical, lexicons)
    text, used = _word(question, kind, trigger, quote, lexicons[question.language])
    return FollowUp(
        kind=kind,
        text=text,
        trigger=trigger,
        turn_id=quote.turn_id,
        quote=quote.text if used else "",
        char_start=quote.char_start if used else 0,
        char_end=quote.char_end if used else 0,
        alternatives=tuple(dict.fromkeys(other for _, other in open_steps if other != kind)),
    )


def _word(question: Question, kind: FollowUpKind, trigger: Flag, quote: Quote, lexicon: Lexicon) -> tuple[str, bool]:
    """The text, and whether it quotes."""
    language = question.language
    if trigger is Flag.ASKED_TO_REPEAT:
        return _REPEAT[language].format(question=question.text), False
    quoting, plain = _TEXTS[language][kind]
    if kind == "back_to_question":
        text = plain.format(question=question.text)
        return (text if passes_gate(text, lexicon) else _BACK[language]), False
    if kind == "own_part" and question.kind in ("situational", "logic"):
        return _IMAGINED_PART[language], False
    text = quoting.replace("{quote}", quote.text)
    if quote.text and passes_gate(text, lexicon):
        return text, True
    return plain, False


def passes_gate(text: str, lexicon: Lexicon) -> bool:
    """Short enough to be understood by ear, a whole sentence, and about nothing that must not be asked."""
    return (
        count_words(text, lexicon.language) <= LONGEST[lexicon.language]
        and text.rstrip().endswith(("?", "？", ".", "。"))
        and lexicon.protected.search(fold(text)) is None
        and lexicon.grave.search(fold(text)) is None
    )
