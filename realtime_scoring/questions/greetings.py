"""Greetings for those who start and for those who have worked: what will be talked about, and no fear of it."""

from __future__ import annotations

from typing import Literal

from realtime_scoring.phrases import greeting
from realtime_scoring.types import Language

Background = Literal["graduate", "experienced"]

_GRADUATE: dict[Language, str] = {
    "en": "Nobody expects long experience: examples from your studies, a placement or a club are just as welcome."
    " We will talk about your learning ability and about teamwork. There are no trick questions.",
    "zh-CN": "您不需要有丰富的工作经验,学习、实习或社团中的例子同样很好。我们会聊聊您的学习能力和团队合作,"
    "没有刁钻的问题,请放松。",
}
_EXPERIENCED: dict[Language, str] = {
    "en": "We will talk about your past work{named}: please think of real situations, of what you did yourself"
    " and what came of it.",
    "zh-CN": "我们会聊聊您过去的工作经历{named},请讲真实发生过的事情、您本人做了什么、结果怎样。",
}
_NAMED: dict[Language, str] = {"en": ", such as {words}", "zh-CN": ",比如{words}"}


def choose_greeting(
    background: Background | None,
    language: Language,
    organisation: str,
    job_title: str,
    *,
    demonstration: bool,
    past_work: str = "",
) -> str:
    """The same beginning for everybody, which says that an AI speaks; None adds nothing to it.

    `past_work`: a few words that name work of the experienced; they have passed `past_work.check_past_work`.
    """
    words = greeting(language, organisation, job_title, demonstration=demonstration)
    if background is None:
        return words
    if background == "graduate":
        more = _GRADUATE[language]
    else:
        named = _NAMED[language].replace("{words}", past_work) if past_work else ""
        more = _EXPERIENCED[language].replace("{named}", named)
    return f"{words} {more}" if language == "en" else f"{words}{more}"
