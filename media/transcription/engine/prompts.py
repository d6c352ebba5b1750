"""Words to expect, told to Whisper as if they had been said just before (Radford et al. 2022, section 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from media.types import LanguageCode

_BEFORE: dict[LanguageCode, str] = {
    "en": "Thank you for taking the time today. Please tell us about your work, in as much detail as you like, and what"
    " you have learned from it. We will talk about some of these things:",
    "zh-CN": "感谢您今天抽出时间。请您详细地谈谈您的工作，以及您从中学到了什么。以下是普通话的句子，会谈到这些内容：",
}
"""What makes all prompts equally long, of which the beginning is cut off as Whisper's own context is. It is a speaker's
sentence of the same interview and says nothing of the terms twice, lest they be heard where they were not said."""
_HINTS: dict[LanguageCode, str] = {"en": "", "zh-CN": "以下是普通话的句子。"}
"""Without it Whisper writes Mandarin in simplified or traditional characters as it pleases."""
_BETWEEN: dict[LanguageCode, tuple[str, str]] = {"en": (", ", "."), "zh-CN": ("、", "。")}


def write_prompt(
    terms: Sequence[str], language: LanguageCode, length: int, encode: Callable[[str], list[int]]
) -> list[int]:
    """Exactly `length` tokens, or none if there is nothing to tell. Terms that find no room are left out."""
    spoken = _fit(terms, language, length, encode)
    if not spoken:
        spoken = encode(_HINTS[language])[-length:] if length else []
    if not spoken:
        return []
    before = encode(_BEFORE[language])
    while len(before) < length:
        before = before + before
    return before[len(before) - (length - len(spoken)) :] + spoken if len(spoken) < length else spoken


def _fit(terms: Sequence[str], language: LanguageCode, length: int, encode: Callable[[str], list[int]]) -> list[int]:
    comma, stop = _BETWEEN[language]
    fitting: list[int] = []
    chosen: list[str] = []
    for term in terms:
        tokens = encode(comma.join([*chosen, term]) + stop)
        if len(tokens) <= length:
            chosen.append(term)
            fitting = tokens
    return fitting
