"""When a running answer ends: pure, on the interview clock, from silence and how complete the words are.

Being cut off while thinking is what candidates mind most, so every doubt is decided for waiting.
"""

from __future__ import annotations

import re

from realtime_scoring.types import Language, TurnDeadline, TurnFacts, TurnProfile

_THINKING = re.compile(
    r"(?:(?<![a-z])(?:let me (?:think|see|remember)|let's see|give me (?:a|one) (?:second|moment|minute|sec)"
    r"|(?:one|just a|wait a) (?:second|moment|minute|sec)|hold on|i need (?:a|one) (?:moment|minute|second)"
    r"|i(?:'m| am) (?:still )?thinking|how (?:do|should|can) i (?:say|put)(?: it| this| that)?)"
    r"(?:,? (?:about|that|this|it|for|a|an|one|just|moment|second|minute|bit|again|please|here|back|how|to|best))*"
    r"|(?:让我|容我|我)(?:再|先)?(?:好好)?(?:想|考虑|回忆)(?:一?想|一?下|一会儿?|想看)+(?:啊|吧|哈)?"
    r"|让我想|稍等(?:一下|片刻)?|等一下|等等|请等我?一下|给我(?:一点时间|几秒|一分钟)|怎么说呢)"
    r"[\s.,;:!?…。，、！？]*$"
)
_ENGLISH_HANGING = re.compile(
    r"(?:^|[^a-z'])(?:and|but|or|so|because|then|if|when|while|that|which|who|where|the|an?|to|of|in|on|at|for|with"
    r"|from|by|about|my|our|his|her|their|is|are|was|were|i|we|he|she|they|it was|like|also|as|than|u+h*m+|uh+|erm*"
    r"|hmm+|well|you know|i mean|for example|such as)[\s,;:…-]*$"
)
_CHINESE_HANGING = re.compile(
    r"(?:然后|因为|所以|但是|可是|不过|而且|并且|还有|以及|或者|如果|虽然|就是|就是说|那个|这个|比如|例如|首先|其次|另外|后来|于是|结果"
    r"|和|跟|与|在|把|被|对|给|让|我|我们|的|是|嗯+|呃+|额|啊)[\s，,、；;：:…]*$"
)
_FINISHED = re.compile(r"[.!?。！？]['\"”’)）\s]*$")
_TRAILING_OFF = re.compile(r"(?:\.\.+|…)\s*$")


def next_deadline(facts: TurnFacts, profile: TurnProfile) -> TurnDeadline | None:
    """The next thing that happens if nothing is said or pressed; the time limit stands always.

    Silences are stretched by `time_multiplier`; the least amount of speech is not, since it is no patience, nor is the
    limit, which the facts state as this candidate has been told it.
    """
    limit = TurnDeadline(facts.listening_since_ms + facts.time_limit_ms, "end_time_limit")
    if facts.speaking:
        return limit
    silence = _silence_deadline(facts, profile)
    return silence if silence is not None and silence.at_ms < limit.at_ms else limit


def _silence_deadline(facts: TurnFacts, profile: TurnProfile) -> TurnDeadline | None:
    if facts.speech_stopped_at_ms is not None and facts.speech_ms >= profile.minimum_speech_ms:
        patience_ms = _stretch(find_patience_ms(facts.text, facts.language, profile), profile)
        return TurnDeadline(_after_moment(facts.speech_stopped_at_ms + patience_ms, facts), "end_silence")
    if facts.resumed_at_ms is not None and facts.speech_stopped_at_ms is None:
        # Finding back into one's answer takes longer than a pause in it.
        patience_ms = _stretch(profile.nudge_silence_ms, profile)
        return TurnDeadline(_after_moment(facts.resumed_at_ms + patience_ms, facts), "end_silence")
    if facts.nudged:
        return None
    # Nothing said yet, or no more than a cough.
    quiet_since_ms = facts.listening_since_ms if facts.speech_stopped_at_ms is None else facts.speech_stopped_at_ms
    return TurnDeadline(_after_moment(quiet_since_ms + _stretch(profile.nudge_silence_ms, profile), facts), "nudge")


def find_patience_ms(text: str, language: Language, profile: TurnProfile) -> int:
    """Unstretched patience by the last words heard so far."""
    ending = text.strip().lower().replace("’", "'")
    if _THINKING.search(ending):
        return profile.thinking_silence_ms
    return profile.complete_silence_ms if _is_complete(ending, language) else profile.incomplete_silence_ms


def _is_complete(ending: str, language: Language) -> bool:
    if not _FINISHED.search(ending) or _TRAILING_OFF.search(ending):
        return False
    # A recogniser may set a full stop after a hanging word.
    words = ending.rstrip(" .!?。！？'\"”’)）")
    hanging = _CHINESE_HANGING if language == "zh-CN" else _ENGLISH_HANGING
    return bool(words) and not hanging.search(words)


def _after_moment(at_ms: int, facts: TurnFacts) -> int:
    return at_ms if facts.moment_until_ms is None else max(at_ms, facts.moment_until_ms)


def _stretch(duration_ms: int, profile: TurnProfile) -> int:
    return round(duration_ms * profile.time_multiplier)
