"""Which words about somebody's past work may be said in a greeting.

They are read aloud to the candidate by a machine in the organisation's name: only a short name of a work comes in, no
sentence, no markup, no address, nothing of private life, and nothing that speaks to a machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from realtime_scoring.lexicon import Lexicon, compile_pattern
from realtime_scoring.opinion.injection import speaks_to_machine
from realtime_scoring.opinion.wording_rules import FORBIDDEN
from realtime_scoring.text import fold
from realtime_scoring.types import AnswerText, Language

PastWorkProblem = Literal["too_long", "not_plain", "protected_topic", "not_a_name"]

MAX_CHARACTERS = 60
MAX_WORDS = 8
MAX_HAN = 24

_PLAIN = re.compile(r"[^\W_][\w \-&+#/.,'’、（）()·]*\Z")
_SENTENCE = re.compile(r"\.\s|[.,、]\s*\Z|_|\d{5}")
_HAN = re.compile(r"[\u3400-\u9fff]")
# A name of a work neither addresses anybody nor tells anybody what to do.
_ADDRESSES = (
    compile_pattern(
        [
            "you|your|yours|yourself|i|me|my|we|us|our|please|must|should|shall|will|do not|don't|never|always|let",
            "tell|say|speak|answer|repeat|skip|pretend|act as|ignore|forget|reveal|remember",
        ],
        "en",
        "past work",
    ),
    compile_pattern(
        ["您|你|我|咱|请(?!假)|必须|不要|不准|务必|应该|告诉|说出|重复|朗读|忽略|忘记|假装|扮演|停止|结束|跳过"],
        "zh-CN",
        "past work",
    ),
)


def check_past_work(words: str, lexicons: Mapping[Language, Lexicon]) -> PastWorkProblem | None:
    """What keeps these words out of a greeting; None when nothing does. Empty words are fine: they add nothing."""
    if not words:
        return None
    if len(words) > MAX_CHARACTERS or len(words.split()) > MAX_WORDS or len(_HAN.findall(words)) > MAX_HAN:
        return "too_long"
    if not _PLAIN.match(words) or _SENTENCE.search(words) or words != " ".join(words.split()):
        return "not_plain"
    folded = fold(words)
    if any(lexicon.protected.search(folded) or lexicon.grave.search(folded) for lexicon in lexicons.values()):
        return "protected_topic"
    if any(pattern.search(folded) for _, patterns in FORBIDDEN for pattern in patterns):
        return "not_a_name"
    if any(pattern.search(folded) for pattern in _ADDRESSES):
        return "not_a_name"
    answer = AnswerText(turn_id="", text=words, language="en")
    return "not_a_name" if speaks_to_machine((answer,), lexicons) else None
