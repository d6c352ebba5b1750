"""What reaches or identifies a person, by its form, in English and Chinese, written or spoken out.

Too much rather than too little: what is hidden is hidden from the model only, and quotes are led back to the original.
"""

from __future__ import annotations

import re
from typing import Literal

Token = Literal["[EMAIL]", "[LINK]", "[ID]", "[PHONE]", "[HANDLE]", "[PERSON]", "[SCHOOL]", "[FIRM]"]

LETTER = r"0-9a-z\u00c0-\u024f"
"""What makes up a Latin word in folded text: `\\w` would take the Chinese characters beside it too."""

_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_HAN_DIGIT = "[零〇一幺二两三四五六七八九]"
_ENDINGS = "com|org|net|edu|gov|cn|io|dev|app|info|de|fr|uk|jp|eu"
_YEARS_OR_DATE = r"(?!(?:19|20)\d\d[ .-]{1,2}(?:(?:19|20)\d\d|\d{1,2}[ .-]\d{1,2})(?!\d))"
_NO_NAME = "and|i|but|so|from|because|today|the|a|an|am|is|was|who|which|in|at|of|or|it|you|we|my"

_FOLDED: tuple[tuple[Token, str], ...] = (
    ("[EMAIL]", r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
    (
        "[EMAIL]",
        r"(?<![a-z0-9])[a-z0-9]+(?: (?:dot|underscore|dash) [a-z0-9]+){0,4} at [a-z0-9]+(?: dot [a-z]{2,4}){1,2}"
        r"(?![a-z0-9])",
    ),
    ("[EMAIL]", r"(?<![a-z0-9._-])[a-z0-9._-]+(?:艾特|圈a)[a-z0-9]+(?:点|\.)[a-z]{2,4}(?![a-z])"),
    ("[LINK]", r"(?:https?|ftp)://[!-~]+"),
    ("[LINK]", r"(?<![a-z0-9])www\.[a-z0-9.-]+(?:/[!-~]*)?"),
    ("[LINK]", rf"(?<![a-z0-9.@-])(?:[a-z0-9-]+\.)+(?:{_ENDINGS})(?![a-z0-9-])(?:/[!-~]*)?"),
    ("[ID]", r"(?<![a-z0-9])(?:\d{17}[\dx]|\d{15})(?![a-z0-9])"),
    ("[ID]", r"(?<!\d)(?:\d{4}[ -]?){3}\d{1,7}(?!\d)"),
    ("[ID]", r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)"),
    ("[ID]", r"(?<![a-z0-9])[a-z]{1,2}\d{6,9}[a-z]?(?![a-z0-9])"),
    (
        "[ID]",
        r"(?<![a-z])(?:passport|student|employee|staff|account|card|social security|id)(?: card)?"
        r"(?: (?:number|no\.?|id))?(?: is| was|:)? ?(?P<hidden>[a-z]{0,4}\d[\d-]{3,30}[a-z]?)(?![a-z0-9])",
    ),
    (
        "[ID]",
        r"(?:身份证|护照|学号|工号|卡号|账号|社保|证件)(?:号码|号)?(?:是|为|:)?"
        r"(?P<hidden>[ a-z]{0,4}\d[\dx -]{3,30})",
    ),
    ("[PHONE]", rf"(?<![\d.]){_YEARS_OR_DATE}(?:\+|00)?\(?\d(?:[ ().-]{{0,2}}\d){{6,14}}(?!\d)"),
    ("[PHONE]", rf"(?<![a-z])(?:(?:{_DIGIT}|double|triple)[ ,-]{{1,2}}){{6,20}}(?:{_DIGIT})(?![a-z])"),
    ("[PHONE]", rf"{_HAN_DIGIT}(?:[ ,、]?{_HAN_DIGIT}){{6,20}}"),
    ("[HANDLE]", r"(?<![a-z0-9])@[a-z0-9_]{2,}"),
    (
        "[HANDLE]",
        r"(?:wechat|weixin|whatsapp|telegram|skype|qq|微信|扣扣)(?: id| number|号码|号)?(?: is|是|为|:)? ?"
        r"(?P<hidden>(?=[a-z-]*[\d_])[a-z0-9_-]{5,})",
    ),
    (
        "[PERSON]",
        r"(?<![a-z])(?:my name(?: is|'s)|i am called|i'm called|(?:people|just|can) call me) "
        rf"(?P<hidden>[a-z\u00c0-\u024f'-]+(?: (?!(?:{_NO_NAME})(?![a-z]))[a-z\u00c0-\u024f'-]+)?)",
    ),
    ("[PERSON]", r"(?<![a-z])(?:mr|mrs|ms|dr|prof)\.? (?P<hidden>[a-z\u00c0-\u024f'-]+)"),
    ("[PERSON]", r"(?:我叫|我的?名字(?:是|叫))(?P<hidden>(?![了他她它你大客])[\u4e00-\u9fff]{2,3})"),
    ("[PERSON]", r"我姓(?P<hidden>[\u4e00-\u9fff]{1,2})"),
    (
        "[PERSON]",
        r"(?P<hidden>[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗])"
        r"(?:先生|女士|小姐|经理|老师|主任|总(?![结是会体共部之算要]))",
    ),
    (
        "[SCHOOL]",
        r"(?<![a-z])(?:graduated from|studied at|student at|degree from) "
        r"(?P<hidden>[a-z]+(?: (?!(?:and|in|where|with|i|we|but|last|for|then|so)(?![a-z]))[a-z]+){0,4})",
    ),
    (
        "[SCHOOL]",
        r"(?:毕业于|就读于|考上了?|考入|来自|在|从|是|读|上|进了?)"
        r"(?P<hidden>(?![我你他她这那一某个])[\u4e00-\u9fff]{2,8}?(?:大学|学院|中学|职校|技校))",
    ),
)

FOLDED = tuple((token, re.compile(pattern)) for token, pattern in _FOLDED)
"""Over folded text. Where a pattern has a group `hidden`, that is what is hidden."""

_NAME = r"[A-Z][A-Za-z'&.-]+"
_SCHOOL = "University|College|Institute|Academy|High School|Grammar School"

CASED: tuple[tuple[Token, re.Pattern[str]], ...] = (
    ("[SCHOOL]", re.compile(rf"(?<![A-Za-z'&.-])(?:{_NAME} ){{1,4}}(?:{_SCHOOL})(?: of(?: {_NAME}){{1,3}})?")),
    ("[SCHOOL]", re.compile(rf"(?:University|College|Institute) of {_NAME}(?: (?:(?:at|in|and|of) )?{_NAME}){{0,3}}")),
)
"""Over the text as it is: capitals tell a name."""
