"""Chat between candidate and HR, and of HR among themselves; the candidate asking for a person. At any time: before,
during and after the interview."""

from __future__ import annotations

from collections.abc import Callable

from server.errors import Forbidden, TooManyRequests
from server.interviews import intents as i
from server.interviews.errors import ChatFull, HelpAsked
from server.interviews.mind import Mind
from server.interviews.state import InterviewState
from server.protocol import console_commands as cc
from server.protocol import events as e

Events = tuple[object, ...]

MESSAGES_AT_MOST = 2_000
"""Of one channel of one interview."""
HELPS_AT_MOST = 20
FLOOD_BURST = 10
FLOOD_PER_S = 1.0


def send_message(state: InterviewState, command: cc.ChatSend, person: i.Person, now_ms: int, mind: Mind) -> Events:
    _require_side(command.channel, person)
    line = state.console.line(command.channel)
    if line.sent >= MESSAGES_AT_MOST:
        raise ChatFull("no more can be written here")
    text = command.text.strip()
    if not text:
        return ()
    user_id, name = (person.id, person.name) if person.side == "hr" else ("", state.candidate_name)
    return (e.ChatSent(command.channel, line.sent + 1, person.side, user_id, name, text),)


def mark_read(state: InterviewState, command: cc.ChatRead, person: i.Person, now_ms: int, mind: Mind) -> Events:
    """What has not been sent cannot have been read; what was read stays read."""
    _require_side(command.channel, person)
    user_id = person.id if person.side == "hr" else ""
    line = state.console.line(command.channel)
    up_to = min(command.up_to, line.sent)
    if up_to <= line.seen_by(person.side, user_id):
        return ()
    return (e.ChatSeen(command.channel, person.side, user_id, up_to),)


def request_help(state: InterviewState, command: cc.HelpRequest, person: i.Person, now_ms: int, mind: Mind) -> Events:
    """Asked a second time before anybody came, it is known already."""
    if state.console.help_pending:
        return ()
    if state.console.helps_asked >= HELPS_AT_MOST:
        raise HelpAsked("a person has been asked for often; please write in the chat")
    return (e.HelpRequested(command.text.strip()), e.AlertRaised("help", now_ms))


def acknowledge_help(
    state: InterviewState, command: cc.HelpAcknowledge, person: i.Person, now_ms: int, mind: Mind
) -> Events:
    if not state.console.help_pending:
        return ()
    cleared = () if state.console.alert("help") is None else (e.AlertCleared("help"),)
    return (e.HelpAcknowledged(person.id, person.name), *cleared)


def _require_side(channel: e.ChatChannel, person: i.Person) -> None:
    if person.side == "candidate" and channel != "candidate":
        raise Forbidden("this is not your channel")


class ChatAllowance:
    """How fast each person may write. Volatile: a new process begins anew."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._left: dict[str, tuple[float, int]] = {}
        """Of each writer, what they may still send and when that was counted. Bounded by who may write."""

    def take(self, writer: str) -> None:
        """Raises TooManyRequests."""
        now_ms = self._now_ms()
        left, counted_ms = self._left.get(writer, (float(FLOOD_BURST), now_ms))
        left = min(float(FLOOD_BURST), left + (now_ms - counted_ms) / 1000 * FLOOD_PER_S)
        if left < 1:
            self._left[writer] = (left, now_ms)
            raise TooManyRequests("you write faster than it can be read; wait a moment", retry_after_s=2)
        self._left[writer] = (left - 1, now_ms)
