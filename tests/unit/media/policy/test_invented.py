"""Text that nobody said is dropped; what a candidate says is not, however it sounds."""

from __future__ import annotations

import time

import pytest

from media.transcription.policy import blocklist
from media.transcription.policy.blocklist import match_blocked
from media.transcription.policy.echo import Told
from media.transcription.policy.evidence import Evidence
from media.transcription.policy.invented import judge
from media.transcription.policy.loops import find_loops
from media.transcription.policy.tokens import split_text
from media.types import LanguageCode, TranscribedWord, Transcription

SPOKEN = Evidence(duration_s=3.0, speech_share=0.8, no_speech_probability=0.1, average_log_probability=-0.3)
NOISE = Evidence(duration_s=3.0, speech_share=0.15, no_speech_probability=0.4, average_log_probability=-0.6)


def write(text: str, language: LanguageCode = "en", *, probability: float = 0.8, word_ms: int = 200) -> Transcription:
    pieces = [piece for piece in split_text(text, language) if piece.key]
    words = tuple(
        TranscribedWord(piece.char_start, piece.char_end, number * word_ms, (number + 1) * word_ms, probability)
        for number, piece in enumerate(pieces)
    )
    return Transcription(text, words, probability, 0.1)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you.", "en"), ("Thank you for watching!", "en"), ("Okay.", "en"), ("no no no", "en"),
        ("I think I think we should", "en"), ("谢谢大家", "zh-CN"), ("对对对对", "zh-CN"), ("嗯", "zh-CN"),
        ("我们请客户订阅通知", "zh-CN"),
    ],
)  # fmt: skip
def test_what_is_spoken_is_kept(text: str, language: LanguageCode) -> None:
    said = write(text, language)
    assert judge(said, SPOKEN, language).kept is said
    assert judge(said, SPOKEN, language).faults == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you.", "en"), ("Thank you. Thank you. Thank you.", "en"), ("Thanks for watching!", "en"),
        ("Please like and subscribe to my channel.", "en"), ("Subtitles by the Amara.org community", "en"),
        ("Bye-bye.", "en"), ("字幕由Amara.org社区提供", "zh-CN"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "zh-CN"),
        ("谢谢观看", "zh-CN"), ("感谢您的收看,下期视频再见", "zh-CN"), ("Thank you.", "zh-CN"), ("谢谢", "en"),
    ],
)  # fmt: skip
def test_a_films_last_words_are_dropped_where_hardly_anybody_spoke(text: str, language: LanguageCode) -> None:
    judged = judge(write(text, language), NOISE, language)
    assert (judged.kept.text, judged.kept.words, judged.faults) == ("", (), ("credits",))
    assert not judged.worth_another_try


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(1.0, 0.2, 0.1, -0.2),  # one short word, sure of it
        Evidence(1.2, 0.4, 0.45, -0.7),  # muttered
        Evidence(1.2, 0.6, 0.7, -0.3),  # the model thinks of silence and is sure of its words: quiet speech
        Evidence(4.0, 0.8, 0.1, -0.95),  # in noise
    ],
)
@pytest.mark.parametrize("text", ["Thank you.", "Okay.", "谢谢", "好的"])
def test_a_candidates_own_thanks_stay(text: str, evidence: Evidence) -> None:
    assert judge(write(text), evidence, "en").kept.text == text


@pytest.mark.parametrize(
    "evidence", [Evidence(3.0, 0.1, 0.2), Evidence(3.0, 0.25, 0.1, -0.6), Evidence(3.0, 0.8, 0.55, -0.6)]
)
def test_thanks_that_hardly_anything_speaks_for_go(evidence: Evidence) -> None:
    assert judge(write("Thank you."), evidence, "en").faults == ("credits",)


@pytest.mark.parametrize(
    ("text", "probability", "evidence"),
    [
        ("We called the customer and then they told us " * 3 + "to go home.", 0.93, Evidence(10.0, 0.25, 0.1, -0.07)),
        ("No, not yet.", 0.75, Evidence(4.2, 1.0, 0.2, -0.29)),
        ("No, not yet.", 0.75, Evidence(14.0, 0.3, 0.2, -0.29)),
        ("Thank you.", 0.9, Evidence(3.0, 0.1, 0.1, -0.1)),
        ("Okay.", 0.9, Evidence(6.0, 0.02, 0.1, -0.1)),
    ],
)
def test_what_the_model_is_sure_of_stays_however_little_voice_was_found(
    text: str, probability: float, evidence: Evidence
) -> None:
    """Detectors miss quiet and far voices."""
    said = write(text, probability=probability)
    assert judge(said, evidence, "en").kept is said


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("謝謝觀看", "credits"), ("谢谢观看", "credits"), ("請不吝點贊訂閱", "credits"), ("请不吝点赞订阅", "credits"),
        ("字幕由Amara.org社群提供", "credits"), ("請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目", "credits"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_films_last_words_in_both_scripts(text: str, fault: str, language: LanguageCode) -> None:
    assert judge(write(text, "zh-CN"), NOISE, language).faults == (fault,)


def test_chinese_is_kept_in_simplified_characters_and_words_keep_their_places() -> None:
    said = write("客戶投訴後來減少了", "zh-CN")
    judged = judge(said, SPOKEN, "zh-CN")
    assert (judged.kept.text, judged.kept.words) == ("客户投诉后来减少了", said.words)
    assert judge(said, SPOKEN, "en").kept is said


def test_films_last_words_with_others_between_are_no_longer_one_phrase() -> None:
    def match(text: str) -> str | None:
        return match_blocked([piece.key for piece in split_text(text, "zh-CN") if piece.key])

    assert match("Subtitles by the Amara.org community. Thanks for watching!") == "credits"
    assert match("If you enjoyed this video, please subscribe. See you in the next one.") == "credits"
    assert match("字幕由志愿者提供。请不吝点赞") == "credits"
    assert match("作词 李宗盛 作曲 李宗盛") == "credits"
    assert match("Okay, thank you. Bye-bye.") == match("谢谢大家，再见") == "polite"
    assert match("Thank you for watching the servers") is match("Sorry") is match("谢谢大家的帮助") is None


@pytest.mark.parametrize("round_", ["请订阅点赞转发打赏支持", "字幕由", "thank you ", "subscribe and ", "please like "])
def test_how_long_matching_takes_grows_with_the_text(round_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with its square, nor with a power of what it repeats."""
    monkeypatch.setattr(blocklist, "LONGEST", 10**9)

    def measure(rounds: int) -> float:
        text = round_ * rounds
        keys = text.split() if text.isascii() else [*text]
        tries = []
        for _ in range(5):
            started_s = time.thread_time()
            match_blocked([*keys, "项目" if not text.isascii() else "project"])
            tries.append(time.thread_time() - started_s)
        return min(tries)

    assert measure(4_000) < 40 * max(measure(500), 1e-4), "8 times as much"


def test_a_text_longer_than_any_films_end_is_none() -> None:
    assert match_blocked(["thanks", "for", "watching"] * 30) is None
    judged = judge(write("Thanks for watching! " * 30), Evidence(30.0, 0.1, 0.4, -0.2), "en")
    assert judged.faults == ("credits",), "what goes in circles is shortened before"


def test_improbable_credits_are_dropped_although_there_was_a_voice_but_no_thanks() -> None:
    evidence = Evidence(3.0, 0.8, 0.1, -0.5)
    assert judge(write("Thanks for watching!", probability=0.3), evidence, "en").faults == ("credits",)
    assert judge(write("Thank you.", probability=0.3), evidence, "en").faults == ()


@pytest.mark.parametrize(
    "text", ["We thanked the customer for watching", "I said thank you and left", "订阅数翻了一倍"]
)
def test_only_a_whole_text_is_blocked(text: str) -> None:
    assert match_blocked([piece.key for piece in split_text(text, "en") if piece.key]) is None


def test_text_without_speech_is_dropped() -> None:
    said = write("We called the customer.")
    assert judge(said, Evidence(3.0, 0.01), "en").faults == ("silence",)
    assert judge(said, Evidence(3.0, 0.8, 0.7, -1.2), "en").faults == ("silence",)
    assert judge(said, Evidence(3.0, 0.8, 0.7, -0.5), "en").faults == ()
    assert judge(said, Evidence(3.0, 0.8, 0.5, -1.2), "en").faults == ()


def test_more_than_can_be_said_in_the_time_is_dropped() -> None:
    evidence = Evidence(1.0, 0.5, 0.2, -0.6)
    text = "we called the customer and then they told us that"
    assert judge(write(text), evidence, "en").faults == ("too_fast",)
    assert judge(write(text), evidence, "en").worth_another_try
    assert judge(write(text), Evidence(1.0, 0.5), "en").faults == (), "it is sure, and a second is enough"
    assert judge(write(f"{text} we have to go"), Evidence(1.0, 0.5), "en").faults == ("too_fast",)
    assert judge(write("we called the customer and then"), evidence, "en").faults == ()
    chinese = "我们给客户打电话然后订单很多"
    assert judge(write(chinese, "zh-CN"), Evidence(1.0, 0.3, 0.4), "zh-CN").faults == ("too_fast",)
    assert judge(write("我们给客户打电话然后订单很多", "zh-CN"), Evidence(1.5, 0.8), "zh-CN").faults == ()


def test_a_word_here_and_there_in_much_sound_is_dropped_if_it_is_doubtful() -> None:
    doubtful = Evidence(4.0, 0.8, 0.35, -0.4)
    assert judge(write("It. It.", probability=0.7), doubtful, "en").faults == ("sparse",)
    assert judge(write("It. It.", probability=0.9), doubtful, "en").faults == ()
    assert judge(write("It. It.", probability=0.9), Evidence(4.0, 0.2, 0.4, -0.4), "en").faults == ("sparse",)
    assert judge(write("Yes.", probability=0.7), Evidence(1.1, 0.2, 0.4, -0.4), "en").faults == ()
    assert judge(write("It. It.", probability=0.7), Evidence(4.0, 0.8, 0.1, -0.4), "en").faults == ()
    assert judge(write("It. It.", probability=0.7), Evidence(1.6, 0.8, 0.35, -0.4), "en").faults == ()
    assert judge(write("It. It.", probability=0.7), Evidence(4.0, 0.8, 0.35, -0.4, whole=False), "en").faults == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("个。。。。", "个。"),
        ("We called,,, and. . . . left", "We called, and. left"),
        ("So... we left.", "So... we left."),
    ],
)
def test_rows_of_punctuation_are_one_mark_and_words_keep_their_places(text: str, kept: str) -> None:
    words = (TranscribedWord(0, len(text), 0, 900, 0.9),)
    judged = judge(Transcription(text, words, 0.9, 0.1), SPOKEN, "en")
    assert (judged.kept.text, judged.faults) == (kept, ())
    assert [(word.char_start, word.char_end) for word in judged.kept.words] == [(0, len(kept))]


def test_improbable_words_of_impossible_lengths_are_dropped_where_hardly_anybody_spoke() -> None:
    said = write("we called the customer", probability=0.1, word_ms=20)
    assert judge(said, NOISE, "en").faults == ("anomalous",)
    assert judge(said, SPOKEN, "en").faults == ()
    assert judge(write("we called the customer"), NOISE, "en").faults == ()


def test_a_text_that_goes_in_circles_keeps_one_round_and_its_words_their_places() -> None:
    said = write("We called them. " + "And then we went home. " * 4 + "It was late.")
    judged = judge(said, Evidence(20.0), "en")
    assert judged.faults == ("loop",)
    assert judged.worth_another_try
    assert judged.kept.text == "We called them. And then we went home. It was late."
    assert [judged.kept.text[word.char_start : word.char_end] for word in judged.kept.words] == (
        "We called them And then we went home It was late".split()
    )
    assert judged.kept.words[-1].t_end_ms == said.words[-1].t_end_ms


def test_a_chinese_loop_cut_short_at_its_end() -> None:
    judged = judge(write("我觉得" + "这个问题" * 5 + "这个", "zh-CN"), Evidence(10.0), "zh-CN")
    assert (judged.kept.text, judged.faults) == ("我觉得这个问题", ("loop",))


def test_words_repeated_without_end_are_a_loop_and_not_only_too_fast() -> None:
    judged = judge(write("you " * 100), Evidence(2.0, 0.8), "en")
    assert (judged.kept.text, judged.faults) == ("you", ("loop",))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my number is 5 5 5 5 5 5 1 2", "en"), ("it is five five five five five five one two", "en"),
        ("oh one oh one oh one oh one", "en"), ("八八八八八八", "zh-CN"), ("电话是一三八八八八八八八八八", "zh-CN"),
        ("两两两两两两", "zh-CN"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("evidence", [Evidence(6.0, 0.8, 0.1, -0.05), Evidence(6.0, 0.8, 0.4, -0.7)])
def test_numbers_are_no_loops(text: str, language: LanguageCode, evidence: Evidence) -> None:
    assert judge(write(text, language, probability=0.95), evidence, language).kept.text == text


def test_a_number_longer_than_any_is_a_loop() -> None:
    assert judge(write("5 " * 40), Evidence(10.0), "en").kept.text == "5"


def test_what_is_said_again_and_again_is_a_loop_if_the_model_doubts_it_or_nobody_would() -> None:
    sure, doubtful, hasty = Evidence(8.0, 0.8, 0.1, -0.1), Evidence(8.0, 0.8, 0.4, -0.1), Evidence(0.4, 1.0, 0.1, -0.1)
    for text, language, kept in (
        ("no " * 8, "en", "no"), ("I see " * 5, "en", "I see"), ("对" * 8, "zh-CN", "对"),
        ("this is how it works " * 3, "en", "this is how it works"),
    ):  # fmt: skip
        said = write(text.strip(), language)  # type: ignore[arg-type]
        assert judge(said, sure, language).kept is said  # type: ignore[arg-type]
        assert judge(said, doubtful, language).kept.text == kept  # type: ignore[arg-type]
    assert judge(write("no " * 8), hasty, "en").kept.text == "no", "faster than anybody speaks"
    for text, kept in (
        ("no " * 12, "no"),
        ("I see " * 6, "I see"),
        ("it works like this " * 4, "it works like this"),
    ):
        assert judge(write(text), sure, "en").kept.text == kept


def test_a_loop_that_began_in_the_prefix_goes_no_further() -> None:
    sure = Evidence(5.0, 0.8, 0.1, -0.1, whole=False)
    doubtful = Evidence(5.0, 0.8, 0.4, -0.1, whole=False)
    assert judge(write("I see I see"), doubtful, "en", prefix="I see I see").faults == ("loop",)
    assert judge(write("I see I see"), doubtful, "en", prefix="I see I see").kept.text == ""
    assert judge(write("I see I see"), sure, "en", prefix="I see I see").faults == ()
    assert judge(write("I see I see and left"), sure, "en", prefix="Well, " + "I see " * 4).kept.text == "and left"
    chinese = judge(write("这个问题这个", "zh-CN"), doubtful, "zh-CN", prefix="我觉得这个问题这个问题")
    assert chinese.faults == ("loop",)
    assert judge(write("and left"), doubtful, "en", prefix="no " * 8).kept.text == "and left"


TOLD = Told("Thank you. We will talk about: Kubernetes, Terraform, site reliability engineer.",
            ("Kubernetes", "Terraform", "site reliability engineer"))  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Kubernetes, Terraform.",
        "Kubernetes",
        "Site reliability engineer.",
        "about: Kubernetes",
        "we will talk about",
    ],
)
def test_what_the_model_was_told_to_expect_is_not_believed_in_noise(text: str) -> None:
    assert judge(write(text), NOISE, "en", told=TOLD).faults == ("echo",)
    assert judge(write(text), SPOKEN, "en", told=TOLD).faults == ()
    assert "echo" not in judge(write(text), NOISE, "en").faults


@pytest.mark.parametrize("text", ["about", "We use Kubernetes", "Kubernetes and Terraform", "reliability enginee"])
def test_other_words_are_no_echo(text: str) -> None:
    assert "echo" not in judge(write(text), NOISE, "en", told=TOLD).faults


def test_a_chinese_echo() -> None:
    told = Told("以下是普通话的句子，会谈到这些内容：客户成功经理、Python。", ("客户成功经理", "Python"))
    for text in ("以下是普通話的句子。", "客户成功经理", "Python"):
        assert judge(write(text, "zh-CN"), NOISE, "zh-CN", told=told).faults == ("echo",)
    assert "echo" not in judge(write("句子", "zh-CN"), NOISE, "zh-CN", told=told).faults


@pytest.mark.parametrize(
    ("words", "loops"),
    [
        ("no no no no no", []), ("a b a b a b", []), ("we need to we need to we need to go", []),
        ("a b c d " * 2, []), ("no " * 6, [(0, 6, 1)]), ("x " + "a b " * 4 + "y", [(1, 9, 2)]),
        ("a b c d " * 3 + "a", [(0, 13, 4)]),
        ("", []),
    ],
)  # fmt: skip
def test_loops(words: str, loops: list[tuple[int, int, int]]) -> None:
    assert [(loop.start, loop.end, loop.unit) for loop in find_loops(words.split())] == loops


def test_an_empty_text_has_no_fault() -> None:
    judged = judge(Transcription("...", (), 0.5, 0.9), NOISE, "en")
    assert (judged.kept.text, judged.faults) == ("", ())
