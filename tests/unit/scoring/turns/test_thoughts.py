"""Who thinks aloud behind a finished sentence is not finished; who tells of somebody's thinking may be."""

from __future__ import annotations

import pytest

from realtime_scoring.turns.endings import Ending, read_ending
from realtime_scoring.types import Language

TOLD: dict[Language, str] = {
    "en": "We repaired the pump and the farmer was happy",
    "zh-CN": "我们修好了水泵，农户很高兴",
}
WINS_TIME = (Ending.THINKING, Ending.SEARCHING)


def say_after(language: Language, words: str, *, stopped: bool) -> str:
    """Behind a finished sentence, with full stops or without any."""
    told = TOLD[language]
    if language == "en":
        return f"{told}. {words}." if stopped else f"{told} {words}".lower()
    return f"{told}。{words}。" if stopped else told.replace("，", "") + words


@pytest.mark.parametrize("stopped", [True, False])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        # A request for a moment.
        ("en", "could you give me half a minute please"),
        ("en", "may I take a short moment to sort this out"),
        ("en", "I just need another second"),
        ("en", "please bear with me for a moment"),
        ("en", "hang on a tick"),
        ("en", "just a sec, sorry"),
        ("zh-CN", "麻烦您等我半分钟"),
        ("zh-CN", "请稍等片刻"),
        ("zh-CN", "能不能让我再想想"),
        ("zh-CN", "可以给我几秒钟吗"),
        ("zh-CN", "不好意思，等一会儿啊"),
        # What one tells oneself to do.
        ("en", "let me just go back to the beginning"),
        ("en", "I'd have to think about the exact order"),
        ("en", "I'm trying to picture the room"),
        ("en", "I'm looking for the right expression"),
        ("zh-CN", "让我先理一理头绪"),
        ("zh-CN", "我得好好回忆一下"),
        ("zh-CN", "我组织一下语言"),
        ("zh-CN", "容我再琢磨琢磨"),
        # A question to oneself.
        ("en", "now what was that thing called again"),
        ("en", "how shall I describe it"),
        ("en", "when was that"),
        ("en", "what else did we try"),
        ("en", "was it the spring or the autumn"),
        ("en", "what do you call those"),
        ("zh-CN", "那个零件叫什么来着"),
        ("zh-CN", "这个该怎么形容呢"),
        ("zh-CN", "我该从哪里讲起呢"),
        ("zh-CN", "刚刚说到哪儿了"),
        ("zh-CN", "后来又是什么呢"),
        ("zh-CN", "是春天还是秋天呢"),
        # What does not come to mind.
        ("en", "I can't quite recall the figure"),
        ("en", "the brand name escapes me"),
        ("en", "it's right on the tip of my tongue"),
        ("en", "I've completely lost my thread"),
        ("en", "it'll come back to me in a second"),
        ("en", "my mind has gone blank"),
        ("zh-CN", "那个牌子一时想不起来"),
        ("zh-CN", "具体的我记不太清了"),
        ("zh-CN", "话都到嘴边了"),
        ("zh-CN", "我脑子有点乱"),
        ("zh-CN", "哎呀卡壳了"),
        # A word on the question, an excuse, a hold on the floor.
        ("en", "that's a really tough one"),
        ("en", "that was quite a long time ago"),
        ("en", "sorry about the pause"),
        ("en", "I'm not sure how to explain it"),
        ("en", "there's one more thing"),
        ("en", "if I remember correctly"),
        ("zh-CN", "这个问题有点难"),
        ("zh-CN", "好多年前的事了"),
        ("zh-CN", "抱歉啊有点紧张"),
        ("zh-CN", "这个不太好说"),
        ("zh-CN", "对了还有一件事"),
        ("zh-CN", "如果我没记错的话"),
    ],
)
def test_thinking_aloud_is_heard_behind_a_finished_sentence(language: Language, words: str, stopped: bool) -> None:
    assert read_ending(say_after(language, words, stopped=stopped), language) in WINS_TIME


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Told of somebody, or said by somebody, or long over: no thought of the teller's now.
        ("I asked the driver what was wrong with the brakes.", "en"),
        ("We wrote down who was coming on which day.", "en"),
        ("She let me see the list in the evening.", "en"),
        ("I told them let me think, and the next day I signed it.", "en"),
        ("I had to think about it for a week.", "en"),
        ("They explained to us how it was done in the other plant.", "en"),
        ("He said he was sorry.", "en"),
        ("We met the driver who was late on both days.", "en"),
        ("The page loads within two seconds.", "en"),
        ("我问他到底是什么原因。", "zh-CN"),
        ("大家讨论了这个功能该怎么做。", "zh-CN"),
        ("经理让我等一下，我就在门口等了。", "zh-CN"),
        ("我想了一下就答应了他。", "zh-CN"),
        ("后来再也没有什么问题了。", "zh-CN"),
        ("我跟客户说了对不起。", "zh-CN"),
        ("以后遇到事情我会先想一想。", "zh-CN"),
    ],
)
def test_thinking_that_is_told_of_is_no_thinking(text: str, language: Language) -> None:
    assert read_ending(text, language) not in WINS_TIME


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("and that was that", "en"),
        ("that's pretty much how it went", "en"),
        ("I think that covers it", "en"),
        ("I can't think of anything else", "en"),
        ("there's nothing else to add", "en"),
        ("thank you for listening", "en"),
        ("整个经过就是这样的", "zh-CN"),
        ("我的例子就到这里", "zh-CN"),
        ("就先说到这儿吧", "zh-CN"),
        ("没什么要补充的了", "zh-CN"),
        ("我能想到的就这些了", "zh-CN"),
    ],
)
def test_who_says_that_it_is_over_is_believed(words: str, language: Language) -> None:
    for stopped in (True, False):
        assert read_ending(say_after(language, words, stopped=stopped), language) is Ending.SURE
