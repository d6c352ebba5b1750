"""Labelled pauses out of written answers: the same ones every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from random import Random
from typing import Literal, cast, get_args

from realtime_scoring.types import Language, QuestionKind
from tests.gold.guide import Part as GoldPart
from tests.gold.loader import load

Place = Literal["mid_sentence", "connective", "thinking_aloud", "between_sentences", "finished"]
Writing = Literal["written", "bare", "written_noisy", "bare_noisy"]
Part = Literal["fitted", "develop", "held_out", "fresh"]
"""What the rules were fitted to: answers of its own, and the gold answers to develop on; what was kept apart, but seen
in sums meanwhile; what was written after."""

FOLDER = Path(__file__).parent
PAUSES_MS = (500, 1_000, 2_000, 4_000)
THINKING_PAUSES_MS = (1_000, 2_000, 4_000, 6_000)
"""After words that ask for time to think; a mere "um" asks for no more than a pause."""
MID_PLACES = 3
"""Pauses inside sentences, of each answer."""
WRONG_WORDS = 0.1
STOPPED_SHARE = 0.3
"""Of pauses inside a sentence, so many get a full stop from the recogniser."""
ROUNDED_SHARE = 0.2
"""So many answers end by saying so."""

_FILES: dict[tuple[Language, Part], str] = {
    ("en", "fitted"): "answers_en.txt",
    ("en", "develop"): "sayings_en.txt",
    ("en", "held_out"): "answers_en_held_out.txt",
    ("en", "fresh"): "answers_en_fresh.txt",
    ("zh-CN", "fitted"): "answers_zh.txt",
    ("zh-CN", "develop"): "sayings_zh.txt",
    ("zh-CN", "held_out"): "answers_zh_held_out.txt",
    ("zh-CN", "fresh"): "answers_zh_fresh.txt",
}


@dataclass(frozen=True, slots=True)
class Sayings:
    """Words that no answer holds and people say in theirs: left hanging, to win time (fillers win less), at the end."""

    connectives: tuple[str, ...]
    thoughts: tuple[str, ...]
    fillers: tuple[str, ...]
    closings: tuple[str, ...]


_SAYINGS: dict[Language, Sayings] = {
    "en": Sayings(
        connectives=("and", "and then", "but", "because", "so", "which", "and I", "for example"),
        thoughts=(
            "let me think",
            "um",
            "hold on",
            "how should I say this",
            "let me see",
            "give me a second",
            "well you know",
            "one moment please",
        ),
        fillers=("um", "well you know"),
        closings=("That's it.", "I think that's all.", "That is my answer.", "So yes, that was it."),
    ),
    "zh-CN": Sayings(
        connectives=("然后", "但是", "因为", "所以", "而且", "比如说", "后来", "我就"),
        thoughts=("让我想想", "嗯", "稍等一下", "怎么说呢", "我想一下", "那个", "给我几秒", "让我回忆一下"),
        fillers=("嗯", "那个"),
        closings=("就这些。", "我说完了。", "大概就是这样。", "我的回答就是这些。"),
    ),
}
"""Of a part whose file has none of its own."""
_OWN_SAYINGS = tuple(field.name for field in fields(Sayings))
_WORD = re.compile(r"[A-Za-z0-9']+|[㐀-鿿]")
_SENTENCE = re.compile(r"[^.?!。？！]+(?:[.?!。？！]|$)")


@dataclass(frozen=True, slots=True)
class Answer:
    kind: QuestionKind
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """`text` is what has been recognised when the voice stops; `lasts_ms` None: nothing follows any more."""

    language: Language
    kind: QuestionKind
    place: Place
    writing: Writing
    text: str
    lasts_ms: int | None


def read_answers(language: Language, part: Part) -> tuple[Answer, ...]:
    answers = [Answer(kind, _split_sentences(text)) for kind, text in _read_gold(language)] if part == "develop" else []
    for kind, text in _read_lines(language, part):
        if kind in _OWN_SAYINGS:
            continue
        if kind not in get_args(QuestionKind):
            raise ValueError(f"{_FILES[language, part]}: no kind of question: {kind}")
        answers.append(Answer(cast("QuestionKind", kind), _split_sentences(text)))
    return tuple(answers)


def _read_gold(language: Language) -> Iterator[tuple[QuestionKind, str]]:
    """The whole of an answer, a finished one whatever it is worth."""
    for sheet in load(language, GoldPart.DEVELOP):
        for answer in sheet.answers:
            yield sheet.question.kind.value, " ".join(answer.text.split())


def _split_sentences(text: str) -> tuple[str, ...]:
    return tuple(sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip())


def read_sayings(language: Language, part: Part) -> Sayings:
    """A file may have its own, one line of each (`thoughts: hold on | let me see`), so that no rule knows them by
    heart. Its fillers count as thoughts too."""
    own = {kind: tuple(words.split(" | ")) for kind, words in _read_lines(language, part) if kind in _OWN_SAYINGS}
    if "fillers" in own:
        own["thoughts"] = (*own["thoughts"], *own["fillers"])
    return replace(_SAYINGS[language], **own)


def _read_lines(language: Language, part: Part) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / _FILES[language, part]).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            kind, _, text = line.partition(": ")
            yield kind, text


def draw_pauses(language: Language, part: Part) -> Iterator[Pause]:
    """Every answer in every writing, with its pauses; the order and the chance in it never change."""
    answers, sayings = read_answers(language, part), read_sayings(language, part)
    words = sorted({word for answer in answers for sentence in answer.sentences for word in _WORD.findall(sentence)})
    for number, answer in enumerate(answers):
        for writing in get_args(Writing):
            random = Random(f"{language} {part} {number} {writing}")
            for place, text, lasts_ms in _place_pauses(answer, sayings, language, random):
                written = _write(text, writing, language, words, random)
                yield Pause(language, answer.kind, place, writing, written, lasts_ms)


def _place_pauses(
    answer: Answer, sayings: Sayings, language: Language, random: Random
) -> Iterator[tuple[Place, str, int | None]]:
    space = " " if language == "en" else ""
    sentences = answer.sentences
    for index, cut in _cut_inside(sentences, language, random):
        text = space.join((*sentences[:index], sentences[index][:cut].rstrip(" ,，")))
        stop = ("." if language == "en" else "。") if random.random() < STOPPED_SHARE else ""
        for lasts_ms in PAUSES_MS:
            yield "mid_sentence", text + stop, lasts_ms
    if len(sentences) > 1:
        so_far = space.join(sentences[: random.randrange(1, len(sentences))])
        for lasts_ms in PAUSES_MS:
            yield "between_sentences", so_far, lasts_ms
            yield "connective", so_far + space + random.choice(sayings.connectives), lasts_ms
        thought = random.choice(sayings.thoughts)
        for lasts_ms in PAUSES_MS if thought in sayings.fillers else THINKING_PAUSES_MS:
            yield "thinking_aloud", so_far + space + thought, lasts_ms
    closing = (random.choice(sayings.closings),) if random.random() < ROUNDED_SHARE else ()
    yield "finished", space.join((*sentences, *closing)), None


def _cut_inside(sentences: tuple[str, ...], language: Language, random: Random) -> list[tuple[int, int]]:
    """Places between two words of a sentence; in Chinese, where words have no edges, every other one at a comma."""
    anywhere = [
        (index, match.start())
        for index, sentence in enumerate(sentences)
        for match in list(_WORD.finditer(sentence))[1:]
    ]
    commas = [(index, match.start()) for index, each in enumerate(sentences) for match in re.finditer("，", each)]
    chosen: list[tuple[int, int]] = []
    for turn in range(min(MID_PLACES, len(anywhere))):
        fresh = [place for place in commas if place not in chosen]
        places = fresh if turn % 2 == 0 and fresh else [place for place in anywhere if place not in chosen]
        chosen.append(random.choice(places))
    return chosen


def _write(text: str, writing: Writing, language: Language, words: list[str], random: Random) -> str:
    if writing in ("bare", "bare_noisy"):
        text = re.sub(r"[.,?!]", "", text).lower() if language == "en" else re.sub(r"[。，？！]", "", text)
    return _mistake(text, words, random) if writing.endswith("noisy") else text


def _mistake(text: str, words: list[str], random: Random) -> str:
    """One word in ten is another, is missing, or has one too many before it."""

    def spoil(match: re.Match[str]) -> str:
        if random.random() >= WRONG_WORDS:
            return match.group()
        space = " " if match.group().isascii() else ""
        chance = random.random()
        if chance < 0.6:
            return random.choice(words)
        return "" if chance < 0.8 else f"{random.choice(words)}{space}{match.group()}"

    return re.sub(r" {2,}", " ", _WORD.sub(spoil, text)).strip()
