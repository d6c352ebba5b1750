"""Answers, tasks and replies that the tests of opinions share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.opinion.levels import LevelTask, prepare_levels
from realtime_scoring.opinion.redaction import KnownNames
from realtime_scoring.opinion.wording import WordingTask, prepare_wording
from realtime_scoring.types import (
    AnswerText,
    AskedFollowUps,
    CompetencyLevel,
    Flag,
    FollowUp,
    FollowUpKind,
    FollowUpLimits,
    Language,
    Question,
    TimedWord,
)

ENGINE = ScoringEngine.default()
LEXICONS = ENGINE.lexicons
NAMES = KnownNames(persons=("Maria Okafor", "王小明"), schools=("Oakwood College", "江南大学"), firms=("Borealis Ltd",))

QUESTIONS: dict[Language, Question] = {
    "en": Question(
        "q1",
        "Tell me about a time when your team had to solve a difficult problem.",
        "behavioural",
        ("teamwork",),
        2,
        "en",
    ),
    "zh-CN": Question("q1", "请讲一次您的团队解决困难问题的经历。", "behavioural", ("teamwork",), 2, "zh-CN"),
}
ANSWERS: dict[Language, str] = {
    "en": (
        "Last spring at Borealis the warehouse system stopped working two days before a delivery. We divided the work"
        " in the team, and I talked with every colleague about what was still open. I wrote a list of the tests and I"
        " called Maria Okafor at 555 010 7788."
    ),
    "zh-CN": (
        "去年在公司，仓库的系统坏了，离交货只有两天。我们分工合作，我和每个同事沟通了还有什么没做完。"
        "我写了一份测试清单，还给王小明打了电话，号码是13800138000。"
    ),
}


def make_answer(language: Language, text: str | None = None, *, timed: bool = False) -> AnswerText:
    said = ANSWERS[language] if text is None else text
    words = tuple(TimedWord(at, at + 1, at * 10, at * 10 + 10) for at in range(len(said))) if timed else ()
    return AnswerText("t1", said, language, words)


def make_planned(kind: FollowUpKind = "result", alternatives: tuple[FollowUpKind, ...] = ("quantity",)) -> FollowUp:
    return FollowUp(
        kind, "What was the result, and how did you measure it?", Flag.NO_RESULT, "t1", "", 0, 0, alternatives
    )


def make_wording_task(
    language: Language = "en",
    *,
    text: str | None = None,
    planned: FollowUp | None = None,
    choose: bool = False,
    asked: tuple[str, ...] = (),
) -> WordingTask:
    task = prepare_wording(
        QUESTIONS[language],
        planned or make_planned(),
        (make_answer(language, text),),
        LEXICONS,
        names=NAMES,
        asked=asked,
        choose=choose,
    )
    assert isinstance(task, WordingTask)
    return task


def make_level_task(language: Language = "en", *, text: str | None = None, level: int | None = None) -> LevelTask:
    """With the level that the rules find, or another that a test wants them to have found."""
    question, answer = QUESTIONS[language], make_answer(language, text, timed=True)
    embedded = assess(question, answer)
    if level is not None:
        embedded = replace(embedded, level=level)
    task = prepare_levels(question, ENGINE.rubric.find("teamwork"), embedded, (answer,), LEXICONS, names=NAMES)
    assert isinstance(task, LevelTask)
    return task


def assess(question: Question, answer: AnswerText) -> CompetencyLevel:
    assessment = ENGINE.assess(question, (answer,))
    return next(level for level in assessment.levels if level.competency == "teamwork")


def plan(question: Question, answer: AnswerText) -> FollowUp | None:
    assessment = ENGINE.assess(question, (answer,))
    return ENGINE.plan_follow_up(question, (answer,), assessment, AskedFollowUps(), FollowUpLimits())


def clause_of(task: WordingTask | LevelTask, words: str) -> str:
    return next(line.clause_id for line in task.excerpt.lines if words in line.text)


def word(task: WordingTask, question: str, *, kind: str = "result", quote: str = "", clause_id: str = "") -> Any:
    found = clause_id or (clause_of(task, quote) if quote else "")
    return {"kind": kind, "question": question, "clause_id": found, "quote": quote}


def rate(task: LevelTask, level: str, *evidence: tuple[str, str], rationale: str = "", **others: Any) -> Any:
    """`evidence`: quote and indicator."""
    return {
        "competency": "teamwork",
        "level": level,
        "evidence": [
            {"clause_id": clause_of(task, quote), "quote": quote, "indicator_id": indicator}
            for quote, indicator in evidence
        ],
        "missing": ["R"],
        "rationale": rationale or "The acts are told, the result is not.",
        "confidence": "medium",
    } | others
