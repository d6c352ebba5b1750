"""What is heard at this moment. Volatile: gone with the process, and nothing of the log depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.types import FinalTranscript, MediaFact, PartialTranscript, PeerConnected, SpeechStarted, SpeechStopped
from server.protocol.events import SegmentTranscribed


@dataclass(slots=True)
class Hearing:
    """Speech of the open turn, in ms of the interview clock."""

    speaking: bool = False
    speech_ms: int = 0
    started_ms: int = 0
    stopped_ms: int | None = None
    partial: str = ""

    def begin_turn(self, now_ms: int) -> None:
        """A new question. Somebody who is still speaking goes on speaking."""
        self.speech_ms = 0
        self.started_ms = now_ms
        self.stopped_ms = None
        self.partial = ""

    def take_up(self, segments: Sequence[SegmentTranscribed]) -> None:
        """What was heard of the open turn before the process was restarted."""
        self.speech_ms = sum(segment.t_end_ms - segment.t_start_ms for segment in segments)

    def note(self, fact: MediaFact, now_ms: int) -> None:
        match fact:
            case SpeechStarted(t_ms):
                self.speaking, self.started_ms, self.stopped_ms = True, t_ms, None
            case SpeechStopped(t_ms):
                self._stop(t_ms)
            case PartialTranscript():
                self.partial = fact.committed + fact.unstable
            case FinalTranscript():
                self.partial = ""
            case PeerConnected():
                # Silence is measured afresh: what was said into the gap is unknown.
                self._stop(now_ms)

    def _stop(self, t_ms: int) -> None:
        if self.speaking:
            self.speech_ms += max(0, t_ms - self.started_ms)
        self.speaking = False
        self.stopped_ms = t_ms
