"""Questions and answers that the scoring tests share: the same stories in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import HealthCheck, settings

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import AnswerText, Assessment, Language, Question, QuestionKind, TimedWord

ENGINE = ScoringEngine.default()

UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For every property test: how busy the machine is must not decide whether it passes."""

QUESTIONS: dict[Language, dict[str, tuple[str, QuestionKind, tuple[str, ...]]]] = {
    "en": {
        "introduction": (
            "Please introduce yourself. What is your experience, and why does this position interest you?",
            "introduction",
            ("communication", "learning"),
        ),
        "customer": (
            "Tell me about a time when you had to deal with an unhappy customer.",
            "behavioural",
            ("customer_focus", "communication", "ownership"),
        ),
        "teamwork": (
            "Tell me about a time when your team had to solve a difficult problem.",
            "behavioural",
            ("teamwork", "problem_solving"),
        ),
        "logic": (
            "A shop sold 20 percent more in May than in April, but its profit fell."
            " Give two possible reasons and say how you would check each of them.",
            "logic",
            ("problem_solving",),
        ),
    },
    "zh-CN": {
        "introduction": (
            "请做一下自我介绍:您有哪些经验?为什么对这个岗位感兴趣?",
            "introduction",
            ("communication", "learning"),
        ),
        "customer": (
            "请讲一次您处理客户投诉的经历。",
            "behavioural",
            ("customer_focus", "communication", "ownership"),
        ),
        "teamwork": ("请讲一次您的团队解决困难问题的经历。", "behavioural", ("teamwork", "problem_solving")),
        "logic": (
            "一家商店五月的销量比四月多百分之二十,利润却下降了。请给出两个可能的原因,并说明您会怎样核实。",
            "logic",
            ("problem_solving",),
        ),
    },
}

ANSWERS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "introduction": (
            "Hello. I am a software engineer. I have five years of experience in a small company. I work with customers"
            " every day and I usually help the team with difficult problems. I like this position because I want to"
            " learn new things.",
            "Last year our system was slow and customers were angry. I found the problem in the database and I wrote a"
            " new plan. As a result the system was twice as fast after two weeks.",
            "I learned to listen first and to measure before I change things. Next time I would ask for help sooner.",
        ),
        "customer": (
            "Last year a customer was very angry because the order was late. We called the customer and we fixed the"
            " problem. The customer was happy.",
            "I called the customer the same day. I listened to the problem and I explained the delay. Then I sent a new"
            " order. As a result we reduced late orders by twenty percent in three months.",
            "I learned that a customer wants a clear answer. Now I call every customer on the first day.",
        ),
        "teamwork": (
            "Two years ago my team had three weeks to test a new system and two people were ill. My task was to write"
            " the plan. First I talked to every person in the team. Then I made a list of the tests and shared the work"
            " with the team. As a result we finished one week early and found forty errors.",
            "I measured the errors every week. We had forty errors in the first week and only two errors in the last"
            " week.",
            "I talked to the team every day and I made the plan myself.",
        ),
        "logic": (
            "The cost of each product may have risen, or the shop gave larger discounts. First I would compare the cost"
            " per product in both months. Then I would compare the average price and the number of discounts. If the"
            " price fell while the cost stayed the same, the discounts are the reason.",
        ),
    },
    "zh-CN": {
        "introduction": (
            "你好。我是一名软件工程师。我有五年的工作经验。我每天和客户一起工作,我平时帮助团队解决问题。"
            "我喜欢这个岗位,因为我想学习新的东西。",
            "去年我们的系统很慢,客户很生气。我发现了数据库的问题,我写了一个新的计划。结果两个星期以后系统快了一倍。",
            "我学到了先听客户的问题,再做决定。下次我会早一点请大家帮助。",
        ),
        "customer": (
            "去年一个客户很生气,因为订单晚了。我们给客户打了电话,我们解决了问题。客户很高兴。",
            "我当天给客户打了电话。我听了客户的问题,然后我写了一个新的计划。结果三个月以后晚的订单减少了百分之二十。",
            "我学到了客户想要清楚的回答。现在我每天给客户打电话。",
        ),
        "teamwork": (
            "两年以前我的团队要用三个星期测试一个新的系统。我的任务是写计划。首先我和大家谈了话。"
            "然后我写了一个测试的列表。结果我们早一个星期完成了,发现了四十个错误。",
            "我每个星期检查错误。第一个星期有四十个错误,最后一个星期只有两个错误。",
            "我每天和团队谈话,我自己写了计划。",
        ),
        "logic": (
            "可能是每件商品的成本上升了,也可能是折扣更多了。首先我会比较两个月的单位成本。"
            "然后我会比较平均价格和折扣的数量。如果价格下降而成本不变,原因就是折扣。",
        ),
    },
}

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
STORIES = ("introduction", "customer", "teamwork", "logic")


@dataclass(frozen=True, slots=True)
class Told:
    question: Question
    answers: tuple[AnswerText, ...]

    @property
    def assessment(self) -> Assessment:
        return ENGINE.assess(self.question, self.answers)


def ask(story: str, language: Language = "en", *, follow_up_limit: int = 2) -> Question:
    text, kind, competencies = QUESTIONS[language][story]
    return Question(story, text, kind, competencies, follow_up_limit, language)


def tell(story: str, language: Language = "en", *, turns: int = 1, bare: bool = False) -> Told:
    texts = ANSWERS[language][story][:turns]
    return Told(
        ask(story, language),
        tuple(
            say(without_marks(text, language) if bare else text, language, turn_id=f"turn-{index}")
            for index, text in enumerate(texts)
        ),
    )


def say(
    text: str, language: Language = "en", *, turn_id: str = "turn-0", asr_confidence: float | None = None
) -> AnswerText:
    return AnswerText(turn_id, text, language, timed_words(text), asr_confidence)


def timed_words(text: str) -> tuple[TimedWord, ...]:
    """Words of 300 ms and pauses of 100 ms; two characters make a word where there are no spaces."""
    return tuple(
        TimedWord(match.start(), match.end(), 1000 + 400 * index, 1300 + 400 * index)
        for index, match in enumerate(re.finditer(r"[\u4e00-\u9fff]{1,2}|[^\s\u4e00-\u9fff]+", text))
    )


def without_marks(text: str, language: Language) -> str:
    """As a recogniser without punctuation writes: lower case, no marks."""
    bare = re.sub(r"[.,;:!?。，、：；？]", " " if language == "en" else "", text).lower()
    return re.sub(r"\s+", " ", bare).strip()


def levels(assessment: Assessment) -> dict[str, int | None]:
    return {level.competency: level.level for level in assessment.levels}
