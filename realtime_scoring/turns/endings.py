"""How the words of an answer end, whether or not there is punctuation.

A full stop proves little: recognisers set one at every pause. So what leads on (a conjunction, a preposition, a verb
without its object, a number without its unit) counts for more than any mark.
"""

from __future__ import annotations

import re
from enum import StrEnum

from realtime_scoring.text import count_words, fold
from realtime_scoring.turns.words import ENDING_WORDS, EndingWords
from realtime_scoring.types import Language

_TAIL_CHARACTERS = 240
"""An ending is judged by no more than this."""
_MARKS = " \t\r\n.,!?;:。、…\"'“”‘’()-–—"
_STOPPED = re.compile(r"[.!?。]['\"”’)\s]*$")
_TRAILING_OFF = re.compile(r"(?:\.\.+|…|[-–—]+|[,:;、])['\"”’)\s]*$")
_SENTENCE_BREAK = re.compile(r"[!?。…\n]|\.(?![a-z0-9])")
_SHORTEST_SENTENCE: dict[Language, int] = {"en": 4, "zh-CN": 6}
"""What is shorter behind a full stop was cut by a pause: "He signed." """
_LATE_CHARACTERS: dict[Language, int] = {"en": 55, "zh-CN": 26}
_QUOTED = (("“", "”"), ("「", "」"), ("《", "》"))


class Ending(StrEnum):
    """In the order in which they are looked for."""

    EMPTY = "empty"
    THINKING = "thinking"
    """Told to be thinking: "let me think", "what was it called"."""
    SURE = "sure"
    """Told to be finished: "that's all"."""
    SEARCHING = "searching"
    """Not at ease with the end: a word on the question, an excuse, "there's one more thing"."""
    HANGING = "hanging"
    """Something must follow: a word that leads on, a clause begun, a list or a quotation that is open."""
    QUESTION = "question"
    """Turned to the interviewer: "does that answer your question?"."""
    FINISHED = "finished"
    ROUNDED = "rounded"
    """Without a mark, or in few words, as the end of a statement sounds."""
    SCRAP = "scrap"
    """A full stop behind so few words that a pause may have cut them off: "He signed."."""
    UNCLEAR = "unclear"
    """Behind full stops there is none."""
    BARE = "bare"
    """No punctuation at all, and nothing that tells."""


def read_ending(text: str, language: Language) -> Ending:
    tail = fold(text[-_TAIL_CHARACTERS:]).strip()
    said = tail.rstrip(_MARKS)
    if not said:
        return Ending.EMPTY
    words = ENDING_WORDS[language]
    if _asks_for_time(said, words):
        return Ending.THINKING
    if words.surely_finished.search(said):
        return Ending.SURE
    if words.question_back.search(said):
        return Ending.QUESTION
    if words.searching.search(said):
        return Ending.SEARCHING
    if _TRAILING_OFF.search(tail) or _quotation_open(text) or _leads_on(said, words):
        return Ending.HANGING
    stopped = _STOPPED.search(tail) is not None
    rounded = words.rounded_off.search(said) is not None
    if not stopped and not rounded and words.hanging_unstopped.search(said):
        return Ending.HANGING
    if _last_sentence_words(said, language) < _SHORTEST_SENTENCE[language]:
        return (Ending.ROUNDED if rounded else Ending.SCRAP) if stopped else Ending.UNCLEAR
    if stopped:
        return Ending.FINISHED
    if _SENTENCE_BREAK.search(said):
        # Whoever set full stops before has set none here.
        return Ending.UNCLEAR
    return Ending.ROUNDED if rounded else Ending.BARE


def sounds_late(text: str, language: Language) -> bool:
    """Whether the last words are such as stories end with: "since then", "in the end", "now"."""
    said = fold(text[-_TAIL_CHARACTERS:]).strip().rstrip(_MARKS)
    return ENDING_WORDS[language].late.search(said[-_LATE_CHARACTERS[language] :]) is not None


def _asks_for_time(said: str, words: EndingWords) -> bool:
    """What is only told of begins before: "I asked her what it was"."""
    asked, told = words.thinking.search(said), words.reported.search(said)
    return asked is not None and (told is None or told.start() >= asked.start())


def _last_sentence_words(said: str, language: Language) -> int:
    """At the very beginning an answer may be as short as a name."""
    breaks = [match.end() for match in _SENTENCE_BREAK.finditer(said)]
    return count_words(said[breaks[-1] :], language) if breaks else _SHORTEST_SENTENCE[language]


def _leads_on(said: str, words: EndingWords) -> bool:
    if words.hanging.search(said):
        return True
    breaks = [match.end() for match in _SENTENCE_BREAK.finditer(said)]
    sentence = said[breaks[-1] if breaks else 0 :].strip()
    if words.opening.fullmatch(sentence):
        return True
    begun = [match.end() for match in words.list_begun.finditer(said)]
    return bool(begun) and words.list_done.search(said, begun[-1]) is None


def _quotation_open(text: str) -> bool:
    if any(text.count(left) > text.count(right) for left, right in _QUOTED):
        return True
    return text.count('"') % 2 == 1
