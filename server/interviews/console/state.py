"""What the log tells of people who watch an interview and step in. A part of `InterviewState`."""

from __future__ import annotations

from dataclasses import dataclass

from server.protocol.events import AlertKind, ChatChannel, ChatSide, DirectiveGiven, FloorMode

BEFORE_SPEECH_MS = 500
"""At most so much of a stretch lies before its first word."""


@dataclass(frozen=True, slots=True)
class Watcher:
    connection_id: str
    user_id: str
    name: str
    alias: str = ""
    """What the candidate's page knows the user by: `ObserverJoined.watcher`."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the floor, and by which connection. `gone_since_ms`: that connection is lost."""

    user_id: str
    name: str
    mode: FloorMode
    connection_id: str
    taken_ms: int
    gone_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of the interview clock, in which somebody had the floor; `end_ms` None: they still have."""

    mode: FloorMode
    start_ms: int
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    kind: AlertKind
    since_ms: int
    acknowledged_by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """How far a channel of the chat is: messages sent, and up to which each reader has seen them."""

    channel: ChatChannel
    sent: int = 0
    unread: int = 0
    """Messages of the candidate that nobody of HR has seen."""
    seen: tuple[tuple[ChatSide, str, int], ...] = ()
    """Side, user (empty for the candidate) and the number up to which they have read."""

    def seen_by(self, side: ChatSide, user_id: str) -> int:
        return max((up_to for who, user, up_to in self.seen if (who, user) == (side, user_id)), default=0)


@dataclass(frozen=True, slots=True)
class Console:
    watchers: tuple[Watcher, ...] = ()
    holder: Holder | None = None
    floors: tuple[Stretch, ...] = ()
    paused: bool = False
    directives: tuple[DirectiveGiven, ...] = ()
    """Given and not applied yet, oldest first."""
    directives_given: int = 0
    brief: bool = False
    """No more follow-ups: it is being wrapped up."""
    closing_at_ms: int | None = None
    skipped: tuple[str, int] | None = None
    """Id of the question that was asked in place of a skipped one, and until when that can be undone."""
    skipping_until_ms: int | None = None
    lines: tuple[Line, ...] = (Line("candidate"), Line("backroom"))
    help_pending: bool = False
    helps_asked: int = 0
    alerts: tuple[Alert, ...] = ()
    lost_since_ms: int | None = None
    """Since when the candidate of a running interview cannot be reached."""
    asr_level: int = 0
    asr_deferred: bool = False
    """The last that was said has no text yet, for want of a recogniser."""
    asr_since_ms: int = 0
    redos: int = 0

    @property
    def quiet(self) -> bool:
        """The interviewer says nothing, and the open question's time stands still."""
        return self.holder is not None or self.paused

    def watched_by(self, user_id: str) -> bool:
        return any(watcher.user_id == user_id for watcher in self.watchers)

    @property
    def people_watching(self) -> int:
        """Two pages of one user are one person."""
        return len({watcher.user_id for watcher in self.watchers})

    @property
    def watcher_names(self) -> tuple[str, ...]:
        """Each once, in order of coming."""
        return tuple(dict.fromkeys(watcher.name or watcher.user_id for watcher in self.watchers))

    def line(self, channel: ChatChannel) -> Line:
        return next(line for line in self.lines if line.channel == channel)

    def alert(self, kind: AlertKind) -> Alert | None:
        return next((alert for alert in self.alerts if alert.kind == kind), None)

    def aside(self, start_ms: int, end_ms: int) -> bool:
        """Whether speech of this time was begun, and mostly said, while somebody had the floor for a word aside.

        Who is interrupted ends their sentence: that is part of the answer, however soon its text is known.
        """
        begun_ms = start_ms + BEFORE_SPEECH_MS
        begun = any(
            floor.mode == "barge" and floor.start_ms <= begun_ms and (floor.end_ms is None or floor.end_ms > start_ms)
            for floor in self.floors
        )
        return begun and self._mostly_within(start_ms, end_ms, ("barge",))

    def to_person(self, start_ms: int, end_ms: int) -> bool:
        """Whether speech of this time was mostly said to somebody who had the floor."""
        return self._mostly_within(start_ms, end_ms, ("barge", "takeover"))

    def _mostly_within(self, start_ms: int, end_ms: int, modes: tuple[FloorMode, ...]) -> bool:
        within_ms = sum(
            max(0, min(end_ms, end_ms if floor.end_ms is None else floor.end_ms) - max(start_ms, floor.start_ms))
            for floor in self.floors
            if floor.mode in modes
        )
        return 2 * within_ms > max(0, end_ms - start_ms)
