"""How an answer ends, with and without punctuation, in a table of last words."""

from __future__ import annotations

import pytest

from realtime_scoring.turns.completeness import _read_piece, read_told, weigh_told
from realtime_scoring.turns.endings import Ending, read_ending
from realtime_scoring.turns.interruption import Interruption, judge_interruption, judge_resumption
from realtime_scoring.types import Language, QuestionKind


@pytest.mark.parametrize(
    ("text", "language", "ending"),
    [
        ("", "en", Ending.EMPTY),
        ("  … ", "en", Ending.EMPTY),
        ("We fixed the server.", "en", Ending.FINISHED),
        ("We had fixed the server. He signed.", "en", Ending.SCRAP),
        ('She said "thank you."', "en", Ending.FINISHED),
        ("We fixed it, and", "en", Ending.HANGING),
        ("We fixed it because.", "en", Ending.HANGING),
        ("We fixed it, um.", "en", Ending.HANGING),
        ("We fixed the server and then...", "en", Ending.HANGING),
        ("I went to the.", "en", Ending.HANGING),
        ("So, for example.", "en", Ending.HANGING),
        ("I told him that it was a very", "en", Ending.HANGING),
        ("in the end i called", "en", Ending.HANGING),
        ("It took us about twenty.", "en", Ending.HANGING),
        ("We had a new.", "en", Ending.HANGING),
        ('and then she said "I never', "en", Ending.HANGING),
        ("I called him. When the server went down.", "en", Ending.HANGING),
        ("There were two reasons. First I had no money.", "en", Ending.HANGING),
        ("There were two reasons. First I had no money. Second I had no room.", "en", Ending.FINISHED),
        ("complaints went down by thirty percent", "en", Ending.ROUNDED),
        ("I phoned the manager of the hotel", "en", Ending.BARE),
        ("Let me think about that for a moment.", "en", Ending.THINKING),
        ("That is hard. Hold on", "en", Ending.THINKING),
        ("give me a second", "en", Ending.THINKING),
        ("I’m still thinking", "en", Ending.THINKING),
        ("He let me think, then I left.", "en", Ending.FINISHED),
        ("so yeah that's it", "en", Ending.SURE),
        ("I think that's all.", "en", Ending.SURE),
        ("I'm done", "en", Ending.SURE),
        ("Does that answer your question?", "en", Ending.QUESTION),
        ("could you repeat the question", "en", Ending.QUESTION),
        ("我们解决了问题。", "zh-CN", Ending.FINISHED),
        ("我们解决了问题", "zh-CN", Ending.ROUNDED),
        ("我们解决了问题，然后", "zh-CN", Ending.HANGING),
        ("我们解决了问题，因为。", "zh-CN", Ending.HANGING),
        ("我们用了那个。", "zh-CN", Ending.HANGING),
        ("嗯。", "zh-CN", Ending.HANGING),
        ("这是一个很重要的", "zh-CN", Ending.HANGING),
        ("成本降低了百分之", "zh-CN", Ending.HANGING),
        ("成本降低了百分之三十", "zh-CN", Ending.ROUNDED),
        ("成本降低了。当我接手这个项目的时候", "zh-CN", Ending.HANGING),
        ("客户说“我不想", "zh-CN", Ending.HANGING),
        ("让我想想。", "zh-CN", Ending.THINKING),
        ("这个问题，我想一下", "zh-CN", Ending.THINKING),
        ("让我再想一想啊", "zh-CN", Ending.THINKING),
        ("稍等。", "zh-CN", Ending.THINKING),
        ("客户让我等一下，我就等了。", "zh-CN", Ending.FINISHED),
        ("大概就是这样。", "zh-CN", Ending.SURE),
        ("就这些", "zh-CN", Ending.SURE),
        ("我说完了", "zh-CN", Ending.SURE),
        ("这样可以吗？", "zh-CN", Ending.QUESTION),
    ],
)
def test_last_words(text: str, language: Language, ending: Ending) -> None:
    assert read_ending(text, language) is ending


BEHAVIOURAL = (
    "last year a customer was angry because her mixer had broken i listened to her and checked the receipt and then i"
    " called the workshop and offered her a new one the same day"
)


def weigh(text: str, language: Language, kind: QuestionKind, *, follow_up: bool = False) -> float:
    return weigh_told(read_told(text, language), language, kind, follow_up=follow_up)


@pytest.mark.parametrize(
    ("less", "more", "language", "kind"),
    [
        ("Anna", "I am Anna Smith", "en", "identity"),
        (BEHAVIOURAL, BEHAVIOURAL + " and complaints fell by ten percent", "en", "behavioural"),
        ("I would ask him.", BEHAVIOURAL, "en", "situational"),
        ("我", "我叫王小明", "zh-CN", "identity"),
        ("我给客户打了电话。", "我给客户打了电话。" * 3, "zh-CN", "behavioural"),
    ],
)
def test_who_has_told_more_is_nearer_to_the_end(less: str, more: str, language: Language, kind: QuestionKind) -> None:
    assert weigh(less, language, kind) < weigh(more, language, kind)


def test_an_answer_to_a_follow_up_may_be_short() -> None:
    short = "The costs fell by about ten percent within a year."
    assert weigh(short, "en", "behavioural") < 0 < weigh(short, "en", "behavioural", follow_up=True)


@pytest.mark.parametrize(
    ("voice_ms", "text", "language", "expected"),
    [
        (800, "mm-hm", "en", Interruption.GO_ON),
        (900, "Yeah, okay.", "en", Interruption.GO_ON),
        (900, "", "en", Interruption.GO_ON),
        (400, "sorry I have", "en", Interruption.GO_ON),
        (900, "sorry I have a question", "en", Interruption.YIELD),
        (900, "wait", "en", Interruption.YIELD),
        (900, "tell me about a", "en", Interruption.GO_ON),
        (900, "嗯，好的", "zh-CN", Interruption.GO_ON),
        (900, "对对对", "zh-CN", Interruption.GO_ON),
        (900, "对面有人", "zh-CN", Interruption.YIELD),
        (900, "我没有听清楚", "zh-CN", Interruption.YIELD),
        (900, "等一下", "zh-CN", Interruption.YIELD),
    ],
)
def test_interruptions(voice_ms: int, text: str, language: Language, expected: Interruption) -> None:
    question = "Tell me about a time when you were late."
    assert judge_interruption(voice_ms, text, language, speaking=False, question=question) is expected
    speaking = judge_interruption(voice_ms, text, language, speaking=True, question=question)
    assert speaking is (Interruption.WAIT if expected is Interruption.GO_ON else expected)


def test_who_goes_on_at_once_gets_the_answer_back() -> None:
    def judge(began_after_ms: int, voice_ms: int, text: str) -> Interruption:
        return judge_resumption(began_after_ms, voice_ms, text, "en", speaking=False)

    assert judge(600, 500, "and also") is Interruption.YIELD
    assert judge(-200, 500, "but") is Interruption.YIELD
    assert judge(2_100, 500, "and also") is Interruption.GO_ON, "that may be the answer to the new question"
    assert judge(600, 200, "but") is Interruption.GO_ON
    assert judge(600, 900, "okay") is Interruption.GO_ON
    assert judge(600, 900, "") is Interruption.GO_ON, "a cough"


def test_of_a_growing_answer_only_the_end_is_read_again() -> None:
    words = " ".join(f"{BEHAVIOURAL} number {number}" for number in range(20))
    read_told(words, "en")
    before = _read_piece.cache_info().misses
    for more in ("and", "and then", "and then i", "and then i called"):
        read_told(f"{words} {more}", "en")
    assert _read_piece.cache_info().misses - before <= 5
