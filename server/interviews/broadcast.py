"""From the log to the screens: envelopes on the interview's topic, a fresh card on the board's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from server.db.log import LoggedEvent
from server.identifiers import new_id
from server.interviews.board import build_card
from server.interviews.bus import EventBus
from server.interviews.clock import WallClock
from server.interviews.state import InterviewState
from server.protocol import events as e
from server.protocol import signals as s
from server.protocol.envelope import Envelope

CAPTION_CHARACTERS = 160


def interview_topic(interview_id: str) -> str:
    return f"interview:{interview_id}"


def board_topic(organisation_id: str) -> str:
    return f"board:{organisation_id}"


def envelope_of(event: LoggedEvent) -> Envelope:
    return Envelope(event.id, event.seq, event.interview_id, format_time(event.at), event.t_ms, event.data)


def format_time(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Broadcast:
    def __init__(self, bus: EventBus, wall: WallClock) -> None:
        self._bus = bus
        self._wall = wall
        self._captions: dict[str, str] = {}
        """Last caption of each interview that is running here."""

    async def events(self, state: InterviewState, logged: Sequence[LoggedEvent], speaking: bool) -> None:
        for event in logged:
            await self._bus.publish(interview_topic(state.id), envelope_of(event))
            if isinstance(event.data, e.SegmentTranscribed) and event.data.t_end_ms >= state.heard_until_ms:
                self._captions[state.id] = event.data.text[-CAPTION_CHARACTERS:]
        await self._show_card(state, speaking)

    async def signal(self, state: InterviewState, data: object, t_ms: int | None) -> None:
        await self._bus.publish(interview_topic(state.id), self._signal_envelope(state.id, data, t_ms))
        if isinstance(data, s.SpeechChanged):
            await self._show_card(state, data.speaking)

    def card(self, state: InterviewState, *, speaking: bool = False, last_caption: str = "") -> s.BoardCard:
        """`last_caption`: of an interview that is not running here."""
        shown = self._captions.get(state.id, last_caption[-CAPTION_CHARACTERS:])
        return build_card(state, speaking=speaking, last_caption=shown)

    def forget(self, interview_id: str) -> None:
        self._captions.pop(interview_id, None)

    async def _show_card(self, state: InterviewState, speaking: bool) -> None:
        card = s.BoardCardChanged(self.card(state, speaking=speaking))
        await self._bus.publish(board_topic(state.organisation_id), self._signal_envelope(state.id, card, None))

    def _signal_envelope(self, interview_id: str, data: object, t_ms: int | None) -> Envelope:
        return Envelope(new_id(), None, interview_id, format_time(self._wall.now()), t_ms, data)
