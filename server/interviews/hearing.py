"""What is heard at this moment. Volatile: gone with the process, and nothing of the log depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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
from realtime_scoring.turns.habit import PauseHabit, learn_false_ending, learn_pause
from server.protocol.events import SegmentTranscribed

SHOWN_PAUSE_MS = 500
"""A shorter silence is one between words: observers are not told of it."""

_HABIT_FROM_MS = 1_000
"""Of an answer: what lies between first words and the answer is no pause in it."""
_BREATH_MS = 1_000
"""A longer silence sets two utterances apart."""


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
    habit: PauseHabit = field(default_factory=PauseHabit)
    """How this candidate pauses inside answers."""
    voice_began_ms: int | None = None
    """Begin of the voice since the open question was asked; after a silence of more than a breath, of the new voice."""
    voice_ms: int = 0
    """Length of it, without what is still being said."""
    voice_stopped_ms: int = 0
    ended_ms: int | None = None
    """Begin of the silence that ended the answer before."""

    def begin_question(self, now_ms: int) -> None:
        """A question is put: what is heard from here on may be an interruption."""
        self.ended_ms = self.stopped_ms
        self.voice_began_ms = now_ms if self.speaking else None
        self.voice_ms = 0

    def reopen(self, segments: Sequence[SegmentTranscribed]) -> None:
        """The answer before goes on, and the silence in it was a pause: it teaches patience."""
        if self.ended_ms is not None and self.voice_began_ms is not None:
            self.habit = learn_false_ending(self.habit, self.voice_began_ms - self.ended_ms)
        self.speech_ms += sum(segment.t_end_ms - segment.t_start_ms for segment in segments)
        self.voice_began_ms = None

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

    def recall_pauses(self, answer: Sequence[SegmentTranscribed]) -> None:
        """Of an answer in the log: how its speaker pauses, as far as the bounds of its segments tell."""
        for before, after in pairwise(answer):
            self.habit = learn_pause(self.habit, after.t_start_ms - before.t_end_ms)

    def note(self, fact: MediaFact, now_ms: int) -> None:
        match fact:
            case SpeechStarted(t_ms):
                self._note_voice(t_ms)
                self.speaking, self.started_ms, self.stopped_ms = True, max(t_ms, self.floor_ms), None
            case SpeechStopped(t_ms):
                self._note_silence(t_ms)
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

    def voice_since_question_ms(self, now_ms: int) -> int:
        going_on_ms = max(0, now_ms - self._voice_from_ms()) if self.speaking else 0
        return self.voice_ms + going_on_ms

    def _note_voice(self, t_ms: int) -> None:
        if self.stopped_ms is not None and self.speech_ms >= _HABIT_FROM_MS:
            self.habit = learn_pause(self.habit, t_ms - self.stopped_ms)
        if self.voice_began_ms is None or t_ms - self.voice_stopped_ms > _BREATH_MS:
            self.voice_began_ms, self.voice_ms = t_ms, 0

    def _note_silence(self, t_ms: int) -> None:
        if self.speaking and self.voice_began_ms is not None:
            self.voice_ms += max(0, t_ms - self._voice_from_ms())
        self.voice_stopped_ms = t_ms

    def _voice_from_ms(self) -> int:
        return self.started_ms if self.voice_ms else max(self.voice_began_ms or 0, 0)

    def _speech_until(self, t_ms: int) -> int:
        return self.speech_ms + (max(0, t_ms - self.started_ms) if self.speaking else 0)
