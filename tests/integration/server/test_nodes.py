"""Who of two workers has an interview, how the other one calls it, and what happens when one of them dies."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from media.errors import SdpRejected
from server.db.log import NewEvent
from server.errors import InterviewError, NotFound, Unavailable
from server.interviews.errors import AlreadyStarted, InterviewStopping, NotLive, TurnOver
from server.interviews.interview import Interview
from server.interviews.placement import Displaced
from server.nodes import membership
from server.nodes.leases import Beat, bury
from server.nodes.membership import Load
from server.nodes.remote_interview import RemoteInterview
from server.protocol import commands as c
from server.protocol import events as e
from tests.integration.server.pair import CANDIDATE, SERVER, Pair, node_of
from tests.integration.server.workplace import Workplace, create_interview

pytestmark = pytest.mark.integration


async def test_an_interview_is_called_wherever_it_lives(pair: Pair) -> None:
    here, there = await pair.live_at_one()
    assert there.state.seq == here.state.seq
    seq = await there.submit(c.AnswerDraft("identity-0", "a draft"), CANDIDATE, "draft")
    assert seq == here.state.seq
    assert await here.submit(c.AnswerDraft("identity-0", "a draft"), CANDIDATE, "draft") == seq, "one command, one seq"
    await there.disconnect(CANDIDATE)
    assert not here.state.candidate_present
    assert pair.two.resources.registry.running(here.id) is None


async def test_errors_come_back_as_what_they_were(pair: Pair) -> None:
    _, there = await pair.live_at_one()
    with pytest.raises(TurnOver):
        await there.submit(c.AnswerSubmit("nothing", "text"), CANDIDATE, None)
    with pytest.raises(AlreadyStarted) as caught:
        await there.submit(c.InterviewStart(), CANDIDATE, None)
    assert caught.value.detail
    with pytest.raises(SdpRejected):
        await there.publish("v=0")
    waiting, _ = await pair.invited()
    await pair.one.resources.registry.here(waiting)
    with pytest.raises(NotLive):
        await (await pair.two.resources.registry.get(waiting)).observe("usr_1", "v=0")
    with pytest.raises(NotFound):
        await pair.two.resources.registry.get("nobody")


async def test_interviews_are_shared_out(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both live on this test's loop here: how it lags on a busy machine says nothing of either. On one that stands
    still a worker may not be heard of for a while, and gets its share afterwards."""
    monkeypatch.setattr(membership, "BUSY_LAG_MS", float("inf"))
    created: list[str] = []
    homes = [0, 0]
    while min(homes) < 2 and len(created) < 24:
        created += [(await create_interview(pair.hr))["interview"] for _ in range(6)]
        homes = [len(place.resources.registry.open_ids) for place in (pair.one, pair.two)]
    assert sum(homes) == len(created)
    assert min(homes) >= 2, "each new one goes to the worker with the fewest, as far as it is known"
    for place, own in zip((pair.one, pair.two), homes, strict=True):
        found = [await place.resources.registry.get(interview_id) for interview_id in created]
        assert sum(isinstance(each, RemoteInterview) for each in found) == len(created) - own


async def test_two_who_open_the_same_interview_agree(pair: Pair) -> None:
    for _ in range(5):
        interview_id, _token = await pair.invited()
        gets = [place.resources.registry.get(interview_id) for place in (pair.one, pair.two) for _ in range(3)]
        found = await asyncio.gather(*gets)
        await asyncio.gather(*(each.record(e.ConnectionChanged("good")) for each in found))
        open_at = [place.resources.registry.running(interview_id) is not None for place in (pair.one, pair.two)]
        assert sorted(open_at) == [False, True]


async def test_the_board_shows_what_others_have(pair: Pair) -> None:
    here, _ = await pair.live_at_one()
    boards = [await place.resources.registry.board(here.state.organisation_id) for place in (pair.one, pair.two)]
    assert boards[0] == boards[1]
    assert [(card.interview, card.phase) for card in boards[0]] == [(here.id, "live")]
    assert await pair.two.resources.registry.board("another organisation") == ()


async def test_metrics_of_all_workers_on_one_page(pair: Pair) -> None:
    await pair.live_at_one()
    text = (await pair.two.client.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    appended = {each.labels["worker"]: each.value for each in families["viva_events_appended"].samples}
    assert appended.keys() == {"0", "1"}
    assert sum(appended.values()) == len(await pair.one.resources.log.read(pair.one.resources.registry.open_ids[0]))
    assert families["viva_workers"].samples[0].value == 2
    assert {each.labels["phase"]: each.value for each in families["viva_interviews"].samples}["live"] == 1
    lags = [each for each in families["viva_loop_lag_seconds"].samples if each.name.endswith("_count")]
    assert {each.labels["worker"] for each in lags} == {"0", "1"}
    assert (await pair.one.client.get("/readyz")).json()["checks"]["workers"] == {"ok": True, "detail": "2 of 2"}


async def test_what_a_dead_worker_had_goes_on_elsewhere_and_nothing_is_written_twice(pair: Pair) -> None:
    """`one` does not know that it is given up for dead, and believes in its lease: the log's sequence refuses it."""
    here, there = await pair.live_at_one()
    node_of(pair.one).placement._leases.beat = refuse  # type: ignore[method-assign]
    await asyncio.to_thread(bury, pair.redis.url, SERVER, node_of(pair.one).membership.node)
    taken = await wait_until_open(pair.two, here.id)
    assert taken.state.turn is not None
    assert here.state.turn is not None
    assert taken.state.turn.id == here.state.turn.id
    with pytest.raises(InterviewError):
        await here.submit(c.AnswerDraft("identity-0", "from the dead"), CANDIDATE, None)
    async with asyncio.timeout(10):
        while pair.one.resources.registry.running(here.id) is not None:
            await asyncio.sleep(0.02)
    await there.submit(c.AnswerDraft("identity-0", "from the living"), CANDIDATE, None)
    events = await pair.one.resources.log.read(here.id)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert sum(isinstance(event.data, e.ServerRestarted) for event in events) == 1
    drafts = [event.data.text for event in events if isinstance(event.data, e.AnswerDrafted)]
    assert drafts == ["from the living"]
    again = await pair.one.resources.registry.get(here.id)
    assert isinstance(again, RemoteInterview), "it asks the one who has it"


async def test_who_has_lost_the_lease_does_not_even_try_to_write(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a stop of the whole process: its own clock tells it to ask before it writes."""
    here, _ = await pair.live_at_one()
    placement = node_of(pair.one).placement
    with monkeypatch.context() as hanging:
        hanging.setattr(placement._leases, "beat", refuse)
        await asyncio.to_thread(bury, pair.redis.url, SERVER, node_of(pair.one).membership.node)
        await node_of(pair.two).placement.claim(here.id)
    tried: list[str] = []
    append = pair.one.resources.log.append

    async def note(interview_id: str, after_seq: int, events: list[NewEvent]) -> object:
        tried.append(interview_id)
        return await append(interview_id, after_seq, events)

    monkeypatch.setattr(pair.one.resources.log, "append", note)
    placement._ours_until_s = 0.0
    placement._tried_s = -1e9
    with pytest.raises(Displaced):
        await placement.hold(here.id)
    with pytest.raises(InterviewStopping):
        await here.submit(c.AnswerDraft("identity-0", "too late"), CANDIDATE, None)
    assert tried == []


async def test_who_was_present_through_a_dead_worker_is_seen_off(pair: Pair) -> None:
    here, _ = await pair.live_at_one()
    assert here.state.candidate_present
    node_of(pair.two).placement._leases.beat = refuse  # type: ignore[method-assign]
    await asyncio.to_thread(bury, pair.redis.url, SERVER, node_of(pair.two).membership.node)
    async with asyncio.timeout(10):
        while here.state.candidate_present:
            await asyncio.sleep(0.02)


async def refuse(load: Load) -> Beat:
    raise Unavailable("dead")


async def test_without_redis_each_worker_goes_on_with_what_it_has(pair: Pair) -> None:
    here, there = await pair.live_at_one()
    pair.redis.stop()
    node_of(pair.one).placement._ours_until_s = 0.0  # a lease that has run out meanwhile
    seq = await here.submit(c.AnswerDraft("identity-0", "no Redis"), CANDIDATE, None)
    with pytest.raises(Unavailable):
        await there.submit(c.AnswerDraft("identity-0", "elsewhere"), CANDIDATE, None)
    pair.redis.start()
    async with asyncio.timeout(20):
        while True:
            try:
                again = await pair.two.resources.registry.get(here.id)
                assert await again.submit(c.AnswerDraft("identity-0", "back"), CANDIDATE, None) > seq
                break
            except Unavailable:
                await asyncio.sleep(0.1)
    assert here.state.turn is not None
    assert here.state.turn.draft == "back", "it stayed with the worker that had it"


async def wait_until_open(place: Workplace, interview_id: str) -> Interview:
    async with asyncio.timeout(10):
        while (interview := place.resources.registry.running(interview_id)) is None:
            await asyncio.sleep(0.02)
    return interview
