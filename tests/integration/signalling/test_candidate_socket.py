from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from server.errors import Unavailable
from server.interviews.broadcast import interview_topic
from server.interviews.bus import LocalBus
from server.protocol import events as e
from server.protocol import signals as s
from tests.integration.signalling.house import FakeInterview, House, enter, hear, hear_until, say, seqs

ASSESSED = e.AnswerAssessed("t", "q", e.Star(0, 0, 0, 0), (), ())


def recovered(*epochs: int) -> list[e.MediaRecovered]:
    return [e.MediaRecovered(epoch) for epoch in epochs]


async def test_hello_brings_the_past_then_the_present(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(*recovered(1, 2))
    async with house.dial() as socket:
        assert socket.subprotocol == "viva.v1"
        frames = await enter(socket)
        assert [frame["type"] for frame in frames] == [
            "session.welcomed", "media.recovered", "media.recovered", "candidate.connected", "session.caught_up",
        ]  # fmt: skip
        assert frames[0]["data"]["role"] == "candidate"
        assert frames[-1]["data"] == {"seq": 3}
        await interview.happen(*recovered(3))
        live = await hear(socket)
        assert (live["seq"], live["data"]) == (4, {"epoch": 3})
    assert [type(event.data) for event in house.resources.log.events["one"]][-1] is e.CandidateDisconnected


async def test_resume_sends_only_what_was_missed(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(*recovered(*range(1, 1001)))
    async with house.dial() as socket:
        frames = await enter(socket, after_seq=598)
        assert seqs(frames) == list(range(599, 1002))


async def test_a_candidate_sees_no_judgement_and_resumes_over_the_holes(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(*recovered(1), ASSESSED, *recovered(2), ASSESSED)
    async with house.dial() as socket:
        assert seqs(await enter(socket)) == [1, 3, 5]
        await interview.happen(ASSESSED, *recovered(3), e.ObserverJoined("user-1", "c", "Kim"))
        assert [(frame := await hear(socket))["seq"], frame["type"]] == [7, "media.recovered"]
        joined = await hear(socket)
        assert joined["data"] == {"user_id": "", "connection_id": "c", "name": "", "watcher": ""}
    async with house.dial() as socket:
        assert seqs(await enter(socket, after_seq=7)) == [8, 9, 10]


async def test_a_candidate_who_comes_back_through_another_worker_ends_this_socket(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await interview.happen(e.CandidateConnected("on another worker"))
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 4000


ISSUED = e.InviteIssued("invite-2", "2026-03-09T09:16:07.120Z")


async def test_a_newer_link_ends_the_sockets_of_the_older_one(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(ISSUED)  # our own link
    async with house.dial() as socket:
        await enter(socket)
        await interview.happen(*recovered(1), ISSUED)
        assert (await hear(socket))["type"] == "media.recovered"
        with pytest.raises(ConnectionClosed):
            await hear(socket)
        assert socket.close_code == 4001


async def test_a_newer_link_during_the_hello_ends_the_socket_too(house: House) -> None:
    house.open_interview()
    house.access.checks_left = 1
    async with house.dial() as socket:
        with pytest.raises(ConnectionClosed):
            await enter(socket)
        assert socket.close_code == 4001


async def test_nothing_is_lost_or_repeated_when_the_bus_is_not_perfect(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await interview.happen(*recovered(1), loudly=False)  # published by nobody
        await interview.happen(*recovered(2))
        await interview.happen(*recovered(3, 4), loudly=False)
        bus = house.resources.bus
        assert isinstance(bus, LocalBus)
        bus._mailboxes.put_lagged(interview_topic("one"))
        repeated = house.resources.log.events["one"][-1]
        await interview.happen(*recovered(5))
        assert repeated.seq == 5
        assert seqs([await hear(socket) for _ in range(5)]) == [2, 3, 4, 5, 6]
        await say(socket, "session.ping", {"echo": "end"})
        assert (await hear(socket))["type"] == "session.pong"


async def test_events_that_happen_while_the_past_is_read_come_once(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(*recovered(*range(1, 900)))
    async with house.dial() as socket, asyncio.TaskGroup() as tasks:
        tasks.create_task(_happen_slowly(interview))
        frames = await enter(socket)
        while not seqs(frames) or seqs(frames)[-1] < 950:
            frames.append(await hear(socket))
        assert seqs(frames) == list(range(1, 951))


async def _happen_slowly(interview: FakeInterview) -> None:
    for epoch in range(50):
        await interview.happen(e.MediaRecovered(epoch))
        await asyncio.sleep(0.001)


async def test_signals_reach_the_candidate_but_the_board_does_not(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await house.show_card("one")
        await interview.signal(s.CaptionUpdated("t", "g", "I called", "the"))
        caption = await hear(socket)
        assert (caption["type"], caption["seq"]) == ("caption.updated", None)


async def test_commands_are_answered_and_a_repeated_id_is_answered_alike(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        for _ in range(2):
            await say(socket, "answer.submit", {"turn_id": "t", "text": "because"}, command_id="command-1")
            accepted = (await hear_until(socket, "command.accepted"))[-1]
            assert accepted["data"] == {"command": "command-1", "seq": 3}
    assert len(interview.submitted) == 1
    _, actor, command_id = interview.submitted[0]
    assert (actor.role, command_id) == ("candidate", "command-1")


async def test_a_refusal_has_a_code_and_says_whether_to_try_again(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "answer.finish", {"turn_id": "t"}, command_id="one")
        assert (await hear(socket))["data"] == {
            "command": "one", "code": "turn_over", "detail": "this question is over", "retryable": False,
        }  # fmt: skip
        await say(socket, "interview.end", command_id="two")
        refusal = (await hear(socket))["data"]
        assert (refusal["command"], refusal["code"], refusal["retryable"]) == ("two", "unavailable", True)


async def test_an_interview_that_does_not_answer_is_not_waited_for_without_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.signalling.socket.COMMAND_TIMEOUT_S", 0.05)
    interview = house.open_interview()
    interview.stuck = True
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "answer.finish", {"turn_id": "t"}, command_id="one")
        refusal = (await hear(socket))["data"]
        assert (refusal["code"], refusal["retryable"]) == ("unavailable", True)


async def test_what_is_hr_s_or_another_interview_s_is_forbidden(house: House) -> None:
    house.open_interview()
    house.open_interview("two")
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "board.watch")
        assert (await hear(socket))["data"]["code"] == "forbidden"
        await say(socket, "interview.watch", interview="one")
        assert (await hear(socket))["data"]["code"] == "forbidden"
        await say(socket, "answer.finish", {"turn_id": "t"}, interview="two")
        assert (await hear(socket))["data"]["code"] == "forbidden"


async def test_a_newer_tab_takes_over(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as old:
        await enter(old)
        async with house.dial() as new:
            await enter(new)
            with pytest.raises(ConnectionClosed):
                await hear_until(old, "never")
            assert old.close_code == 4000
            await interview.happen(*recovered(1))
            assert (await hear(new))["type"] == "media.recovered"
            assert len(interview.present) == 1
    types = [type(event.data).__name__ for event in house.resources.log.events["one"][:3]]
    assert types == ["CandidateConnected", "CandidateDisconnected", "CandidateConnected"]


async def test_a_restarted_interview_asks_its_sockets_to_announce_themselves(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(e.ServerRestarted())
    async with house.dial() as socket:
        await enter(socket)
        await interview.happen(e.ServerRestarted())
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 1012


async def test_a_failing_log_closes_the_socket_for_another_try(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        house.resources.log.failure = Unavailable("the database does not answer")
        await interview.happen(*recovered(1), loudly=False)
        await interview.happen(*recovered(2))
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert (socket.close_code, socket.close_reason) == (1013, "unavailable")


async def test_silence_ends_the_socket(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    interview = house.open_interview()
    monkeypatch.setattr("server.signalling.wire.Wire.receive.__defaults__", (0.1,))
    async with house.dial() as socket:
        await enter(socket)
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 1001
    assert interview.present == []
