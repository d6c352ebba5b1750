"""Opens media sessions for interviews, on the process's one recogniser and one set of media settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media.counters import Tally
from media.ports import FactSink, InterviewClock
from media.recovery import CutOffRecording, RecoveredSpeech, recover_speech
from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.ports import Recogniser
from media.transcription.shelf import Shelf
from server.interviews.state import InterviewState
from server.interviews.vocabulary import expected_terms


@dataclass(frozen=True, slots=True)
class SessionOpener:
    """Opens media sessions: a `SessionFactory`."""

    scheduler: Recogniser
    settings: MediaSettings
    recordings_dir: Path
    load: Callable[[], float]
    """How busy this process is, 0..1."""
    tally: Tally
    shelf: Shelf | None = None
    """Where speech waits that no recogniser was there for; None: it is said to have failed."""

    def __call__(self, state: InterviewState, clock: InterviewClock, sink: FactSink) -> MediaSession:
        session = MediaSession(
            state.id,
            language=state.language,
            recording_dir=self.recordings_dir / state.id,
            clock=clock,
            sink=sink,
            scheduler=self.scheduler,
            settings=self.settings,
            first_epoch=state.epoch + 1,
            load=self.load,
            tally=self.tally,
            shelf=self.shelf,
        )
        session.expect(expected_terms(state))
        return session

    def recording_path(self, interview_id: str, name: str) -> Path:
        return self.recordings_dir / interview_id / name

    async def recover_speech(self, state: InterviewState, recording: CutOffRecording, after_ms: int) -> RecoveredSpeech:
        return await recover_speech(
            recording,
            interview_id=state.id,
            after_ms=after_ms,
            language=state.language,
            scheduler=self.scheduler,
            settings=self.settings,
            shelf=self.shelf,
            terms=expected_terms(state),
        )
