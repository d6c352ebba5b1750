"""What the words of a follow-up must and must not hold, beside the lexicon's protected and grave topics."""

from __future__ import annotations

import re

from realtime_scoring.lexicon import compile_pattern
from realtime_scoring.opinion.outcome import Refusal
from realtime_scoring.types import FollowUpKind, Language


def _either(en: list[str], zh: list[str]) -> tuple[re.Pattern[str], ...]:
    return compile_pattern(en, "en", "wording rules"), compile_pattern(zh, "zh-CN", "wording rules")


# Looked for in every language, in the question without its quote, folded. The first that is found gives the reason.
FORBIDDEN: tuple[tuple[Refusal, tuple[re.Pattern[str], ...]], ...] = (
    (
        Refusal.MARKUP,
        _either(
            ["https?|www|html|javascript|markdown|click here"],
            [r"[a-z0-9]\.(?:com|org|net|cn|io|dev)(?![a-z])|&[a-z#0-9]+;|点击"],
        ),
    ),
    (
        # What a question would ask for; the lexicon's topics are what an answer may touch.
        Refusal.TOPIC,
        _either(
            [
                "how old|born|birthplace|(?:come|came|are you) from|originally|native|mother tongue|accent|skin|"
                "hometown|parents?|mother|father|mom|dad|siblings?|relatives|relationship|dating|girlfriend|boyfriend|spouse|"
                "sick leave|treatment|hospital stay|body|weigh|how tall|you look|good looking|hair|clothes|veil|"
                "vote[ds]?|voting|elections?|party member|union|army|military|believe in|private life|personal life|"
                "living alone|plan to have"
            ],
            [
                "多大(?:了|年纪)?|几岁|哪年生|属什么|老家|哪里人|哪儿人|口音|方言|父母|父亲|母亲|爸|妈|兄弟|姐妹|亲戚|对象|"
                "恋人|谈朋友|生育|要孩子|生孩子|身高|体重|长相|外貌|皮肤|头发|信什么|投票|选举|入党|服役|当兵|私生活|个人生活"
            ],
        ),
    ),
    (
        Refusal.PRIVATE_DATA,
        _either(
            [
                "passwords?|e-?mail|phone(?: number)?|(?:home|street|postal|your) address|passport|social security|"
                "bank (?:account|card|details)|credit card|"
                "card number|account number|pin|date of birth|birthday|surname|full name|salary|wages?|paid|"
                "where (?:do|did) you live|facebook|instagram|linkedin|social media"
            ],
            [
                "密码|邮箱|邮件地址|电话号码|手机号|住址|住在哪|地址|身份证|护照|银行|信用卡|卡号|账号|生日|出生|全名|"
                "工资|薪资|薪水|月薪|年薪|收入多少|微信号|抖音|微博"
            ],
        ),
    ),
    (
        Refusal.SCORE_TALK,
        _either(
            [
                "scor(?:e|es|ed|ing)|rat(?:ed|ing|ings)|points|grades?|graded|full marks|levels?|rank(?:ed|ing)?|"
                "hire|hired|hiring|job offer|shortlist(?:ed)?|reject(?:ed)?|this interview|the interview|"
                "as an ai|language model|prompts?|instructions?|ignore|candidates?"
            ],
            [
                "分数|打分|评分|得分|高分|满分|几分|等级|评级|排名|录用|录取|淘汰|面试|应聘|候选人|系统提示|"
                "提示词|指令|忽略|作为(?:一个)?(?:ai|人工智能)|语言模型"
            ],
        ),
    ),
    (
        Refusal.NOT_NEUTRAL,
        _either(
            [
                "great|excellent|impressive|impressed|amazing|fantastic|wonderful|brilliant|awesome|perfect|well done|"
                "good (?:job|answer|work)|congratulations|unfortunately|disappoint[a-z]*|poor|weak|vague|bad answer|"
                "honest(?:ly)?|lying|lied?|really (?:true|happen)|believe you|doubt|"
                "stupid|idiot(?:ic)?|dumb|lazy|useless|incompetent|shame(?:ful)?|your (?:own )?fault|blame[ds]?"
            ],
            [
                "很好|太好了|非常好|真好|很棒|太棒|优秀|出色|精彩|厉害|了不起|完美|恭喜|遗憾|失望|太差|不够好|"
                "说谎|撒谎|骗|真的吗|怀疑|老实说|笨|愚蠢|白痴|偷懒|懒惰|废物|没用|丢脸|丢人|您的错|怪您"
            ],
        ),
    ),
    (
        Refusal.LEADING,
        _either(
            [
                "(?:did|do|does|was|were|is|are|would|could|should|have|has)n't (?:you|it|that|they|there|this)",
                r"(?:right|correct|true|yes|no|okay|agreed)(?= ?\?)",
                "surely|obviously|of course|clearly|presumably|no doubt|must have|i (?:assume|guess|suppose|think)|"
                "would you agree|don't you (?:think|agree)|was it because|so you (?:were|are|did|had|could)|"
                "you (?:always|never)|admit(?:ted)?|even though you|why did(?:n't| not)",
            ],
            [
                "对吧|是吧|对吗|对不对|是不是|是吗|难道|肯定是|一定是|想必|显然|当然|不觉得|不认为|不是吗|"
                "我(?:想|猜|认为|觉得)|您?承认|为什么(?:不|没)|应该是因为|是因为|所以您(?:是|就|才)"
            ],
        ),
    ),
)

ASKING: dict[Language, re.Pattern[str]] = {
    "en": compile_pattern(
        ["what|which|how|when|where|who|can you|could you|would you|did you|do you|was|were|is|are|tell me"],
        "en",
        "wording rules",
    ),
    "zh-CN": compile_pattern(
        ["什么|怎么|怎样|如何|哪|谁|多少|几|吗|呢|能否|是否|能不能|可以不可以"], "zh-CN", "wording rules"
    ),
}
"""A question of this language has one of these."""

REPORTING = _either(
    ["you(?:'ve| have| just| also)? (?:said|say|mentioned|told|stated|claimed|described|wrote|explained)"],
    ["(?:您|你)(?:刚才|刚刚|之前|也|还)?(?:说|提到|讲|谈到|表示|描述|写道)"],
)
"""Says what somebody said: only with their own words."""

_ASKS_FOR: tuple[tuple[FollowUpKind, str, str], ...] = (
    (
        "specific_example",
        "examples?|(?:a|one|specific|particular) (?:time|occasion|case|instance|situation)|once",
        "例子|举例|哪一次|某一次|一次|具体的?(?:事|经历|情况)",
    ),
    (
        "own_part",
        "(?:you|yourself) (?:personally|yourself|do|did|take|take on|contribute|handle|play)|"
        "your (?:own |personal |exact |specific )?(?:part|role|contribution|actions?|steps?|share)|"
        "yourself|personally",
        "本人|自己|亲自|个人|您(?:具体)?(?:做|负责|承担|采取|怎样|怎么|如何)|您的(?:角色|分工|部分|贡献)",
    ),
    (
        "result",
        "results?|outcomes?|effects?|impacts?|happened|end|ended|come of|came of|change|changed|turn out|"
        "turned out|difference|measure|measured",
        "结果|效果|影响|最后|最终|变化|改变|怎么样了|衡量",
    ),
    (
        "quantity",
        "numbers?|figures?|how (?:much|many|often|long|far|large|big)|percent|percentage|compare|compared|"
        "before and after|quantify",
        "数字|数据|多少|几|百分|比例|对比|前后|多久|量化",
    ),
    (
        "context",
        "when|where|task|role|responsib[a-z]+|situation|circumstances|background|goal|context",
        "什么时候|何时|哪里|哪儿|在哪|任务|角色|职责|背景|情况|目标",
    ),
)
ASKS_FOR: dict[Language, dict[FollowUpKind, re.Pattern[str]]] = {
    "en": {kind: compile_pattern([text], "en", "wording rules") for kind, text, _ in _ASKS_FOR},
    "zh-CN": {kind: compile_pattern([text], "zh-CN", "wording rules") for kind, _, text in _ASKS_FOR},
}
"""A question of this kind holds one of these: otherwise it asks something else."""
