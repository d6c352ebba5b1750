"""How far the interview is, and a neutral hint after an answer: facts about time, never about quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from realtime_scoring.types import HintCode, Language, Progress

EndedBy = Literal["silence", "button", "time_limit", "text", "skipped"]

_SHORT_SHARE = 0.25

_HINTS: dict[Language, dict[HintCode, str]] = {
    "en": {
        "within_time": "Your answer took {duration}, within the suggested time.",
        "short": "Your answer took {duration}; more time was available.",
        "long": "Your answer took {duration}, over the suggested time.",
        "time_limit": "Your answer took {duration}, the full time for this question. It is saved.",
        "no_answer": "No answer was recorded for this question.",
        "not_written_down": "Your answer is recorded. Its written text is not complete.",
        "typed": "Your written answer is saved.",
    },
    "zh-CN": {
        "within_time": "您的回答用时{duration}，在建议时间之内。",
        "short": "您的回答用时{duration}，本题可用的时间更长。",
        "long": "您的回答用时{duration}，超过建议时间。",
        "time_limit": "您的回答用时{duration}，已用完本题时间，内容已保存。",
        "no_answer": "本题没有录到回答。",
        "not_written_down": "您的回答已录音，文字记录不完整。",
        "typed": "您的书面回答已保存。",
    },
}


def measure_progress(planned_ms: Sequence[int], answered: int, spent_ms: int = 0) -> Progress:
    """`planned_ms`: the flow's time per counted question, in order; `spent_ms`: on the one that is now open.

    Time left is the plan of what is still to come, so finishing early shortens it.
    """
    total = len(planned_ms)
    done = min(max(answered, 0), total)
    remaining_ms = sum(planned_ms[done:])
    if done < total:
        remaining_ms -= min(max(spent_ms, 0), planned_ms[done])
    return Progress(answered=done, total=total, remaining_ms=remaining_ms)


def answer_hint(
    duration_ms: int, suggested_ms: int, ended_by: EndedBy, answered: bool, *, transcribed: bool = True
) -> HintCode:
    """`transcribed` false: words were said that are not in the text."""
    if not transcribed:
        return "not_written_down"
    if not answered:
        return "no_answer"
    if ended_by == "text":
        return "typed"
    if ended_by == "time_limit":
        return "time_limit"
    if duration_ms > suggested_ms:
        return "long"
    return "short" if duration_ms < suggested_ms * _SHORT_SHARE else "within_time"


def hint_text(code: HintCode, duration_ms: int, language: Language) -> str:
    return _HINTS[language][code].format(duration=describe_duration(duration_ms, language))


def describe_duration(duration_ms: int, language: Language) -> str:
    """To the second below a minute, to ten seconds above."""
    seconds = max(1, round(duration_ms / 1000))
    if seconds >= 60:
        seconds = round(seconds / 10) * 10
    minutes, seconds = divmod(seconds, 60)
    if language == "zh-CN":
        return (f"{minutes}分" + (f"{seconds}秒" if seconds else "钟")) if minutes else f"{seconds}秒"
    parts = [(minutes, "minute"), (seconds, "second")]
    return " ".join(f"{count} {unit}" + ("" if count == 1 else "s") for count, unit in parts if count)
