"""What the rules of `endings` and `interruption` look for, per language: data, run over folded text.

Every pattern of an ending is matched against the last words, without the punctuation behind them: recognisers set full
stops where there are none, and leave them out where they belong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from realtime_scoring.turns import thoughts_en, thoughts_zh, words_en, words_zh
from realtime_scoring.types import Language


@dataclass(frozen=True, slots=True)
class EndingWords:
    """`opening` finds a clause that only leads up to another: its match reaches from the clause's start to the end."""

    thinking: re.Pattern[str]
    searching: re.Pattern[str]
    reported: re.Pattern[str]
    """A question that is told of, and so put to nobody here."""
    surely_finished: re.Pattern[str]
    question_back: re.Pattern[str]
    hanging: re.Pattern[str]
    hanging_unstopped: re.Pattern[str]
    opening: re.Pattern[str]
    list_begun: re.Pattern[str]
    list_done: re.Pattern[str]
    rounded_off: re.Pattern[str]
    """Without a full stop, what only the end of a statement sounds like."""
    late: re.Pattern[str]
    """What stories end with, anywhere in the last words."""
    back_channel: re.Pattern[str]
    """One back-channel, at the place where a word begins."""
    floor_wanted: re.Pattern[str]
    """A single word that asks the interviewer to stop."""


def _ends_with(alternatives: tuple[str, ...], *, latin: bool) -> re.Pattern[str]:
    edge = r"(?<![a-z0-9'])" if latin else ""
    return re.compile(rf"{edge}(?:{'|'.join(alternatives)})$")


def _anywhere(alternatives: tuple[str, ...], *, latin: bool) -> re.Pattern[str]:
    left, right = (r"(?<![a-z0-9'])", r"(?![a-z0-9'])") if latin else ("", "")
    return re.compile(rf"{left}(?:{'|'.join(alternatives)}){right}")


ENDING_WORDS: dict[Language, EndingWords] = {
    "en": EndingWords(
        thinking=_ends_with(thoughts_en.THINKING, latin=True),
        searching=_ends_with(thoughts_en.SEARCHING, latin=True),
        reported=_ends_with(thoughts_en.REPORTED, latin=True),
        surely_finished=_ends_with(words_en.SURELY_FINISHED, latin=True),
        question_back=_ends_with(words_en.QUESTION_BACK, latin=True),
        hanging=_ends_with(words_en.HANGING, latin=True),
        hanging_unstopped=_ends_with(words_en.HANGING_UNSTOPPED, latin=True),
        opening=_ends_with(words_en.OPENING, latin=True),
        list_begun=_anywhere(words_en.LIST_BEGUN, latin=True),
        list_done=_anywhere(words_en.LIST_DONE, latin=True),
        rounded_off=_ends_with(words_en.ROUNDED_OFF, latin=True),
        late=_anywhere(words_en.LATE, latin=True),
        back_channel=_anywhere(words_en.BACK_CHANNELS, latin=True),
        floor_wanted=_anywhere(words_en.FLOOR_WANTED, latin=True),
    ),
    "zh-CN": EndingWords(
        thinking=_ends_with(thoughts_zh.THINKING, latin=False),
        searching=_ends_with(thoughts_zh.SEARCHING, latin=False),
        reported=_ends_with(thoughts_zh.REPORTED, latin=False),
        surely_finished=_ends_with(words_zh.SURELY_FINISHED, latin=False),
        question_back=_ends_with(words_zh.QUESTION_BACK, latin=False),
        hanging=_ends_with(words_zh.HANGING, latin=False),
        hanging_unstopped=_ends_with(words_zh.HANGING_UNSTOPPED, latin=False),
        opening=_ends_with(words_zh.OPENING, latin=False),
        list_begun=_anywhere(words_zh.LIST_BEGUN, latin=False),
        list_done=_anywhere(words_zh.LIST_DONE, latin=False),
        rounded_off=_ends_with(words_zh.ROUNDED_OFF, latin=False),
        late=_anywhere(words_zh.LATE, latin=False),
        back_channel=_anywhere(words_zh.BACK_CHANNELS, latin=False),
        floor_wanted=_anywhere(words_zh.FLOOR_WANTED, latin=False),
    ),
}
