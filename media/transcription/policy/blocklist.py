"""What recognisers trained on films say into silence. People say some of it too: `invented` asks for evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from media.transcription.policy.simplified import simplify

BlockKind = Literal["credits", "polite"]

LONGEST = 400
"""Characters. Films end sooner; what goes on for longer because it goes in circles is shortened before."""

# Nothing that has been matched is given back (possessive, atomic): each text is read once from its beginning, whatever
# it repeats. So an alternative stands before those that it begins with, and what may be followed by anything stops
# where the next phrase begins.
_CREDITS_SPACED = (
    r"(?:thank you|thanks?+)(?: so much| very much| all| everyone)?+ for (?:watching|viewing|listening|your attention)",
    r"(?:please |and |dont forget to |don't forget to )*+(?:like |comment |share |and )*+subscribe"
    r"(?: (?:to|and|my|our|the|this|channel|like|share|comment|for|more|videos|hit|bell|button|press"
    r"|notification)\b)*+",
    r"(?:i'll |i will |we'll )?+see you (?:all )?+(?:in (?:the |my |our )?+)?+next (?:time|video|one|episode)",
    r"(?:subtitles?+|subtitled|captions?+|captioned|transcription|transcribed|translated|translation)"
    r"(?: (?:created|made|provided))?+ by(?: (?!thanks?\b|please\b|see you\b)\S++){1,8}+",
    r"(?:the )?+amara ?+org(?: community)?+",
    r"if you (?:like|enjoyed?+) (?:this|the) video(?: (?!please\b|subscribe\b|thanks?\b|see you\b)\S++){0,12}+",
)
_CREDITS_CHINESE = (
    r"(?:中文)?+字幕(?:由|by|制作|提供|志愿者|组|校对|翻译|后期)(?:(?!字幕|请|感谢|谢谢|下期|优优).){0,24}+",
    r"请?+(?:大家)?+(?:不吝|记得|别忘了|帮忙)?+(?:点个?+赞|订阅|转发|打赏|关注|收藏|投币|一键三连)"
    r"(?:点个?+赞|订阅|转发|打赏|关注|收藏|投币|支持|和|与|并|我们?+|的|频道|小铃铛|按下|开启|明镜|点点|栏目)*+",
    r"(?:感谢|谢谢)(?:大家|各位|你们|您)?+的?+(?:观看|收看|收听|聆听|支持|订阅)",
    r"(?:我们)?+下(?:期|集|次|个)(?:视频|节目)?+(?:再见|再会|见)",
    r"优优独播剧场(?:(?!字幕|请|感谢|谢谢|下期|优优).){0,40}+",
    r"(?:作词|作曲|编曲|词曲|演唱)(?:(?!作词|作曲|编曲|词曲|演唱).){1,12}+",
)
_POLITE = (
    r"(?:okay |and )?+(?:thank you|thanks?+)(?: so much| very much| all| everyone)?+",
    r"(?:good)?+bye(?: ?+bye)?+",
    r"you|oh|so|okay|hmm?+|uh|um|yeah|the|i'm sorry|all right|music|applause|silence",
    r"谢谢(?:大家|你|您)?+|嗯|啊|哦|好的?+|拜拜|再见|你好|音乐|掌声",
)


def match_blocked(keys: Sequence[str]) -> BlockKind | None:
    """Of a whole text in compared keys (see `tokens.normalise`), whatever the interview's language and script: a
    recogniser forgets itself in either."""
    spaced, joined = " ".join(keys), simplify("".join(keys))
    if not joined or len(spaced) > LONGEST:
        return None
    if _CREDITS_IN_WORDS.fullmatch(spaced) or _CREDITS_IN_CHARACTERS.fullmatch(joined):
        return "credits"
    if _POLITE_IN_WORDS.fullmatch(spaced) or _POLITE_IN_CHARACTERS.fullmatch(joined):
        return "polite"
    return None


def _repeated(patterns: Sequence[str], separator: str) -> re.Pattern[str]:
    """One of the patterns, or several one behind the other."""
    one = "|".join(f"(?:{pattern})" for pattern in patterns)
    one = f"(?>(?:{one})(?=\\s|\\Z))" if separator else f"(?>{one})"
    return re.compile(f"{one}(?:{separator}{one})*+")


_CREDITS_IN_WORDS = _repeated(_CREDITS_SPACED, " ")
_CREDITS_IN_CHARACTERS = _repeated(_CREDITS_CHINESE, "")
_POLITE_IN_WORDS = _repeated(_POLITE, " ")
_POLITE_IN_CHARACTERS = _repeated(_POLITE, "")
