"""The table of wording: read line by line, added exactly, and shipped whole."""

from __future__ import annotations

import pytest

from realtime_scoring import loader
from realtime_scoring.claims import BASE, FEATURES
from realtime_scoring.errors import DataError
from realtime_scoring.features import describe, find_facts
from realtime_scoring.pieces import EVERY, cut_pieces
from realtime_scoring.tagger import HEADS, Odds, Tagger, parse_tagger
from realtime_scoring.types import AnswerText, Language
from tests.unit.scoring.material import ENGINE, LANGUAGES


def test_a_line_is_a_piece_and_a_weight_for_each_head() -> None:
    tagger = parse_tagger("= so that\t1\t-20\t300\n#\t0\t-9\t7\n", "en", "en.tsv")
    assert tagger.language == "en"
    assert tagger.weights == {"= so that": (1, -20, 300), "#": (0, -9, 7)}
    assert len(HEADS) == 3


def test_an_empty_table_knows_nothing() -> None:
    assert parse_tagger("", "en", "en.tsv").judge(["= a", EVERY]) == Odds(0, 0, 0)


@pytest.mark.parametrize(
    "line", ["= a", "= a\t1\t2", "= a\t1\t2\t3\t4", "= a\t1\t2\tx", "= a\t1\t2\t1.5", "", "\t\t\t"]
)
def test_a_broken_line_is_refused_with_its_place(line: str) -> None:
    with pytest.raises(DataError, match=r"^en\.tsv: line 2: a piece and 3 whole numbers expected$"):
        parse_tagger(f"= b\t1\t2\t3\n{line}\n= c\t1\t2\t3\n", "en", "en.tsv")


def test_a_piece_stands_once() -> None:
    with pytest.raises(DataError, match=r"^en\.tsv: line 3: '= a' stands twice$"):
        parse_tagger("= a\t1\t2\t3\n= b\t1\t2\t3\n= a\t1\t2\t3\n", "en", "en.tsv")


def test_weights_of_known_pieces_are_added_each_once() -> None:
    tagger = Tagger("en", {"= a": (1, -20, 300), "= b": (2, 7, -1), "= c": (99, 99, 99)})
    assert tagger.judge(["= a", "= b", "= a", "= unknown"]) == Odds(evidence=3, result=-13, lesson=299)
    assert tagger.judge([]) == Odds()


def test_pieces_are_the_sequences_the_ends_beside_the_place_and_what_was_found() -> None:
    assert cut_pieces("i rang", "so it was late", "and nobody came", 0.5, ["action"], "en") == {
        "= ^", "= i", "= rang", "= $", "= ^ i", "= i rang", "= rang $", "= ^ i rang", "= i rang $",
        "< was", "< late", "> and", "> nobody", "@ 2", "# action", "#",
    }  # fmt: skip


def test_chinese_is_cut_into_characters_up_to_four() -> None:
    pieces = cut_pieces("打了电话", "", "", 0.0, [], "zh-CN")
    assert {"= 打", "= 打 了 电 话", "= ^ 打 了 电", "@ 0", "#"} <= pieces
    assert "= ^ 打 了 电 话" not in pieces
    assert not [piece for piece in pieces if piece[0] in "<>"]


@pytest.mark.parametrize(("place", "piece"), [(0.0, "@ 0"), (0.19, "@ 0"), (0.2, "@ 1"), (0.99, "@ 4"), (1.0, "@ 4")])
def test_the_place_is_a_fifth_of_the_answer(place: float, piece: str) -> None:
    assert {one for one in cut_pieces("so", "", "", place, [], "en") if one[0] == "@"} == {piece}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_table_weighs_every_feature(language: Language) -> None:
    weights = ENGINE.lexicons[language].tagger.weights
    known = {BASE, EVERY} | {feature.piece for feature in FEATURES}
    # What hardly weighs is left out of the table.
    assert len(known - weights.keys()) <= 2, known - weights.keys()
    assert {BASE, EVERY} <= weights.keys()
    assert {piece for piece in weights if piece.startswith(BASE)} <= known
    assert len(weights) > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_table_knows_words_as_they_are_cut(language: Language) -> None:
    text = "I called the customer. It was better." if language == "en" else "我给客户打了电话。后来好多了。"
    facts = find_facts((AnswerText("t", text, language),), ENGINE.lexicons)
    weights = ENGINE.lexicons[language].tagger.weights
    assert len([piece for piece in describe(facts, 0) if piece in weights]) > 5


def test_the_version_of_the_lexicons_covers_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    read = loader._read_folder

    def read_otherwise(folder: str, ending: str = ".yaml") -> dict[str, str]:
        more = "= a made up piece\t1\t1\t1\n" if ending == ".tsv" else ""
        return {name: text + more for name, text in read(folder, ending).items()}

    monkeypatch.setattr(loader, "_read_folder", read_otherwise)
    changed, stands = loader.load_shipped_data.__wrapped__(), loader.load_shipped_data()
    assert changed.lexicon_version != stands.lexicon_version
    assert changed.rubric_version == stands.rubric_version
