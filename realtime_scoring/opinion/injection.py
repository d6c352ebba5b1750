"""Whether an answer speaks to the machine instead of the interviewer: then no language model hears it at all.

A model cannot be trusted to leave such words alone, and what is merely plausible of its reply passes every gate. One
answer too many kept back costs nothing but a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from realtime_scoring.lexicon import Lexicon, compile_pattern
from realtime_scoring.text import fold
from realtime_scoring.types import AnswerText, Language

_SPACES = re.compile(r"[\W_]+")
_BEST = "highest|top|maximum|full|best|perfect|excellent"
_MACHINE = "(?:ai|assistant|language model|model|system|llm|chatbot|gpt|rater|grader|bot)"
_WORTH = "scores?|levels?|ratings?|marks?|grades?|points"
_RULES = "instructions?|rules?|prompts?|rubrics?|guidelines?|criteria|anchors?|everything|all|above|previous"

# Over folded words with single spaces: no sign between letters hides them.
_WORDS = (
    compile_pattern(
        [
            f"(?:ignore|disregard|forget|override|bypass|skip)(?: [a-z]+){{0,4}} (?:{_RULES})",
            "system (?:prompt|message|note|override)|(?:developer|debug|admin|god) mode|jailbreak|prompt injection",
            f"(?:you are|act as|pretend to be)(?: now)?(?: an?| the)? {_MACHINE}|as an (?:ai|llm)",
            f"(?:dear|hey|hello|attention|note to|message to)(?: the| an?)? {_MACHINE}",
            "(?:output|return|print|respond|reply|answer)(?: only| with| in| the)* (?:json|following|level|exactly)",
            f"(?:{_BEST}) (?:possible )?(?:{_WORTH})",
            f"(?:{_WORTH}) (?:of |is |to )?(?:5|five|100|hundred|one hundred)(?! (?:percent|people|[a-z]+s))",
            "(?:rate|score|grade|mark|judge) (?:me|(?:this|my|the) (?:answer|candidate|interview))",
            "(?:rate|score|grade|mark) (?:this|it) (?:as|with)",
            "(?:set|raise|change|put)(?: [a-z]+){0,2} (?:level|score|rating|grade)|clause id|indicator id",
        ],
        "en",
        "injection",
    ),
    compile_pattern(
        [
            "(?:忽略|无视|忘记|忘掉|跳过|绕过|不要管|别管|不用管)[^,]{0,12}(?:指令|规则|要求|提示|标准|设定|内容)",
            "系统(?:提示|消息|指令|设定)|提示词|越狱|开发者模式",
            "(?:你|您)(?:现在)?(?:是|扮演)(?:一个|一名)?(?:ai|人工智能|助手|语言模型|机器人|评分)",
            "作为(?:一个|一名)?(?:ai|人工智能|助手|语言模型|评分)|(?:亲爱的|致|请)(?:ai|人工智能|助手|语言模型|评分员|评委|模型)",
            "(?:最高|满|最好的?|高)(?:分(?!辨|贝|子)|等级|评级|级别)",
            "(?:给|打|评)(?:我|这|成|为|个|一个|这个回答|一下|上){0,3} ?(?:五|一百|5|100) ?(?:分|级)(?!钟|之)",
            "(?:输出|返回|打印|回复|只回答)[^,]{0,6}(?:json|以下|如下|等级|分数)",
        ],
        "zh-CN",
        "injection",
    ),
)
_SIGNS = re.compile(
    r"<<<|>>>|<\||\|>|</?[a-z]+>|\[/?[a-z]+\]|```|#{3,}|\{[^{}]{0,80}:|(?:^|[\s.])(?:system|assistant|user) ?:"
)
"""Signs that nobody speaks: marks by which models tell who says what."""


def speaks_to_machine(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    return any(_speaks(answer.text, lexicons) for answer in answers)


def _speaks(text: str, lexicons: Mapping[Language, Lexicon]) -> bool:
    folded = fold("".join(sign if sign.isprintable() else " " for sign in text))
    words = _SPACES.sub(" ", folded)
    together = words.replace(" ", "")
    return (
        _SIGNS.search(folded) is not None
        or any(pattern.search(words) for pattern in _WORDS)
        or _WORDS[1].search(together) is not None
        or any(lexicon.to_the_rater.search(words) for lexicon in lexicons.values())
    )
