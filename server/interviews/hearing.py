"""What is heard at this moment. Volatile: gone with the process, and nothing of the log depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.types import (
    AudioLevel,
    FinalTranscript,
    MediaFact,
    PartialTranscript,
    PeerConnected,
    PeerInterrupted,
    SpeechStarted,
    SpeechStopped,
)
from server.protocol.events import SegmentTranscribed

SHOWN_PAUSE_MS = 500
"""A shorter silence is one between words: observers are not told of it."""


@dataclass(slots=True)
class Hearing:
    """Speech of the open turn, in ms of the interview clock.

    Only what is heard after the candidate was given the floor tells that an answer is over: not what was said while the
    question was read aloud, before a repetition, while typing, or before the network was lost.
    """

    speaking: bool = False
    speech_ms: int = 0
    earlier_ms: int = 0
    """Speech of this turn from before the floor was given (again)."""
    floor_ms: int = 0
    started_ms: int = 0
    stopped_ms: int | None = None
    partial: str = ""
    partial_of: str = ""
    """The segment whose text `partial` is. Its final text may be there already, of the part before a pause."""
    heard_ms: int | None = None
    """Up to where the candidate's sound has been listened to; None while none comes."""
    shown: bool = False
    """Whether observers see somebody speak."""
    quiet_from_ms: int = 0

    def begin_turn(self, now_ms: int) -> None:
        """Nothing heard so far counts. Somebody who is still speaking goes on speaking."""
        self.speech_ms = self.earlier_ms = 0
        self.floor_ms = self.started_ms = now_ms
        self.stopped_ms = None
        self.partial = ""

    def give_floor(self, now_ms: int) -> None:
        """The candidate may go on from here."""
        earlier_ms = self.earlier_ms + self._speech_until(now_ms)
        self.begin_turn(now_ms)
        self.earlier_ms = earlier_ms

    def take_up(self, segments: Sequence[SegmentTranscribed], now_ms: int) -> None:
        """What was heard of the open turn before the process was restarted."""
        self.begin_turn(now_ms)
        self.earlier_ms = sum(segment.t_end_ms - segment.t_start_ms for segment in segments)

    def note(self, fact: MediaFact, now_ms: int) -> None:
        match fact:
            case SpeechStarted(t_ms):
                self.speaking, self.started_ms, self.stopped_ms = True, max(t_ms, self.floor_ms), None
            case SpeechStopped(t_ms):
                self.speech_ms = self._speech_until(t_ms)
                self.speaking, self.stopped_ms = False, max(t_ms, self.floor_ms)
            case PartialTranscript():
                self.partial, self.partial_of = fact.committed + fact.unstable, fact.segment_id
            case FinalTranscript(segment_id=segment_id):
                if segment_id == self.partial_of:
                    self.partial = ""
            case AudioLevel():
                self.heard_ms = fact.t_ms
            case PeerConnected():
                self.give_floor(now_ms)
                self.speaking, self.heard_ms = False, None
            case PeerInterrupted():
                self.heard_ms = None

    def show(self, fact: MediaFact) -> bool | None:
        """After `note`: what to tell observers of speaking, if that has changed."""
        before = self.shown
        match fact:
            case SpeechStarted():
                self.shown = True
            case SpeechStopped(t_ms):
                self.quiet_from_ms = t_ms
            case AudioLevel(t_ms) if not self.speaking and t_ms - self.quiet_from_ms >= SHOWN_PAUSE_MS:
                self.shown = False
            case PeerConnected() | PeerInterrupted():
                self.shown = False
        return self.shown if self.shown != before else None

    def _speech_until(self, t_ms: int) -> int:
        return self.speech_ms + (max(0, t_ms - self.started_ms) if self.speaking else 0)
