"""The words of explanations, in both languages: plain ones, and none about how something was said."""

from __future__ import annotations

from realtime_scoring.explain.types import ChangeKind, ReasonCode
from realtime_scoring.types import Language

Texts = dict[Language, str]

REACHED: Texts = {
    "en": "{name}: the answer reached step {level} of 5. {anchor}",
    "zh-CN": "{name}：回答达到第 {level} 级（共 5 级）。{anchor}",
}
HIGHEST_REACHED: Texts = {"en": "That is the highest step.", "zh-CN": "这是最高一级。"}
NEXT: Texts = {"en": "The next step, {level} of 5: {anchor}", "zh-CN": "下一级是第 {level} 级：{anchor}"}
MISSING: Texts = {
    "en": "The answer would have reached it with: {changes}.",
    "zh-CN": "如果再有以下内容，回答就会达到这一级：{changes}。",
}
WITHOUT_COUNTER: Texts = {
    "en": "It would also have been reached without this, which counted against it: {labels}.",
    "zh-CN": "如果没有以下不利的内容，回答也会达到这一级：{labels}。",
}
NOT_ENOUGH: Texts = {
    "en": "{name}: there was not enough to go on. This counts neither for nor against anybody.",
    "zh-CN": "{name}：没有足够的内容可以说明这一点。这既不是优点，也不是缺点。",
}
GENERAL_REMARK: Texts = {"en": "told in general, so it counts less", "zh-CN": "说得比较笼统，所以分量较轻"}

REASONS: dict[ReasonCode, Texts] = {
    "unanswered": {"en": "The question was not answered.", "zh-CN": "这个问题没有得到回答。"},
    "too_short": {
        "en": "The answer has too few words to tell anything from it.",
        "zh-CN": "回答的字数太少，看不出什么。",
    },
    "off_topic": {
        "en": "The answer was about something other than the question.",
        "zh-CN": "回答的内容与问题无关。",
    },
    "low_asr_confidence": {
        "en": "The words were not understood well enough by the machine. That is no fault of the answer.",
        "zh-CN": "机器没有听清这些话。这不是回答的问题。",
    },
    "no_scale": {
        "en": "There is no description of this competency here.",
        "zh-CN": "这里没有关于这项能力的说明。",
    },
}

CHANGES: dict[ChangeKind, Texts] = {
    "event": {
        "en": "one real occasion, with what happened and what was done then",
        "zh-CN": "一次真实的经历：发生了什么，当时做了什么",
    },
    "behaviour": {
        "en": "{number} more {things} done of this kind, such as: {labels}",
        "zh-CN": "再说出{number}个属于这一项的行为，例如：{labels}",
    },
    "concrete": {
        "en": "what exactly was done on that occasion, instead of in general: {labels}",
        "zh-CN": "具体说明当时做了什么，而不是笼统地说：{labels}",
    },
    "own_action": {"en": "something you did yourself", "zh-CN": "您本人做的一件具体的事"},
    "own_part": {
        "en": "your own part in it: what you did yourself of what was done together",
        "zh-CN": "您本人在其中的作用：大家一起做的事里，哪些是您做的",
    },
    "measured_result": {
        "en": "what came of it, with a number or a before and after",
        "zh-CN": "有数字或前后对比的结果",
    },
    "reflection": {
        "en": "what you learned from it, or do differently since",
        "zh-CN": "从中学到了什么，或之后有什么改变",
    },
}
IMAGINED_CHANGES: dict[ChangeKind, Texts] = {
    "behaviour": {
        "en": "{number} more {things} you would do of this kind, such as: {labels}",
        "zh-CN": "再说出{number}个您会采取的、属于这一项的做法，例如：{labels}",
    },
    "concrete": {
        "en": "what exactly you would do, instead of in general: {labels}",
        "zh-CN": "具体说明您会怎么做，而不是笼统地说：{labels}",
    },
}
"""For questions that ask what one would do; all others as above."""

IMAGINED_ACT: Texts = {"en": "a step one would take", "zh-CN": "会采取的一个步骤"}
FURTHER_ACTS: Texts = {"en": "{number} more {things} done on the matter", "zh-CN": "再说出{number}个与此有关的行动"}
"""Where every kind of behaviour is shown already."""

BETWEEN: Texts = {"en": "; ", "zh-CN": "；"}
BETWEEN_LABELS: Texts = {"en": ", ", "zh-CN": "、"}
NUMBERS: dict[Language, tuple[str, ...]] = {
    "en": ("one", "two", "three", "four", "five", "six"),
    "zh-CN": ("一", "两", "三", "四", "五", "六"),
}
