"""All interviews of this process: finds, revives, supervises and retires them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog

from media.asr_scheduler import AsrScheduler
from media.ports import FactSink, InterviewClock
from media.recovery import CutOffRecording, RecoveredSpeech, recover_speech
from media.session import MediaSession
from media.settings import MediaSettings
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

    async def run(self, *, ready: asyncio.Event | None = None) -> None:
        """Owned by the app. Interviews that were live when the last process ended go on at once."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for interview_id in await self._log.unfinished():
                await self.get(interview_id)
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
        """Cards of everything that is not over, oldest first."""
        states = [(await self.get(interview_id)).state for interview_id in await self._log.unfinished()]
        return tuple(self._broadcast.card(state) for state in states if state.organisation_id == organisation_id)

    def count_by_phase(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for interview in self._interviews.values():
            counts[interview.state.phase] = counts.get(interview.state.phase, 0) + 1
        return counts

    async def _supervise(self, interview: Interview) -> None:
        """One interview's failure is its own. A live one is taken up again from its log."""
        try:
            await interview.run()
        except Exception as error:  # supervisor: whatever went wrong here must not reach the other interviews
            log.exception("interview.failed", interview=interview.id, error=type(error).__name__)
            await interview.stop()
        finally:
            self._forget(interview)
        if interview.state.phase == "live" and not self._closing.is_set():
            await self._pause(REVIVE_AFTER_S)
            if not self._closing.is_set():
                await self.get(interview.id)

    def _forget(self, interview: Interview) -> None:
        if self._interviews.get(interview.id) is interview:
            del self._interviews[interview.id]
        self._broadcast.forget(interview.id)

    async def _retire_idle(self) -> None:
        for interview in list(self._interviews.values()):
            if interview.idle and interview.state.ended:
                await interview.stop()

    async def _pause(self, seconds: float) -> None:
        """Sleeps, but not into the closing."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return
