"""A language model's second opinion on levels: beside those of the rules, never instead of them, for HR alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from media.types import FinalTranscript
from server.interviews.mailbox import Mailbox
from server.interviews.opinions import DROPPED, MOST_WAITING, Opinions
from server.language_model.errors import Unreachable
from server.protocol import events as e
from server.protocol.visibility import visible_to_candidate
from tests.fakes.language_model import behave, fail, hold, say, write_levels
from tests.unit.interviews.advised import ANSWER, AdvisedHouse, answer, asks, begin, open_advised, rename_question
from tests.unit.interviews.test_actor import until


async def far_off(text: str) -> object:
    """Two below the rules' level, with the indicator named that it rests on."""
    return write_levels(text, "1")


async def best_of_all(text: str) -> object:
    """What an answer that asks for it would like to have."""
    return write_levels(text, "5")


async def scores(place: AdvisedHouse) -> list[e.ScoreUpdated]:
    return [event.data for event in await place.events() if isinstance(event.data, e.ScoreUpdated)]


async def hear_opinion(place: AdvisedHouse) -> e.OpinionGiven:
    async with place.house.running() as interview:
        await begin(interview)
        await answer(interview)
        await until(lambda: interview.state.seconded)
    (opinion,) = await place.opinions()
    return opinion


async def test_an_opinion_stands_beside_the_level_of_the_rules(tmp_path: Path) -> None:
    async with open_advised(tmp_path) as place:
        opinion = await hear_opinion(place)
        (score,) = await scores(place)
    assert (opinion.turn_id, opinion.question_id, opinion.model) == ("customer-0", "customer", "small-model")
    assert [level.competency for level in opinion.levels] == ["customer_focus", "communication"]
    for level in opinion.levels:
        assert (level.embedded, level.opinions, level.source) == (3, (2, 2, 2), "hybrid")
        assert (level.combined, level.review, level.reason) == (2, None, "")
        assert level.evidence
        for claim in level.evidence:
            assert ANSWER[claim.char_start : claim.char_end] == claim.quote
            assert (claim.turn_id, claim.weight) == ("customer-0", 0.0)
    assert {level.level for level in score.levels} == {3}
    assert visible_to_candidate(opinion) is None


async def test_the_score_is_that_of_the_rules_to_the_byte(tmp_path: Path) -> None:
    async with open_advised(tmp_path / "with", later=best_of_all) as place:
        await hear_opinion(place)
        with_model = await scores(place)
    async with open_advised(tmp_path / "without") as place:
        place.house.services = place.plain_services
        async with place.house.running() as interview:
            await begin(interview)
            await answer(interview)
        assert await scores(place) == with_model
        assert place.later.prompts == []


async def test_far_apart_a_person_is_asked_to_look(tmp_path: Path) -> None:
    async with open_advised(tmp_path, later=far_off) as place:
        opinion = await hear_opinion(place)
    assert {level.review for level in opinion.levels} == {"levels_apart"}
    assert {level.embedded for level in opinion.levels} == {3}


async def test_more_than_the_quotes_bear_is_refused(tmp_path: Path) -> None:
    async with open_advised(tmp_path, later=best_of_all) as place:
        opinion = await hear_opinion(place)
    for level in opinion.levels:
        assert (level.opinions, level.combined, level.source) == ((), 3, "embedded")
        assert (level.reason, level.evidence, level.rationale) == ("level_without_evidence", (), "")


async def test_why_there_is_no_opinion_is_told(tmp_path: Path) -> None:
    async with open_advised(tmp_path, later=fail(Unreachable("no"))) as place:
        opinion = await hear_opinion(place)
    assert {(level.reason, level.combined, level.source) for level in opinion.levels} == {
        ("llm_unreachable", 3, "embedded")
    }


async def test_a_fault_in_forming_an_opinion_is_not_the_interviews(tmp_path: Path) -> None:
    async with open_advised(tmp_path, later=fail(ZeroDivisionError())) as place:
        opinion = await hear_opinion(place)
    assert {level.reason for level in opinion.levels} == {"llm_failed"}


async def test_an_answer_that_changed_meanwhile_gets_another_opinion(tmp_path: Path) -> None:
    held = asyncio.Event()
    async with open_advised(tmp_path, later=hold(held, behave)) as place:
        async with place.house.running() as interview:
            await begin(interview)
            await interview.publish("v=0")
            await answer(interview)
            await asks(place.later)
            sink = place.house.sessions.sink
            assert sink is not None
            spoken_ms = interview.state.answered[-1].asked_at_ms + 1
            late = FinalTranscript("1-1", spoken_ms - 1, spoken_ms, "In the end she thanked us.", (), 0.9)
            await interview.take_late_text(late)
            revised = interview.state.answered[-1].text
            held.set()
            await until(lambda: interview.state.seconded)
            await until(lambda: not interview._opinions.busy)
        opinions = await place.opinions()
    assert revised != ANSWER
    assert len(opinions) == 1
    for level in opinions[0].levels:
        assert all(revised[claim.char_start : claim.char_end] == claim.quote for claim in level.evidence)


async def test_after_a_restart_what_waited_is_asked_again(tmp_path: Path) -> None:
    held = asyncio.Event()
    async with open_advised(tmp_path, later=hold(held, behave)) as place:
        async with place.dying() as interview:
            await begin(interview)
            await answer(interview)
            await asks(place.later)
        assert await place.opinions() == []
        held.set()
        async with place.house.running() as again:
            await until(lambda: again.state.seconded)
        async with place.house.running() as once_more:
            assert once_more.state.seconded == {"customer"}
        assert len(await place.opinions()) == 1


async def test_an_interview_is_not_idle_while_an_opinion_is_formed(tmp_path: Path) -> None:
    held = asyncio.Event()
    async with open_advised(tmp_path, later=hold(held, behave)) as place, place.house.running() as interview:
        await begin(interview)
        await answer(interview)
        await asks(place.later)
        assert interview._opinions.busy
        held.set()
        await until(lambda: not interview._opinions.busy)


async def test_the_oldest_goes_without_when_too_many_wait(tmp_path: Path) -> None:
    async with open_advised(tmp_path, later=say({})) as place:
        async with place.house.running() as interview:
            await begin(interview)
            await answer(interview)
            state = interview.state
        opinions = Opinions(place.lanes, place.house.services.mind, Mailbox())
        for number in range(MOST_WAITING + 2):
            opinions.ask(rename_question(state, f"question-{number}"), (f"question-{number}",))
        assert place.lanes.later.outcomes[DROPPED] == 2
        opinions.ask(rename_question(state, "question-9"), ("question-9",))
        assert place.lanes.later.outcomes[DROPPED] == 2
