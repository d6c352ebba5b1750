"""Last words at the edges of the rules: scraps, quotations, lists, and words that only look like others."""

from __future__ import annotations

import pytest

from realtime_scoring.turns.completeness import _split_pieces
from realtime_scoring.turns.endings import Ending, read_ending
from realtime_scoring.turns.interruption import Interruption, judge_interruption, substantial_words
from realtime_scoring.types import Language


@pytest.mark.parametrize(
    ("text", "language", "ending"),
    [
        # Behind a full stop fewer than four words (six characters) are a scrap; the last full stop counts.
        ("We had fixed the server. He signed it.", "en", Ending.SCRAP),
        ("We had fixed the server. He signed it there.", "en", Ending.FINISHED),
        ("We fixed it all. The owner came home. He signed.", "en", Ending.SCRAP),
        ("He came. The owner signed it in the office.", "en", Ending.FINISHED),
        ("他签字。我们解决了问题。", "zh-CN", Ending.FINISHED),
        ("我们解决了问题。老板签了字。", "zh-CN", Ending.SCRAP),
        ("我们解决了问题。老板也签了字。", "zh-CN", Ending.FINISHED),
        # In so few words too an end may sound like one, and without a full stop nothing does.
        ("We had fixed the server. Everybody was happy.", "en", Ending.ROUNDED),
        ("我们修好了水泵。客户很高兴。", "zh-CN", Ending.ROUNDED),
        ("我们修好了水泵。客户很高兴", "zh-CN", Ending.UNCLEAR),
        # What mostly leads on may be the last word before a full stop.
        ("Nobody had ever fixed that server before", "en", Ending.HANGING),
        ("Nobody had ever fixed that server before.", "en", Ending.FINISHED),
        ("那些零件全部换成了新的", "zh-CN", Ending.HANGING),
        ("那些零件全部换成了新的。", "zh-CN", Ending.FINISHED),
        ("这件事情是我一个人做完的", "zh-CN", Ending.ROUNDED),
        # Whoever sets full stops sets one at the end.
        ("We fixed the server. The owner of the shop signed it", "en", Ending.UNCLEAR),
        # A clause that leads up to another, wherever it begins.
        ("when the server went down", "en", Ending.HANGING),
        ("I called him. He came home. When the server went down.", "en", Ending.HANGING),
        ("I called him when the server went down.", "en", Ending.FINISHED),
        # Quotation marks in pairs, and one that is open.
        ('She said "we fixed the server.', "en", Ending.HANGING),
        ('She said "we fixed the server."', "en", Ending.FINISHED),
        ('She said "yes" and "we fixed the server.', "en", Ending.HANGING),
        ('She said "yes" and "we fixed the server."', "en", Ending.FINISHED),
        ("He said “yes, we fixed the server.", "en", Ending.HANGING),
        ("“Yes” said the owner of the shop.", "en", Ending.FINISHED),
        ("Yes” said the owner of the shop.", "en", Ending.FINISHED),
        ("老板说「我们解决了问题。", "zh-CN", Ending.HANGING),
        ("老板读了《红楼梦。", "zh-CN", Ending.HANGING),
        ("老板读了《红楼梦》。", "zh-CN", Ending.FINISHED),
        # Words inside of words are none.
        ("I played in the local band", "en", Ending.BARE),
        ("and the customer was still unhappy", "en", Ending.BARE),
        ("There were two reasons. We strengthened the wall.", "en", Ending.HANGING),
        ("There were two reasons. Then we painted the wall.", "en", Ending.FINISHED),
        ("He fell headfirst i called the doctor", "en", Ending.BARE),
        ("He fell and first i called the doctor", "en", Ending.HANGING),
        # In Chinese a foreign word may stand right beside.
        ("我们用的是excel然后", "zh-CN", Ending.HANGING),
        ("我用过excel让我想想", "zh-CN", Ending.THINKING),
        ("我用的是excel就这些", "zh-CN", Ending.SURE),
        ("用excel可以吗", "zh-CN", Ending.QUESTION),
        ("最后用excel解决了", "zh-CN", Ending.ROUNDED),
        ("首先excel坏了。", "zh-CN", Ending.HANGING),
        ("首先，系统坏了。其次excel也坏了。", "zh-CN", Ending.FINISHED),
    ],
)
def test_last_words_at_the_edges(text: str, language: Language, ending: Ending) -> None:
    assert read_ending(text, language) is ending


@pytest.mark.parametrize(("distance", "ending"), [(240, Ending.HANGING), (241, Ending.BARE)])
def test_no_more_than_the_last_240_characters_are_looked_at(distance: int, ending: Ending) -> None:
    """A list that was begun so far from the end."""
    begun = "two reasons "
    rest = "it went on and on " * 20
    assert read_ending(f"we had {begun}{rest[: distance - len(begun) - 4]}fine", "en") is ending


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("嗯ok", "zh-CN", ()),
        ("对好的", "zh-CN", ()),
        ("unstoppable", "en", ("unstoppable",)),
    ],
)
def test_back_channels_in_a_row(text: str, language: Language, words: tuple[str, ...]) -> None:
    assert substantial_words(text, language) == words


def test_who_says_stop_is_heard_and_nobody_who_says_unstoppable() -> None:
    assert judge_interruption(900, "unstoppable", "en", speaking=False) is Interruption.GO_ON
    assert judge_interruption(900, "停app", "zh-CN", speaking=False) is Interruption.YIELD


def test_pieces_are_of_forty_words_or_eighty_characters() -> None:
    assert [len(piece.split()) for piece in _split_pieces("word " * 85, "en")] == [40, 40, 5]
    assert [len(piece) for piece in _split_pieces("字" * 170 + "。好。", "zh-CN")] == [80, 80, 11, 2]
    assert _split_pieces("One. Two!  Three", "en") == ["One.", "Two!", "Three"]
    assert _split_pieces(" ... ", "en") == []
