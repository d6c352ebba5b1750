"""Second opinions from a real server: the rules' level stands whatever comes, and what comes is exact or nothing."""

from __future__ import annotations

import pytest

from realtime_scoring.opinion.outcome import Refusal
from server.language_model.client import ChatClient
from server.language_model.lane import Lane
from server.language_model.metrics import LanguageModelMetrics
from server.language_model.opening import Lanes, open_lanes
from server.language_model.second_opinion import ask_levels
from server.language_model.settings import Endpoint
from tests.integration.language_model.model_server import ModelServer, answer, say, wait
from tests.unit.opinion.samples import ANSWERS, LEXICONS, make_level_task, rate

TASK = make_level_task(level=3)
SHARED = ("We divided the work in the team", "shared_work")
TALKED = ("I talked with every colleague", "talked_with_team")
FOUR = rate(TASK, "4", SHARED, TALKED)


@pytest.fixture
async def lane(client: ChatClient) -> Lane:
    return Lane(client)


async def test_three_runs_and_the_rules_make_a_median(server: ModelServer, lane: Lane) -> None:
    server.steps = [say(FOUR)]
    opinion = await ask_levels(lane, TASK, LEXICONS, within_s=20)
    assert (opinion.combined.level, opinion.combined.source, opinion.combined.embedded) == (4, "hybrid", 3)
    assert opinion.failure == ""
    assert [seen.body["seed"] for seen in server.seen] == [0, 1, 2]
    for item in opinion.opinions[0].evidence:
        assert ANSWERS["en"][item.char_start : item.char_end] == item.quote


async def test_what_was_answered_before_a_failure_counts(server: ModelServer, lane: Lane) -> None:
    server.steps = [say(FOUR), say(FOUR), answer(b"", 503)]
    opinion = await ask_levels(lane, TASK, LEXICONS, within_s=20)
    assert opinion.failure == "llm_failed"
    assert opinion.combined.level == 4
    assert len(opinion.opinions) == 2


async def test_all_runs_together_have_one_limit(server: ModelServer, lane: Lane) -> None:
    server.steps = [wait(30, say(FOUR))]
    opinion = await ask_levels(lane, TASK, LEXICONS, within_s=0.1)
    assert (opinion.combined.level, opinion.combined.source, opinion.failure) == (3, "embedded", "llm_too_slow")


async def test_without_an_answer_the_rules_stand(server: ModelServer, lane: Lane) -> None:
    server.steps = [answer(b"", 500)]
    opinion = await ask_levels(lane, TASK, LEXICONS, within_s=20)
    assert (opinion.combined.level, opinion.combined.source, opinion.failure) == (3, "embedded", "llm_failed")
    assert len(server.seen) == 1


async def test_a_malicious_opinion_moves_nothing(server: ModelServer, lane: Lane) -> None:
    """One that gives the best level for nothing, one that invents a quote, one that writes a page into its reason."""
    invented = rate(TASK, "5", SHARED, TALKED)
    invented["evidence"][0]["quote"] = "I saved the company from ruin"
    server.steps = [
        say(rate(TASK, "5", SHARED)),
        say(invented),
        say(rate(TASK, "4", SHARED, TALKED, rationale="<script>alert(1)</script>")),
    ]
    opinion = await ask_levels(lane, TASK, LEXICONS, within_s=20)
    assert (opinion.combined.level, opinion.combined.source) == (3, "embedded")
    assert opinion.combined.refusals == (Refusal.UNSUPPORTED, Refusal.QUOTE, Refusal.RATIONALE)
    assert opinion.opinions == ()


async def test_far_apart_asks_for_a_person(server: ModelServer, lane: Lane) -> None:
    task = make_level_task(level=1)
    server.steps = [say(rate(task, "3", SHARED, rationale="shared_work is told as done."))]
    opinion = await ask_levels(lane, task, LEXICONS, within_s=20, runs=1)
    assert (opinion.combined.level, opinion.combined.review) == (2, "levels_apart")


async def test_each_purpose_has_a_breaker_of_its_own(server: ModelServer, endpoint: Endpoint) -> None:
    server.steps = [answer(b"", 500)]
    async with open_lanes(endpoint) as lanes:
        assert isinstance(lanes, Lanes)
        for _ in range(3):
            await ask_levels(lanes.later, TASK, LEXICONS, within_s=20)
        assert lanes.later.breaker.state == "open"
        assert lanes.live.breaker.state == "closed"
        told = {
            (sample.name, *sample.labels.values()): sample.value
            for metric in LanguageModelMetrics(lanes).collect()
            for sample in metric.samples
        }
        assert told == {
            ("viva_llm_calls_total", "later", "llm_failed"): 3,
            ("viva_llm_resting", "live"): 0,
            ("viva_llm_resting", "later"): 1,
        }
    async with open_lanes(None) as none:
        assert none is None
        assert list(LanguageModelMetrics(none).collect()) == []
