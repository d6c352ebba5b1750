"""All interviews of this process: finds, revives, supervises and retires them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from media.ports import FactSink, InterviewClock
from media.recovery import CutOffRecording, RecoveredSpeech, recover_speech
from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.scheduler import AsrScheduler
from media.types import LanguageCode
from server.db.log import EventLog, NewEvent
from server.errors import NotFound
from server.identifiers import new_id
from server.interviews.broadcast import Broadcast
from server.interviews.bus import EventBus
from server.interviews.clock import SystemClock, WallClock
from server.interviews.errors import InterviewStopping
from server.interviews.evolve import evolve
from server.interviews.interview import Interview, Services
from server.interviews.mind import Mind
from server.interviews.state import InterviewState
from server.protocol.events import InterviewCreated
from server.protocol.signals import BoardCard

log = structlog.get_logger(__name__)

RETIRE_EVERY_S = 60.0
REVIVE_AFTER_S = 1.0
REVIVE_AT_MOST_S = 60.0
STOP_WITHIN_S = 8.0


@dataclass(frozen=True, slots=True)
class SessionOpener:
    """Opens media sessions: a `SessionFactory`."""

    scheduler: AsrScheduler
    settings: MediaSettings
    recordings_dir: Path

    def __call__(self, state: InterviewState, clock: InterviewClock, sink: FactSink) -> MediaSession:
        return MediaSession(
            state.id,
            language=state.language,
            recording_dir=self.recordings_dir / state.id,
            clock=clock,
            sink=sink,
            scheduler=self.scheduler,
            settings=self.settings,
            first_epoch=state.epoch + 1,
        )

    def recording_path(self, interview_id: str, name: str) -> Path:
        return self.recordings_dir / interview_id / name

    async def recover_speech(
        self, recording: CutOffRecording, after_ms: int, language: LanguageCode
    ) -> RecoveredSpeech:
        return await recover_speech(
            recording, after_ms=after_ms, language=language, scheduler=self.scheduler, settings=self.settings
        )


class InterviewRegistry:
    def __init__(
        self,
        *,
        log: EventLog,
        bus: EventBus,
        mind: Mind,
        scheduler: AsrScheduler,
        media_settings: MediaSettings,
        recordings_dir: Path,
        wall: WallClock | None = None,
    ) -> None:
        wall = wall or SystemClock()
        self._log = log
        self._broadcast = Broadcast(bus, wall)
        opener = SessionOpener(scheduler, media_settings, recordings_dir)
        self._services = Services(log, self._broadcast, mind, wall, opener)
        self._interviews: dict[str, Interview] = {}
        self._opening = asyncio.Lock()
        self._tasks: asyncio.TaskGroup | None = None
        self._closing = asyncio.Event()
        self._idle_before: set[Interview] = set()

    async def run(self, *, ready: asyncio.Event | None = None) -> None:
        """Owned by the app. Interviews that were live when the last process ended go on at once."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for interview_id in await self._log.unfinished():
                await self._take_up(interview_id)
            if ready is not None:
                ready.set()
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

    async def create(self, created: InterviewCreated) -> str:
        interview_id = new_id()
        await self._log.append(interview_id, 0, [NewEvent(created)])
        interview = await self.get(interview_id)
        await self._broadcast.events(interview.state, (), False)
        return interview_id

    async def get(self, interview_id: str) -> Interview:
        """The running actor; revived from its log when it is not here. Raises NotFound."""
        if (running := self._interviews.get(interview_id)) is not None:
            return running
        async with self._opening:
            if (running := self._interviews.get(interview_id)) is not None:
                return running
            if self._tasks is None or self._closing.is_set():
                raise InterviewStopping("the server is going down")
            interview = Interview(await self.fold(interview_id), self._services)
            self._interviews[interview_id] = interview
            self._tasks.create_task(self._supervise(interview))
            return interview

    async def fold(self, interview_id: str) -> InterviewState:
        """State from the log alone. Raises NotFound."""
        events = await self._log.read(interview_id)
        if not events:
            raise NotFound("no such interview")
        state = InterviewState(interview_id)
        for event in events:
            state = evolve(state, event.data, at=event.at, t_ms=event.t_ms)
        return state

    async def board(self, organisation_id: str) -> tuple[BoardCard, ...]:
        """Cards of everything that is not over, oldest first. Looking at an interview does not wake it."""
        cards: list[BoardCard] = []
        for interview_id in await self._log.unfinished():
            running = self._interviews.get(interview_id)
            state = running.state if running is not None else await self._fold_or_skip(interview_id)
            if state is not None and state.organisation_id == organisation_id:
                cards.append(self._broadcast.card(state))
        return tuple(cards)

    def count_by_phase(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for interview in self._interviews.values():
            counts[interview.state.phase] = counts.get(interview.state.phase, 0) + 1
        return counts

    async def _take_up(self, interview_id: str) -> None:
        """At the start: what was running goes on; what waits for its candidate waits in the log."""
        state = await self._fold_or_skip(interview_id)
        if state is not None and state.phase in ("live", "closing"):
            await self.get(interview_id)

    async def _fold_or_skip(self, interview_id: str) -> InterviewState | None:
        """None, and a line in the server's log, for an interview whose events this version cannot read."""
        try:
            return await self.fold(interview_id)
        except (LookupError, ValueError) as error:
            log.error("interview.unreadable", interview=interview_id, error=type(error).__name__)
            return None

    async def _supervise(self, interview: Interview) -> None:
        """One interview's failure is its own. A live one is taken up again from its log, ever more patiently."""
        pause_s = REVIVE_AFTER_S
        while True:
            began_s = time.monotonic()
            try:
                await interview.run()
            except Exception as error:  # supervisor: whatever went wrong here must not reach the other interviews
                log.exception("interview.failed", interview=interview.id, error=type(error).__name__)
                await interview.stop()
            finally:
                self._forget(interview)
            if interview.state.phase != "live" or self._closing.is_set():
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
                    interview = Interview(await self.fold(interview_id), self._services)
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
