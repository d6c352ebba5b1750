"""The candidate's voice while the interviewer speaks, or has just begun to: what it means.

Back-channels ("mm-hm") and coughs leave the interviewer speaking. An echo of the question is no voice of the
candidate's. Only words decide, since a cough is as loud as they are.
"""

from __future__ import annotations

import re
from enum import StrEnum

from realtime_scoring.text import fold, word_spans
from realtime_scoring.turns.words import ENDING_WORDS
from realtime_scoring.types import Language

INTERRUPTING_VOICE_MS = 500
INTERRUPTING_WORDS: dict[Language, int] = {"en": 2, "zh-CN": 3}
RESUMING_VOICE_MS = 300
RESUMED_WITHIN_MS = 2_000
"""Who speaks so soon after a question that a silence brought about goes on with the former answer."""

_ECHOED_SHARE = 0.8
_NO_WORD = re.compile(r"[\s,.!?;:。、…\"'“”‘’()-]+")


class Interruption(StrEnum):
    YIELD = "yield"
    """The interviewer stops, and the candidate has the floor."""
    GO_ON = "go_on"
    WAIT = "wait"
    """Not to be told yet: more voice or words must come first."""


def judge_interruption(
    voice_ms: int, text: str, language: Language, *, speaking: bool, question: str = ""
) -> Interruption:
    """`voice_ms` of voice since the interviewer began, `text` what has been recognised of it, `question` the words that
    the interviewer is saying."""
    words = substantial_words(text, language)
    if _is_echo(words, question, language):
        words = ()
    wanted = ENDING_WORDS[language].floor_wanted.search(fold(text)) is not None and bool(words)
    if voice_ms >= INTERRUPTING_VOICE_MS and (wanted or len(words) >= INTERRUPTING_WORDS[language]):
        return Interruption.YIELD
    return Interruption.WAIT if speaking else Interruption.GO_ON


def judge_resumption(
    began_after_ms: int, voice_ms: int, text: str, language: Language, *, speaking: bool, question: str = ""
) -> Interruption:
    """Whether the candidate goes on with the answer that was taken for finished: YIELD gives it back to them.

    `began_after_ms` from the new question to the voice; not above 0 for a voice that was there before it.
    """
    if began_after_ms > RESUMED_WITHIN_MS:
        return Interruption.GO_ON
    words = substantial_words(text, language)
    if voice_ms >= RESUMING_VOICE_MS and words and not _is_echo(words, question, language):
        return Interruption.YIELD
    return Interruption.WAIT if speaking else Interruption.GO_ON


def substantial_words(text: str, language: Language) -> tuple[str, ...]:
    """Words (Chinese: characters too) that are no back-channel, in order."""
    rest = fold(text)
    kept: list[str] = []
    back_channel = ENDING_WORDS[language].back_channel
    at = 0
    spans = word_spans(rest, language)
    for start, end in spans:
        if start < at:
            continue
        match = back_channel.match(rest, start)
        # In Chinese a back-channel may begin a word ("对面"); it is one only where it stands alone.
        if match is not None and (language == "en" or _stands_alone(rest, match.end())):
            at = match.end()
        else:
            kept.append(rest[start:end])
    return tuple(kept)


def _stands_alone(text: str, end: int) -> bool:
    return end >= len(text) or _NO_WORD.match(text, end) is not None or _begins_back_channel(text, end)


def _begins_back_channel(text: str, start: int) -> bool:
    match = ENDING_WORDS["zh-CN"].back_channel.match(text, start)
    return match is not None and (match.end() >= len(text) or _NO_WORD.match(text, match.end()) is not None)


def _is_echo(words: tuple[str, ...], question: str, language: Language) -> bool:
    if not words or not question:
        return False
    folded = fold(question)
    asked = {folded[start:end] for start, end in word_spans(folded, language)}
    return sum(word in asked for word in words) >= _ECHOED_SHARE * len(words)
