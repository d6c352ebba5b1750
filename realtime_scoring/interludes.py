"""What the interviewer says when people step in and out: plain, and never without who it is."""

from __future__ import annotations

from realtime_scoring.types import Language, QuestionKind

_SOMEBODY: dict[Language, str] = {"en": "A colleague", "zh-CN": "一位同事"}
_JOINED: dict[Language, str] = {
    "en": "{name} has joined the conversation and would like to speak to you.",
    "zh-CN": "{name}加入了对话，想和您说几句。",
}
_LEFT: dict[Language, str] = {
    "en": "{name} has left the conversation. I am the AI interviewer, and I go on from here.",
    "zh-CN": "{name}已离开对话，接下来由我，AI面试官，继续。",
}
_PAUSED: dict[Language, str] = {
    "en": "The interview is paused. Your time stands still, and your answers are saved.",
    "zh-CN": "面试已暂停，计时停止，您的回答已经保存。",
}
_RESUMED: dict[Language, str] = {"en": "The interview goes on now.", "zh-CN": "面试现在继续。"}
_BACK_TO: dict[Language, tuple[str, str]] = {
    "en": ("Let us come back to the question:", "You can go on with your answer. The question was:"),
    "zh-CN": ("我们回到刚才的问题：", "您可以接着刚才的回答继续。问题是："),
}
_GRANTED: dict[Language, str] = {
    "en": "You have {minutes} more for this answer.",
    "zh-CN": "这道题您还可以多用{minutes}分钟。",
}
_WELCOME_BACK: dict[Language, str] = {
    "en": "Welcome back. Your earlier answers are saved; we go on where we were interrupted.",
    "zh-CN": "欢迎回来。您之前的回答都已保存，我们从中断的地方继续。",
}
_OTHER_WORDS: dict[Language, dict[QuestionKind | None, str]] = {
    "en": {
        "behavioural": "Let me put it another way. Please think of one occasion that you took part in yourself: {text}",
        "situational": "Let me put it another way. Please picture it and say what you would do first: {text}",
        None: "Let me put it another way. Please take it step by step: {text}",
    },
    "zh-CN": {
        "behavioural": "我换一种说法。请想一件您亲身经历的事：{text}",
        "situational": "我换一种说法。请设想这个情景，先说说您第一步会怎么做：{text}",
        None: "我换一种说法，请您一步一步来：{text}",
    },
}


def tell_joined(language: Language, name: str) -> str:
    return _JOINED[language].replace("{name}", name.strip() or _SOMEBODY[language])


def tell_left(language: Language, name: str) -> str:
    return _LEFT[language].replace("{name}", name.strip() or _SOMEBODY[language])


def tell_paused(language: Language) -> str:
    return _PAUSED[language]


def tell_resumed(language: Language) -> str:
    return _RESUMED[language]


def lead_back(language: Language, *, begun: bool) -> str:
    """Before the open question is read again; `begun`: part of its answer has been given."""
    return _BACK_TO[language][begun]


def tell_granted(language: Language, minutes: int) -> str:
    number = str(minutes) if language == "zh-CN" else f"{minutes} minute" + ("" if minutes == 1 else "s")
    return _GRANTED[language].replace("{minutes}", number)


def welcome_back(language: Language) -> str:
    return _WELCOME_BACK[language]


def put_otherwise(language: Language, kind: QuestionKind, text: str) -> str:
    """The question itself, led in so that it is heard anew."""
    lines = _OTHER_WORDS[language]
    return lines.get(kind, lines[None]).replace("{text}", text)
