"""How people who step in change the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from server.interviews.console.state import Alert, Console, Holder, Line, Stretch, Watcher
from server.protocol import events as e

if TYPE_CHECKING:
    from server.interviews.state import InterviewState

_Change = Callable[[Console, Any, int], Console]


def note_console(state: InterviewState, data: object, t_ms: int) -> InterviewState:
    """Beside what the event changes otherwise."""
    change = _CHANGES.get(type(data))
    return state if change is None else replace(state, console=change(state.console, data, t_ms))


# --- the floor


def _taken(console: Console, data: e.FloorTaken, t_ms: int) -> Console:
    connection = next(
        (watcher.connection_id for watcher in reversed(console.watchers) if watcher.user_id == data.user_id), ""
    )
    return _in_mode(console, Holder(data.user_id, data.name, data.mode, connection, t_ms), t_ms)


def _changed(console: Console, data: e.FloorChanged, t_ms: int) -> Console:
    if console.holder is None:
        return console
    return _in_mode(console, replace(console.holder, mode=data.mode), t_ms)


def _in_mode(console: Console, holder: Holder, t_ms: int) -> Console:
    floors = (*_end_floor(console.floors, t_ms), Stretch(holder.mode, t_ms))
    return replace(console, holder=holder, floors=floors)


def _handed_back(console: Console, data: e.FloorHandedBack, t_ms: int) -> Console:
    return replace(console, holder=None, floors=_end_floor(console.floors, t_ms))


def _end_floor(floors: tuple[Stretch, ...], t_ms: int) -> tuple[Stretch, ...]:
    return tuple(replace(floor, end_ms=t_ms) if floor.end_ms is None else floor for floor in floors)


# --- who is there


def _joined(console: Console, data: e.ObserverJoined, t_ms: int) -> Console:
    """Somebody whose connection was lost, and the floor with it, has the floor again."""
    watchers = (*console.watchers, Watcher(data.connection_id, data.user_id, data.name, data.watcher))
    holder = console.holder
    if holder is not None and holder.gone_since_ms is not None and holder.user_id == data.user_id:
        holder = replace(holder, connection_id=data.connection_id, gone_since_ms=None)
    return replace(console, watchers=watchers, holder=holder)


def _left(console: Console, data: e.ObserverLeft, t_ms: int) -> Console:
    watchers = tuple(watcher for watcher in console.watchers if watcher.connection_id != data.connection_id)
    return _lose(replace(console, watchers=watchers), data.connection_id, t_ms)


def _lose(console: Console, connection_id: str, t_ms: int) -> Console:
    """The floor stays with who has another connection; else it waits for them."""
    holder = console.holder
    if holder is None or holder.connection_id != connection_id or holder.gone_since_ms is not None:
        return console
    other = next((each.connection_id for each in console.watchers if each.user_id == holder.user_id), None)
    moved = replace(holder, gone_since_ms=t_ms) if other is None else replace(holder, connection_id=other)
    return replace(console, holder=moved)


def _restarted(console: Console, data: e.ServerRestarted, t_ms: int) -> Console:
    console = replace(console, watchers=())
    return console if console.holder is None else _lose(console, console.holder.connection_id, t_ms)


# --- directives and controls


def _given(console: Console, data: e.DirectiveGiven, t_ms: int) -> Console:
    return replace(console, directives=(*console.directives, data), directives_given=console.directives_given + 1)


def _applied(console: Console, data: e.DirectiveApplied | e.DirectiveWithdrawn, t_ms: int) -> Console:
    done = next((each for each in console.directives if each.directive_id == data.directive_id), None)
    left = tuple(each for each in console.directives if each.directive_id != data.directive_id)
    wraps_up = isinstance(data, e.DirectiveApplied) and done is not None and done.kind == "wrap_up"
    return replace(console, directives=left, brief=console.brief or wraps_up)


def _paused(console: Console, data: e.InterviewPaused, t_ms: int) -> Console:
    return replace(console, paused=True)


def _resumed(console: Console, data: e.InterviewResumed, t_ms: int) -> Console:
    return replace(console, paused=False)


def _skipped(console: Console, data: e.QuestionSkipped, t_ms: int) -> Console:
    return replace(console, skipping_until_ms=data.undo_until_ms)


def _asked(console: Console, data: e.QuestionAsked, t_ms: int) -> Console:
    until_ms = console.skipping_until_ms
    skipped = None if until_ms is None else (data.turn_id, until_ms)
    return replace(console, skipping_until_ms=None, skipped=skipped)


def _announced(console: Console, data: e.CloseAnnounced, t_ms: int) -> Console:
    return replace(console, closing_at_ms=data.at_ms)


def _cancelled(console: Console, data: e.CloseCancelled, t_ms: int) -> Console:
    return replace(console, closing_at_ms=None)


def _over(console: Console, data: object, t_ms: int) -> Console:
    """Nothing is left to lead. Chat, help and alerts stay."""
    return replace(
        console,
        holder=None,
        floors=_end_floor(console.floors, t_ms),
        paused=False,
        directives=(),
        brief=False,
        closing_at_ms=None,
        skipped=None,
        skipping_until_ms=None,
    )


def _reopened(console: Console, data: e.InterviewReopened, t_ms: int) -> Console:
    return replace(console, redos=data.redo)


# --- chat, help, alerts


def _sent(console: Console, data: e.ChatSent, t_ms: int) -> Console:
    """Who writes has seen what is above."""

    def grow(line: Line) -> Line:
        unread = line.unread + 1 if data.sender == "candidate" else line.unread
        return _see(replace(line, sent=data.number, unread=unread), data.sender, data.user_id, data.number)

    return _with_line(console, data.channel, grow)


def _seen(console: Console, data: e.ChatSeen, t_ms: int) -> Console:
    return _with_line(console, data.channel, lambda line: _see(line, data.reader, data.user_id, data.up_to))


def _see(line: Line, side: e.ChatSide, user_id: str, up_to: int) -> Line:
    others = tuple(each for each in line.seen if each[:2] != (side, user_id))
    unread = 0 if side == "hr" and up_to >= line.sent else line.unread
    return replace(line, seen=(*others, (side, user_id, up_to)), unread=unread)


def _with_line(console: Console, channel: e.ChatChannel, change: Callable[[Line], Line]) -> Console:
    lines = tuple(change(line) if line.channel == channel else line for line in console.lines)
    return replace(console, lines=lines)


def _help(console: Console, data: e.HelpRequested, t_ms: int) -> Console:
    return replace(console, help_pending=True, helps_asked=console.helps_asked + 1)


def _helped(console: Console, data: e.HelpAcknowledged, t_ms: int) -> Console:
    return replace(console, help_pending=False)


def _raised(console: Console, data: e.AlertRaised, t_ms: int) -> Console:
    return replace(console, alerts=(*_without(console, data.kind), Alert(data.kind, data.since_ms)))


def _acknowledged(console: Console, data: e.AlertAcknowledged, t_ms: int) -> Console:
    alerts = tuple(
        replace(alert, acknowledged_by=data.name or data.user_id) if alert.kind == data.kind else alert
        for alert in console.alerts
    )
    return replace(console, alerts=alerts)


def _cleared(console: Console, data: e.AlertCleared, t_ms: int) -> Console:
    return replace(console, alerts=_without(console, data.kind))


def _without(console: Console, kind: e.AlertKind) -> tuple[Alert, ...]:
    return tuple(alert for alert in console.alerts if alert.kind != kind)


# --- how well it is written down


def _degraded(console: Console, data: e.AsrDegraded, t_ms: int) -> Console:
    since_ms = console.asr_since_ms if console.asr_level else t_ms
    return replace(console, asr_level=data.level, asr_since_ms=since_ms)


def _deferred(console: Console, data: e.SegmentDeferred, t_ms: int) -> Console:
    return replace(console, asr_deferred=True, asr_since_ms=console.asr_since_ms if console.asr_deferred else t_ms)


def _transcribed(console: Console, data: e.SegmentTranscribed, t_ms: int) -> Console:
    return replace(console, asr_deferred=False) if console.asr_deferred else console


_CHANGES: dict[type, _Change] = {
    e.FloorTaken: _taken,
    e.FloorChanged: _changed,
    e.FloorHandedBack: _handed_back,
    e.ObserverJoined: _joined,
    e.ObserverLeft: _left,
    e.ServerRestarted: _restarted,
    e.DirectiveGiven: _given,
    e.DirectiveApplied: _applied,
    e.DirectiveWithdrawn: _applied,
    e.InterviewPaused: _paused,
    e.InterviewResumed: _resumed,
    e.QuestionSkipped: _skipped,
    e.QuestionAsked: _asked,
    e.CloseAnnounced: _announced,
    e.CloseCancelled: _cancelled,
    e.InterviewClosing: _over,
    e.InterviewAborted: _over,
    e.InterviewReopened: _reopened,
    e.ChatSent: _sent,
    e.ChatSeen: _seen,
    e.HelpRequested: _help,
    e.HelpAcknowledged: _helped,
    e.AlertRaised: _raised,
    e.AlertAcknowledged: _acknowledged,
    e.AlertCleared: _cleared,
    e.AsrDegraded: _degraded,
    e.SegmentDeferred: _deferred,
    e.SegmentTranscribed: _transcribed,
}
