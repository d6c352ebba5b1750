from __future__ import annotations

import pytest

from simulation.answers import ANSWER_SETS, PACKET_MS, load_answers


@pytest.mark.parametrize("name", ANSWER_SETS)
def test_every_spoken_answer_is_shipped_as_packets_of_its_length(name: str) -> None:
    answers = load_answers(name)
    spoken = [answer for answer in answers.answers if answer.file]
    assert {answer.question for answer in spoken} == {"introduction", "customer", "teamwork"}
    for answer in spoken:
        packets = answers.packets(answer)
        assert abs(len(packets) * PACKET_MS - answer.duration_ms) <= 3 * PACKET_MS
        assert answer.text


def test_choosing_takes_the_turn_then_the_nearest_then_any_spoken_answer() -> None:
    answers = load_answers("en-1")
    assert answers.choose("customer", 1).turn == 1
    assert answers.choose("customer", 7).turn == 2
    assert answers.choose("identity", 2).turn == 0
    assert answers.choose("never_asked", 1).file is not None


def test_the_language_is_that_of_the_pages() -> None:
    assert load_answers("en-2").language == "en"
    assert load_answers("zh-1").language == "zh-CN"


def test_an_unknown_set_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"fr-1.*en-1, en-2, zh-1, zh-2"):
        load_answers("fr-1")
