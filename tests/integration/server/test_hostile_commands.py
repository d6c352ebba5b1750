"""Commands nobody should send, to the real app over real sockets: each is refused in words a page can act on, and the
interview, its log and those beside them are as if it had never been said."""

from __future__ import annotations

import asyncio
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from server.db.log import LoggedEvent
from server.db.users import Users
from server.hr.consents import consents
from server.protocol import events as e
from tests.benchmarks.events.line import CommandRefused, Frame, Line
from tests.integration.server.workplace import Workplace, create_interview, open_workplace, token_of

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

FLOOD, FLOOD_PER_S = 2_000, 1_000
ALLOWED_AT_ONCE, ALLOWED_PER_S = 100, 50


class Server:
    """A workplace that listens on the loopback too."""

    def __init__(self, workplace: Workplace, port: int, tasks: asyncio.TaskGroup) -> None:
        self.workplace = workplace
        self._port = port
        self._tasks = tasks

    @asynccontextmanager
    async def line(self, hr: httpx.AsyncClient | None = None) -> AsyncIterator[tuple[Line, list[Frame]]]:
        """Somebody's socket, and what it has heard."""
        cookie = "; ".join(f"{name}={value}" for name, value in hr.cookies.items()) if hr is not None else ""
        async with connect(
            f"ws://127.0.0.1:{self._port}/v1/socket",
            subprotocols=[Subprotocol("viva.v1")],
            additional_headers={"Cookie": cookie} if cookie else None,
            proxy=None,
            ping_interval=None,
            close_timeout=1,
        ) as connection:
            heard: list[Frame] = []
            line = Line(connection, lambda frame, at_s: heard.append(frame))
            reading = self._tasks.create_task(line.run())
            if hr is not None:
                await line.say("session.hello")
            yield line, heard
        await reading

    @asynccontextmanager
    async def running(self, hr: httpx.AsyncClient) -> AsyncIterator[tuple[str, Line]]:
        """An interview, and its candidate's socket."""
        created = await create_interview(hr, language="en")
        redeemed = await self.workplace.client.post("/v1/invites/redeem", json={"token": token_of(created)})
        async with self.line() as (candidate, _):
            await candidate.say("session.hello", {"token": redeemed.json()["session"]})
            for each in await asyncio.to_thread(consents, names_model=False):
                given = {"kind": each.kind, "granted": True, "text_hash": each.texts["en"].hash}
                await candidate.ask("consent.give", given)
            await candidate.ask("interview.start", {"text_only": True})
            yield created["interview"], candidate

    async def log(self, interview: str) -> tuple[LoggedEvent, ...]:
        return await self.workplace.resources.log.read(interview)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with open_workplace(tmp_path) as workplace:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        app: Any = workplace.client._transport.app  # type: ignore[attr-defined]
        config = uvicorn.Config(
            app, ws="websockets-sansio", lifespan="off", log_config=None, log_level="warning", access_log=False
        )
        config.load()
        listening = uvicorn.Server(config)
        listening.lifespan = config.lifespan_class(config)
        await listening.startup(sockets=[listener])
        try:
            async with asyncio.TaskGroup() as tasks:
                yield Server(workplace, listener.getsockname()[1], tasks)
        finally:
            listening.force_exit = True
            await listening.shutdown(sockets=[listener])


async def refused(line: Line, name: str, data: Frame, interview: str) -> str:
    with pytest.raises(CommandRefused) as caught:
        await line.ask(name, data, interview)
    return str(caught.value).partition(":")[0]


async def test_out_of_order(server: Server) -> None:
    """What takes back, changes or gives back something that never was; speaking without watching."""
    hr = await server.workplace.hr()
    async with server.running(hr) as (interview, candidate), server.line(hr) as (line, _):
        before = await server.log(interview)
        assert await refused(line, "floor.take", {"mode": "barge"}, interview) == "not_watching"
        await line.ask("interview.watch", {"after_seq": 0}, interview)
        for name, data, code in (
            ("floor.hand_back", {}, "floor_not_held"),
            ("floor.mode", {"mode": "takeover"}, "floor_not_held"),
            ("directive.withdraw", {"directive_id": "directive-9"}, "directive_unknown"),
            ("interview.cancel_close", {}, "close_not_announced"),
            ("question.unskip", {"turn_id": "identity-0"}, "undo_too_late"),
            ("question.skip", {"turn_id": "closing-7"}, "turn_over"),
            ("time.grant", {"turn_id": "closing-7", "minutes": 2}, "turn_over"),
            ("alert.acknowledge", {"kind": "silence"}, "alert_unknown"),
            ("interview.reopen", {"reason": "It broke off."}, "not_aborted"),
            ("interview.watch", {"after_seq": 10_000}, "seq_unknown"),
            ("floor.take", {"mode": "whatever"}, "invalid_message"),
        ):
            assert await refused(line, name, data, interview) == code, name
        assert await line.ask("interview.resume", {}, interview), "it is not paused: nothing to do is no fault"
        after = await server.log(interview)
        assert {type(event.data) for event in after[len(before) :]} <= {e.ObserverJoined}
        await candidate.ask("answer.draft", {"turn_id": "identity-0", "text": "undisturbed"})


async def test_one_command_twice(server: Server) -> None:
    """With one id it is done once, whoever of HR's sockets says it again, and after what undid it."""
    hr = await server.workplace.hr()
    async with server.running(hr) as (interview, _), server.line(hr) as (one, _), server.line(hr) as (two, _):
        for line in (one, two):
            await line.ask("interview.watch", {"after_seq": 0}, interview)
        commands: tuple[tuple[str, Frame], ...] = (
            ("interview.pause", {}),
            ("floor.take", {"mode": "barge"}),
            ("chat.send", {"channel": "candidate", "text": "Hello!"}),
            ("directive.give", {"kind": "note", "text": "calm"}),
        )
        for name, data in commands:
            command_id = uuid.uuid4().hex
            seq = await one.ask(name, data, interview, command_id)
            length = len(await server.log(interview))
            again = await asyncio.gather(*(each.ask(name, data, interview, command_id) for each in (one, two)))
            assert again == [seq, seq], name
            assert len(await server.log(interview)) == length, name
        pause = next(event for event in await server.log(interview) if isinstance(event.data, e.InterviewPaused))
        await one.ask("interview.resume", {}, interview)
        length = len(await server.log(interview))
        assert await two.ask("interview.pause", {}, interview, pause.cause or "") == pause.seq
        assert len(await server.log(interview)) == length, "an old command that comes late pauses nothing again"


async def test_a_finished_interview(server: Server) -> None:
    hr = await server.workplace.hr()
    async with server.running(hr) as (interview, candidate), server.line(hr) as (line, _):
        await line.ask("interview.watch", {"after_seq": 0}, interview)
        await candidate.ask("interview.end")
        before = await server.log(interview)
        for name, data in (
            ("floor.take", {"mode": "barge"}),
            ("floor.hand_back", {}),
            ("directive.give", {"kind": "ask", "text": "the budget"}),
            ("interview.pause", {}),
            ("interview.resume", {}),
            ("interview.close", {}),
            ("interview.cancel_close", {}),
        ):
            assert await refused(line, name, data, interview) == "not_live", name
        about_a_turn: tuple[tuple[str, Frame], ...] = (
            ("question.skip", {}),
            ("question.repeat", {}),
            ("time.grant", {"minutes": 2}),
        )
        for name, data in about_a_turn:
            assert await refused(line, name, {**data, "turn_id": "identity-0"}, interview) in (
                "turn_over",
                "not_live",
            ), name
        assert await server.log(interview) == before
        assert await line.ask("chat.send", {"channel": "candidate", "text": "Thank you."}, interview) > before[-1].seq


async def test_a_revoked_user(server: Server) -> None:
    admin, recruiter = await server.workplace.hr("admin"), await server.workplace.hr()
    async with (
        server.running(recruiter) as (interview, candidate),
        server.line(recruiter) as (line, _),
        server.line(admin) as (beside, _),
    ):
        for each in (line, beside):
            await each.ask("interview.watch", {"after_seq": 0}, interview)
        credentials = await server.workplace.resources.users.credentials("recruiter@example.example")
        assert credentials is not None
        await Users(server.workplace.resources.database).set_active(credentials.user.id, False)
        before = await server.log(interview)
        for name, data in (("floor.take", {"mode": "barge"}), ("interview.pause", {}), ("interview.close", {})):
            assert await refused(line, name, data, interview) == "user_disabled", name
        assert await server.log(interview) == before
        async with asyncio.timeout(10):
            while line.closed_code is None:
                await asyncio.sleep(0.05)
        assert line.closed_code == 4001
        await beside.ask("interview.pause", {}, interview)
        await candidate.ask("answer.draft", {"turn_id": "identity-0", "text": "undisturbed"})


async def test_a_thousand_a_second(server: Server) -> None:
    """From one client; what is over the rate is refused as such, and what was accepted is all that the log has."""
    hr, other = await server.workplace.hr(), await server.workplace.hr("admin")
    async with (
        server.running(hr) as (interview, _),
        server.running(other) as (neighbour, candidate),
        server.line(hr) as (flooding, heard),
        server.line(other) as (line, _),
    ):
        begun_s = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            flood = tasks.create_task(_flood(flooding, interview))
            answered = 0
            while not flood.done() or answered < 5:
                await line.ask("interview.pause" if answered % 2 == 0 else "interview.resume", {}, neighbour)
                await candidate.ask("answer.draft", {"turn_id": "identity-0", "text": f"undisturbed {answered}"})
                answered += 1
                await asyncio.sleep(0.1)
        sent = flood.result()
        async with asyncio.timeout(30):
            while flooding.closed_code is None and len(_answers(heard)) < len(sent):
                await asyncio.sleep(0.05)
        took_s = time.monotonic() - begun_s
        answers = _answers(heard)
        codes = {code for code in answers.values() if code is not None}
        assert codes == {"too_many_requests"}
        assert flooding.closed_code in (None, 4002)
        accepted = {command for command, code in answers.items() if code is None}
        assert 0 < len(accepted) <= ALLOWED_AT_ONCE + ALLOWED_PER_S * took_s
        causes = {event.cause for event in await server.log(interview)} & sent
        assert causes <= accepted or flooding.closed_code is not None
        drafts = [event for event in await server.log(neighbour) if isinstance(event.data, e.AnswerDrafted)]
        assert len(drafts) == answered


async def _flood(line: Line, interview: str) -> set[str]:
    """The ids of what was sent; as fast as planned, or as the server lets it."""
    sent: set[str] = set()
    begun_s = time.monotonic()
    for number in range(FLOOD):
        await asyncio.sleep(max(0.0, begun_s + number / FLOOD_PER_S - time.monotonic()))
        if line.closed_code is not None:
            break
        sent.add(command_id := uuid.uuid4().hex)
        with suppress(ConnectionClosed):
            await line.say("interview.pause" if number % 2 == 0 else "interview.resume", {}, interview, command_id)
    return sent


def _answers(heard: list[Frame]) -> dict[str, str | None]:
    """By command: the code of its refusal, or None."""
    kinds = ("command.accepted", "command.rejected")
    return {frame["data"]["command"]: frame["data"].get("code") for frame in heard if frame["type"] in kinds}
