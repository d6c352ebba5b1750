"""Everybody around the server: candidates in running interviews, watchers, boards, and those who read nothing."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed

from simulation.client import InterviewLink, SessionInfo, fetch_session, open_http, redeem_invite
from tests.benchmarks.events.line import Frame, Line, dial
from tests.integration.interviewing import House

STALLED_WATCH = 30
STALLED_ASKS = 12
STALLED_PACE_S = 0.3
LONG_DRAFTS, LONG_DRAFT = 30, "Word after word of a long answer. " * 250
CALLERS = 8
"""Interviews that are begun at the same time."""
DRAFT_EVERY_S = 10.0
LONG_TEXT = "All of us who watch can read this. " * 20
COMMANDS: tuple[tuple[str, dict[str, object]], ...] = (
    ("interview.pause", {}),
    ("interview.resume", {}),
    ("chat.send", {"channel": "backroom", "text": LONG_TEXT}),
)


@dataclass
class Watcher:
    line: Line
    interview: str
    seen_s: dict[int, float] = field(default_factory=dict)
    """When each event was read, by its `seq`."""
    caught_up: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, frame: Frame, at_s: float) -> None:
        if frame["seq"] is not None:
            self.seen_s[frame["seq"]] = at_s
        elif frame["type"] == "session.caught_up":
            self.caught_up.set()


@dataclass
class Typing:
    """What a candidate's page knows: the open question."""

    turn_id: str = ""

    def hear(self, frame: Frame, at_s: float) -> None:
        if frame["type"] == "question.asked":
            self.turn_id = frame["data"]["turn_id"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that was accepted, and the `seq` it led to."""

    interview: str
    seq: int
    sent_s: float
    accepted_s: float


class Crowd:
    """`tasks` own every socket's reader; they end when `stack` closes the sockets."""

    def __init__(self, house: House, tasks: asyncio.TaskGroup, stack: AsyncExitStack) -> None:
        self._house = house
        self._tasks = tasks
        self._stack = stack
        self._cookie = "; ".join(f"{name}={value}" for name, value in house.hr.http.cookies.items())
        self._pinging: list[asyncio.Task[None]] = []
        self._drafting: list[asyncio.Task[None]] = []
        self._candidates: dict[str, tuple[Line, Typing]] = {}
        self.interviews: list[str] = []
        self.watchers: list[Watcher] = []
        self.boards: list[Line] = []

    async def begin_interviews(self, count: int) -> None:
        numbers = iter(range(count))

        async def call() -> None:
            for number in numbers:
                await self._begin_interview(number)

        async with asyncio.TaskGroup() as callers:
            for _ in range(CALLERS):
                callers.create_task(call())

    async def watch(self, count: int) -> None:
        """One interview each, all interviews evenly."""
        for interview in itertools.islice(itertools.cycle(self.interviews), count):
            connection = await dial(self._stack, self._house.server.base_url, self._cookie)
            watcher = Watcher(Line(connection), interview)
            watcher.line.hear = watcher.hear
            self._tasks.create_task(watcher.line.run())
            await watcher.line.say("session.hello")
            await watcher.line.ask("interview.watch", {"after_seq": 0}, interview)
            async with asyncio.timeout(30):
                await watcher.caught_up.wait()
            self.watchers.append(watcher)

    async def watch_board(self, count: int) -> None:
        for _ in range(count):
            line = Line(await dial(self._stack, self._house.server.base_url, self._cookie))
            self._tasks.create_task(line.run())
            await line.say("session.hello")
            await line.ask("board.watch")
            self.boards.append(line)

    async def stall(self, count: int) -> None:
        """Each watches the board and many interviews, and asks for a long one from its beginning over and over: it
        takes some to fill what two kernels hold. Nothing is read; pings go on."""
        line, typing = self._candidates[self.interviews[0]]
        for number in range(LONG_DRAFTS):
            await line.say("answer.draft", {"turn_id": typing.turn_id, "text": f"{number} {LONG_DRAFT}"})
            await asyncio.sleep(STALLED_PACE_S / 3)
        async with asyncio.TaskGroup() as stalling:
            for number in range(count):
                connection = await dial(self._stack, self._house.server.base_url, self._cookie, narrow=True)
                stalling.create_task(self._ask_for_much(Line(connection), number * STALLED_WATCH))

    async def _ask_for_much(self, line: Line, begin: int) -> None:
        await line.say("session.hello")
        await line.say("board.watch")
        for number in range(1, STALLED_WATCH):
            await self._watch_from_start(line, self.interviews[(begin + number) % len(self.interviews)])
        for _ in range(STALLED_ASKS):
            await self._watch_from_start(line, self.interviews[0])
            await asyncio.sleep(STALLED_PACE_S)
        self._pinging.append(self._tasks.create_task(line.ping()))

    async def _watch_from_start(self, line: Line, interview: str) -> None:
        await line.say("interview.watch", {"after_seq": 0}, interview)

    async def command(self, seconds: float, rate_per_s: float) -> list[Sent]:
        """At a steady rate, whether or not the answers have come; the first watcher of each interview in turn."""
        first = {watcher.interview: watcher for watcher in reversed(self.watchers)}
        turns = itertools.cycle(itertools.product(COMMANDS, first.values()))
        sent: list[Sent] = []
        begun_s = time.monotonic()
        async with asyncio.TaskGroup() as asking:
            for number in range(round(seconds * rate_per_s)):
                await asyncio.sleep(max(0.0, begun_s + number / rate_per_s - time.monotonic()))
                (name, data), watcher = next(turns)
                asking.create_task(_ask(watcher, name, data, sent))
        return sent

    def leave(self) -> None:
        for task in (*self._pinging, *self._drafting):
            task.cancel()

    async def _begin_interview(self, number: int) -> None:
        link = await self._house.invite(name=f"Candidate {number}")
        session, info = await self._open_session(link)
        line = Line(await dial(self._stack, self._house.server.base_url, None))
        typing = Typing()
        line.hear = typing.hear
        self._tasks.create_task(line.run())
        await line.say("session.hello", {"token": session})
        for consent in info.consents:
            text_hash = consent.texts["en"].hash
            await line.ask("consent.give", {"kind": consent.kind, "granted": True, "text_hash": text_hash})
        await line.ask("interview.start", {"text_only": True})
        self._drafting.append(self._tasks.create_task(_draft(line, typing)))
        self._candidates[link.interview] = line, typing
        self.interviews.append(link.interview)

    async def _open_session(self, link: InterviewLink) -> tuple[str, SessionInfo]:
        async with open_http(self._house.server.base_url) as http:
            session = await redeem_invite(http, link.invite_url.rsplit("/", 1)[1])
            return session, await fetch_session(http, session)


async def _draft(line: Line, typing: Typing) -> None:
    """Until cancelled, or the socket is closed."""
    try:
        for number in itertools.count():
            await asyncio.sleep(DRAFT_EVERY_S)
            await line.say("answer.draft", {"turn_id": typing.turn_id or "none", "text": f"{number} words so far"})
    except ConnectionClosed:
        pass


async def _ask(watcher: Watcher, name: str, data: dict[str, object], sent: list[Sent]) -> None:
    sent_s = time.monotonic()
    seq = await watcher.line.ask(name, data, watcher.interview)
    sent.append(Sent(watcher.interview, seq, sent_s, time.monotonic()))
