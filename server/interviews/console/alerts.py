"""What HR should look at: derived from the state, told when it begins and when it is over."""

from __future__ import annotations

from collections.abc import Mapping

from server.interviews import intents as i
from server.interviews.errors import AlertUnknown
from server.interviews.hearing import Hearing
from server.interviews.mind import Mind
from server.interviews.state import InterviewState
from server.protocol import console_commands as cc
from server.protocol import events as e

Events = tuple[object, ...]

LOST_AFTER_MS = 20_000
SILENT_AFTER_MS = 60_000
_FINALS_SUFFER = 4
"""Level of `asr.degraded` from which on more than captions suffers."""

Onset = tuple[int, int]
"""Since when it has been so, and from when on that is to be told."""


def find_onsets(state: InterviewState, hearing: Hearing) -> Mapping[e.AlertKind, Onset]:
    """On the interview clock; a kind that is missing is not so."""
    onsets: dict[e.AlertKind, Onset] = {}
    if state.console.help_pending:
        known = state.console.alert("help")
        onsets["help"] = (known.since_ms, known.since_ms) if known is not None else (0, 0)
    if state.phase != "live":
        return onsets
    console = state.console
    stage_ms = _stage_since_ms(state)
    if stage_ms is not None:
        allowed_ms = round(state.stage.alert_after_minutes * 60_000 * state.time_multiplier)
        onsets["stage_overtime"] = (stage_ms, stage_ms + allowed_ms)
    if console.lost_since_ms is not None:
        onsets["connection_lost"] = (console.lost_since_ms, console.lost_since_ms + LOST_AFTER_MS)
    if console.asr_level >= _FINALS_SUFFER or console.asr_deferred:
        onsets["transcription"] = (console.asr_since_ms, console.asr_since_ms)
    silent_ms = _silent_since_ms(state, hearing)
    if silent_ms is not None:
        onsets["silence"] = (silent_ms, silent_ms + SILENT_AFTER_MS)
    return onsets


def find_alert_change(state: InterviewState, hearing: Hearing, now_ms: int) -> i.RaiseAlert | i.ClearAlert | None:
    onsets = find_onsets(state, hearing)
    told = {alert.kind: alert for alert in state.console.alerts}
    for kind, (since_ms, from_ms) in onsets.items():
        if from_ms <= now_ms and kind not in told:
            return i.RaiseAlert(kind, since_ms)
    for kind in told:
        if kind not in onsets or onsets[kind][1] > now_ms:
            return i.ClearAlert(kind)
    return None


def next_alert_ms(state: InterviewState, hearing: Hearing) -> int | None:
    """When an alert that is not told yet would have to be."""
    told = {alert.kind for alert in state.console.alerts}
    due = [from_ms for kind, (_, from_ms) in find_onsets(state, hearing).items() if kind not in told]
    return min(due, default=None)


def raise_alert(state: InterviewState, command: i.RaiseAlert, now_ms: int, mind: Mind) -> Events:
    return () if state.console.alert(command.kind) else (e.AlertRaised(command.kind, command.since_ms),)


def clear_alert(state: InterviewState, command: i.ClearAlert, now_ms: int, mind: Mind) -> Events:
    return (e.AlertCleared(command.kind),) if state.console.alert(command.kind) else ()


def acknowledge_alert(
    state: InterviewState, command: cc.AlertAcknowledge, person: i.Person, now_ms: int, mind: Mind
) -> Events:
    alert = state.console.alert(command.kind)
    if alert is None:
        raise AlertUnknown("this alert is over, or never was")
    if alert.acknowledged_by:
        return ()
    return (e.AlertAcknowledged(command.kind, person.id, person.name),)


def _stage_since_ms(state: InterviewState) -> int | None:
    if state.stage_entered_at is None or state.started_at is None:
        return None
    return max(0, round((state.stage_entered_at - state.started_at).total_seconds() * 1000))


def _silent_since_ms(state: InterviewState, hearing: Hearing) -> int | None:
    """Of an open, spoken answer; who was granted a moment is silent by consent."""
    turn = state.turn
    if turn is None or turn.closing or turn.form == "text" or turn.listening_since_ms is None or hearing.speaking:
        return None
    if not state.hearing_possible:
        return None
    return max(turn.listening_since_ms, hearing.floor_ms, hearing.stopped_ms or 0, turn.moment_until_ms or 0)
