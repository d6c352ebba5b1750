"""What the interviewer says between questions: plain, neutral, never the same line twice running."""

from __future__ import annotations

from realtime_scoring.types import Language

_TRANSITIONS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Thank you. Let us go on to the next question.",
        "Thank you for telling me about this. Here is the next question.",
        "I have noted your answer. We go on.",
        "Thank you, that is saved. Now the next question.",
        "All right, thank you. On to the next question.",
    ),
    "zh-CN": (
        "谢谢，我们继续下一个问题。",
        "谢谢您的介绍，接下来是下一个问题。",
        "您的回答我记下了，我们继续。",
        "谢谢，已经保存。下面是下一个问题。",
        "好的，谢谢。我们看下一题。",
    ),
}
_QUOTING: dict[Language, tuple[str, ...]] = {
    "en": (
        'Thank you. You said "{quote}", and I have noted it. Let us go on.',
        'You mentioned "{quote}", thank you. Here is the next question.',
        'I have noted "{quote}". Thank you, we go on.',
        'Thank you, "{quote}" is in my notes. The next question follows.',
        'All right: "{quote}". Thank you. On to the next question.',
    ),
    "zh-CN": (
        "谢谢，您说的“{quote}”我记下了，我们继续。",
        "您提到“{quote}”，谢谢。接下来是下一个问题。",
        "谢谢，“{quote}”这一点我记住了，我们继续。",
        "“{quote}”，我已经记下了。下面是下一个问题。",
        "好的，“{quote}”已记录，谢谢。我们看下一题。",
    ),
}
_NUDGE: dict[Language, str] = {
    "en": "Take your time. You can start whenever you are ready, or ask me to repeat the question.",
    "zh-CN": "请不要着急，准备好了就可以开始，也可以让我重复一遍问题。",
}


def greeting(language: Language, organisation: str, job_title: str, *, demonstration: bool) -> str:
    """Says first of all that an AI is speaking. Organisation or job title may be empty."""
    organisation, job_title = organisation.strip(), job_title.strip()
    if language == "zh-CN":
        host = f"{organisation}的" if organisation else ""
        job = f"“{job_title}”岗位的" if job_title else "本次"
        parts = [f"您好，我是{host}AI面试官，是一个程序，不是真人。", f"感谢您参加{job}面试。"]
        parts.append("我会逐一提问，有时会追问一句；您可以慢慢想，随时可以让我重复问题。")
        if demonstration:
            parts.append("这是一次演示，结果不会用于任何决定。")
        return "".join(parts)
    host = f" of {organisation}" if organisation else ""
    job = f" for the position of {job_title}" if job_title else ""
    parts = [
        f"Hello, I am the AI interviewer{host}: a computer program, not a person.",
        f"Thank you for taking part in this interview{job}.",
        "I will ask a few questions and sometimes one more about your answer."
        " Take the time you need; you can ask me to repeat a question at any moment.",
    ]
    if demonstration:
        parts.append("This is a demonstration, and nothing is decided by it.")
    return " ".join(parts)


def transition(language: Language, *, previous: str | None, index: int, quote: str) -> str:
    """The acknowledgement after answer `index`; `quote` may be empty. Never equal to `previous`."""
    lines = _QUOTING[language] if quote else _TRANSITIONS[language]
    chosen = _fill(lines, index, quote)
    return chosen if chosen != previous else _fill(lines, index + 1, quote)


def _fill(lines: tuple[str, ...], index: int, quote: str) -> str:
    return lines[index % len(lines)].replace("{quote}", quote)


def nudge_text(language: Language) -> str:
    """Said once into a silence before any answer."""
    return _NUDGE[language]
