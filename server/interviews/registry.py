"""All interviews of this process: finds, revives, supervises and retires them.

Those that live in another worker are reached through the `Placement`, and look the same to who asks.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from media.counters import Tally
from media.settings import MediaSettings
from media.transcription.ports import Recogniser
from media.transcription.shelf import Shelf
from media.types import RecogniserInfo
from server.db.errors import SequenceConflict
from server.db.log import PAUSE_AFTER, EventLog, LoggedEvent, NewEvent
from server.errors import InterviewError, NotFound, Unavailable
from server.identifiers import new_id
from server.interviews.broadcast import Broadcast
from server.interviews.bus import EventBus
from server.interviews.clock import SystemClock, WallClock
from server.interviews.errors import InterviewStopping
from server.interviews.evolve import evolve
from server.interviews.interview import Interview
from server.interviews.mind import Mind
from server.interviews.placement import Displaced, LiveInterview, LocalPlacement, Placement
from server.interviews.services import Services
from server.interviews.sessions import SessionOpener
from server.interviews.state import InterviewState
from server.language_model.opening import Lanes
from server.protocol.events import InterviewCreated, SegmentTranscribed
from server.protocol.signals import BoardCard, Phase

log = structlog.get_logger(__name__)

RETIRE_EVERY_S = 60.0
LOOK_EVERY_S = 1.0
"""For interviews whose worker has died."""
RUNNING: tuple[Phase, ...] = ("live", "closing")
REVIVE_AFTER_S = 1.0
REVIVE_AT_MOST_S = 60.0
STOP_WITHIN_S = 8.0


class InterviewRegistry:
    def __init__(
        self,
        *,
        log: EventLog,
        bus: EventBus,
        mind: Mind,
        scheduler: Recogniser,
        media_settings: MediaSettings,
        recordings_dir: Path,
        wall: WallClock | None = None,
        placement: Placement | None = None,
        load: Callable[[], float] = lambda: 0.0,
        tally: Tally | None = None,
        shelf: Shelf | None = None,
        lanes: Lanes | None = None,
    ) -> None:
        wall = wall or SystemClock()
        self._log = log
        self._placement: Placement = placement or LocalPlacement()
        self._broadcast = Broadcast(bus, wall)
        opener = SessionOpener(scheduler, media_settings, recordings_dir, load, tally or Tally(), shelf)
        self._services = Services(
            log, self._broadcast, mind, wall, opener, self._placement.hold, scheduler.admits, lanes
        )
        self._interviews: dict[str, Interview] = {}
        self._opening = asyncio.Lock()
        self._tasks: asyncio.TaskGroup | None = None
        self._closing = asyncio.Event()
        self._idle_before: set[Interview] = set()
        self._supervised: set[str] = set()
        self._unreadable: set[str] = set()

    async def run(self, *, ready: asyncio.Event | None = None) -> None:
        """Owned by the app. Interviews that were live when the last process ended go on at once; so do, later, those
        of a worker that died."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                await self._take_up_running()
            except Unavailable as error:
                if not self._placement.shared:
                    raise
                log.warning("registry.look_failed", code=error.code)  # Redis has just gone: the next look does it
            if ready is not None:
                ready.set()
            if self._placement.shared:
                tasks.create_task(self._look_around())
            while not self._closing.is_set():
                await self._retire_idle()
                await self._pause(RETIRE_EVERY_S)

    async def close(self) -> None:
        """Ends every interview's process side, recordings finished; their logs stay where they are."""
        self._closing.set()
        interviews = list(self._interviews.values())
        try:
            async with asyncio.timeout(STOP_WITHIN_S), asyncio.TaskGroup() as stopping:
                for interview in interviews:
                    stopping.create_task(interview.stop())
        except TimeoutError:
            log.warning("registry.stop_timed_out", interviews=len(interviews))

    def use_recogniser(self, info: RecogniserInfo) -> None:
        """Another one transcribes from now on; interviews that are opened from here on say so."""
        mind = replace(self._services.mind, recogniser_name=info.name, demonstration=info.demonstration)
        self._services = replace(self._services, mind=mind)

    async def create(self, created: InterviewCreated) -> str:
        interview_id = new_id()
        (event,) = await self._log.append(interview_id, 0, [NewEvent(created)])
        state = evolve(InterviewState(interview_id), event.data, at=event.at, t_ms=event.t_ms)
        await self._broadcast.events(state, (), False)
        return interview_id

    async def get(self, interview_id: str) -> LiveInterview:
        """The interview wherever it lives; revived from its log when it is nowhere. Raises NotFound, Unavailable."""
        if (running := self._interviews.get(interview_id)) is not None:
            return running
        if (elsewhere := await self._placement.find(interview_id, self.get)) is not None:
            return elsewhere
        return await self._open(interview_id)

    async def here(self, interview_id: str) -> Interview:
        """For other workers, who believe it lives here. Raises Displaced when it does not, NotFound."""
        if (running := self._interviews.get(interview_id)) is not None:
            return running
        await self._placement.claim(interview_id)
        return await self._open(interview_id)

    def running(self, interview_id: str) -> Interview | None:
        """Without waking it."""
        return self._interviews.get(interview_id)

    async def fold(self, interview_id: str) -> InterviewState:
        """State from the log alone. Raises NotFound."""
        return await _fold(interview_id, await self._read(interview_id))

    async def look(self, interview_id: str) -> InterviewState:
        """Looking at an interview does not wake it. Raises NotFound."""
        running = self.running(interview_id)
        return running.state if running is not None else await self.fold(interview_id)

    async def board(self, organisation_id: str) -> tuple[BoardCard, ...]:
        """Cards of everything that is not over, or whose candidate waits for a person; oldest first."""
        elsewhere = {card.interview: card for card in await self._placement.cards(organisation_id)}
        here = {card.interview: card for card in self.open_cards(organisation_id)}
        cards: list[BoardCard | None] = []
        for interview_id in await self._log.on_board(organisation_id):
            known = here.get(interview_id) or elsewhere.get(interview_id)
            cards.append(known or await self._card_from_log(interview_id))
        return tuple(card for card in cards if card is not None)

    def open_cards(self, organisation_id: str) -> list[BoardCard]:
        """Of the interviews that are open in this process."""
        states = (interview.state for interview in self._interviews.values())
        return [self._broadcast.card(state) for state in states if state.organisation_id == organisation_id]

    @property
    def open_ids(self) -> tuple[str, ...]:
        return tuple(self._interviews)

    @property
    def running_count(self) -> int:
        """Those that cost something: a candidate is there, or the interview goes on."""
        states = (interview.state for interview in self._interviews.values())
        return sum(state.candidate_present or state.phase in RUNNING for state in states)

    async def _open(self, interview_id: str) -> Interview:
        """It is ours. Raises NotFound, InterviewStopping."""
        async with self._opening:
            if (running := self._interviews.get(interview_id)) is not None:
                return running
            try:
                if self._tasks is None or self._closing.is_set():
                    raise InterviewStopping("the server is going down")
                interview = Interview(await self.fold(interview_id), self._services)
            except BaseException:
                await self._placement.release(interview_id)
                raise
            self._interviews[interview_id] = interview
            self._tasks.create_task(self._supervise(interview))
            return interview

    async def _take_up_running(self) -> None:
        """What was running goes on; what waits for its candidate waits in the log."""
        known = self._supervised | self._unreadable
        running = [each for each in await self._log.unfinished(RUNNING) if each not in known]
        for interview_id in await self._placement.take_up(running):
            try:
                await self.here(interview_id)
            except Displaced:
                continue  # somebody was faster
            except (LookupError, ValueError) as error:
                self._unreadable.add(interview_id)
                log.error("interview.unreadable", interview=interview_id, error=type(error).__name__)

    async def _look_around(self) -> None:
        """Takes up what a dead worker has left, and lets go of what others have taken from us while we hung."""
        while not self._closing.is_set():
            await self._pause(LOOK_EVERY_S)
            try:
                for interview_id in await self._placement.lost(self.open_ids):
                    log.warning("interview.displaced", interview=interview_id)
                    if (displaced := self._interviews.get(interview_id)) is not None:
                        await displaced.stop()
                await self._take_up_running()
            except InterviewError as error:
                log.warning("registry.look_failed", code=error.code)

    async def _card_from_log(self, interview_id: str) -> BoardCard | None:
        """None, and a line in the server's log, for an interview whose events this version cannot read."""
        try:
            events = await self._read(interview_id)
            state = await _fold(interview_id, events)
        except (LookupError, ValueError) as error:
            log.error("interview.unreadable", interview=interview_id, error=type(error).__name__)
            return None
        segments = {event.data.segment_id: event.data for event in events if isinstance(event.data, SegmentTranscribed)}
        last = max(segments.values(), key=lambda segment: segment.t_end_ms, default=None)
        return self._broadcast.card(state, last_caption=last.text if last else "")

    async def _read(self, interview_id: str) -> tuple[LoggedEvent, ...]:
        events = await self._log.read(interview_id)
        if not events:
            raise NotFound("no such interview")
        return events

    async def _supervise(self, interview: Interview) -> None:
        """One interview's failure is its own. One that was running is taken up again from its log, ever more
        patiently; until then it stays ours."""
        self._supervised.add(interview.id)
        try:
            await self._run_again_and_again(interview)
        finally:
            self._supervised.discard(interview.id)
            async with self._opening:
                if interview.id not in self._interviews:
                    await self._placement.release(interview.id)

    async def _run_again_and_again(self, interview: Interview) -> None:
        pause_s = REVIVE_AFTER_S
        while True:
            began_s = time.monotonic()
            try:
                await interview.run()
            except Exception as error:  # noqa: BLE001 - supervisor: one interview's trouble must not reach the others
                _report(interview, error)
                await interview.stop()
            finally:
                self._forget(interview)
            if interview.state.phase not in RUNNING or self._closing.is_set():
                return
            if time.monotonic() - began_s > REVIVE_AT_MOST_S:
                pause_s = REVIVE_AFTER_S
            revived = await self._revive(interview.id, pause_s)
            if revived is None:
                return
            interview = revived
            pause_s = min(2 * pause_s, REVIVE_AT_MOST_S)

    async def _revive(self, interview_id: str, pause_s: float) -> Interview | None:
        """A new actor for the same supervisor; None when somebody else has it, or the server is going down."""
        while True:
            await self._pause(pause_s)
            async with self._opening:
                if self._closing.is_set() or interview_id in self._interviews:
                    return None
                try:
                    await self._placement.claim(interview_id)
                    interview = Interview(await self.fold(interview_id), self._services)
                except Displaced:
                    return None
                except Exception as error:  # supervisor: the log cannot be read at this moment
                    log.exception("interview.not_revived", interview=interview_id, error=type(error).__name__)
                else:
                    self._interviews[interview_id] = interview
                    return interview
            pause_s = min(2 * pause_s, REVIVE_AT_MOST_S)

    def _forget(self, interview: Interview) -> None:
        if self._interviews.get(interview.id) is interview:
            del self._interviews[interview.id]
        self._broadcast.forget(interview.id)

    async def _retire_idle(self) -> None:
        """Actors that have been idle over two looks go: the log is enough to bring them back."""
        idle = {interview for interview in self._interviews.values() if interview.idle}
        for interview in list(self._interviews.values()):
            await interview.expire(self._services.wall.now())
        for interview in idle & self._idle_before:
            await interview.stop()
        self._idle_before = idle

    async def _pause(self, seconds: float) -> None:
        """Sleeps, but not into the closing."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


async def _fold(interview_id: str, events: Sequence[LoggedEvent]) -> InterviewState:
    state = InterviewState(interview_id)
    for begin in range(0, len(events), PAUSE_AFTER):
        for event in events[begin : begin + PAUSE_AFTER]:
            state = evolve(state, event.data, at=event.at, t_ms=event.t_ms)
        await asyncio.sleep(0)
    return state


def _report(interview: Interview, error: Exception) -> None:
    """That the log has gone on without us is no fault of the code."""
    others = error.split(SequenceConflict)[1] if isinstance(error, ExceptionGroup) else error
    if others is None:
        log.warning("interview.written_elsewhere", interview=interview.id)
    else:
        log.error("interview.failed", interview=interview.id, error=type(error).__name__, exc_info=error)
