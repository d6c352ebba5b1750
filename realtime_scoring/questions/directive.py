"""What a person whispers to the interviewer ("ask about the budget"), into words for the candidate's ears."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.outcome import Refusal
from realtime_scoring.opinion.wording_rules import FORBIDDEN
from realtime_scoring.text import fold
from realtime_scoring.types import Language

RequestProblem = Literal["empty", "verbatim_needed", "other_language"]

_ORDER: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:please )?(?:ask|find out|inquire|enquire|probe|dig into|press|follow up)\b"
        r"(?: (?:him|her|them|the candidate|the applicant))?(?: (?:more|again))?"
        r"(?: (?:about|on|for|into|after))?(?:\s+|$)",
        re.IGNORECASE,
    ),
    "zh-CN": re.compile(
        r"^(?:请)?(?:再|追)?(?:问|了解|打听|聊)(?:问|一?下|一问)?(?:他|她|对方|候选人|求职者)?(?:关于)?"
    ),
}
_ASKED: dict[Language, str] = {
    "en": "I would like to hear more about one point: {topic}. Could you tell me about it?",
    "zh-CN": "我还想了解一点：{topic}。请您说一说，好吗？",
}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_WHOLE = re.compile(
    r"[?？]\s*$|^(?:what|which|who|how|why|when|where|(?:can|could|do|did|have|would) you|tell me)\b|吗$|呢$",
    re.IGNORECASE,
)


def check_request(text: str, language: Language, *, verbatim: bool) -> RequestProblem | None:
    """Why no words can be made of it; None: they can. A whole question is read as it stands, and only on demand."""
    text = text.strip()
    if not text or not (verbatim or _topic(text, language)):
        return "empty"
    han, latin = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))
    if (language == "en" and han > latin) or (language == "zh-CN" and not han and latin > 3):
        return "other_language"
    return "verbatim_needed" if not verbatim and _WHOLE.search(text) else None


def word_request(text: str, language: Language) -> str:
    """A question out of what was whispered, which `check_request` has let through."""
    return _ASKED[language].replace("{topic}", _topic(text.strip(), language))


def find_protected(text: str, lexicons: Mapping[Language, Lexicon]) -> str:
    """The first words that touch a protected topic, in any language; empty: none do. Common wordings are caught, not
    all there are."""
    folded = fold(text)
    patterns = [lexicon.protected for lexicon in lexicons.values()]
    patterns += [pattern for refusal, several in FORBIDDEN if refusal is Refusal.TOPIC for pattern in several]
    return next((match[0] for pattern in patterns if (match := pattern.search(folded))), "")


def _topic(text: str, language: Language) -> str:
    return _ORDER[language].sub("", text, count=1).strip().rstrip(".。!！,，;；").strip()
