"""Answers what other workers ask of the interviews that live here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Protocol

import structlog

from media.errors import MediaError
from server.db.log import Position
from server.errors import InterviewError
from server.interviews.interview import Interview
from server.interviews.services import Actor
from server.nodes import calls
from server.nodes.desk import NodeDesk
from server.nodes.errors import CallUnknown, fault_of
from server.nodes.frames import Ask, Done, Failed, Tell
from server.nodes.membership import HEARTBEAT_S

logger = structlog.get_logger(__name__)


class Interviews(Protocol):
    async def here(self, interview_id: str) -> Interview: ...
    def running(self, interview_id: str) -> Interview | None: ...


class CallServer:
    """Knows who is present through another worker: when that one dies, nobody else can say that they have gone."""

    def __init__(self, registry: Interviews, desk: NodeDesk, gone: Callable[[Collection[str]], set[str]]) -> None:
        self._registry = registry
        self._desk = desk
        self._gone = gone
        self._guests: dict[str, set[tuple[str, Actor]]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for node in self._gone(self._guests):
                for interview_id, actor in self._guests.pop(node):
                    await self._see_off(interview_id, actor)

    async def answer(self, ask: Ask) -> Done | Failed:
        try:
            return await self._answer(ask)
        except (InterviewError, MediaError) as error:
            return _failed(ask, error)
        except Exception as error:  # supervisor: a bug in one call must not end the line to all others
            logger.exception("worker.call_failed", call=ask.call, error=type(error).__name__)
            return _failed(ask, error)

    def hear(self, tell: Tell) -> None:
        notice = calls.NOTICES.get(tell.call)
        interview = self._registry.running(tell.interview)
        if notice is None or interview is None:
            return
        try:
            notice.apply(interview, tell.body)
        except CallUnknown:
            logger.warning("worker.notice_invalid", call=tell.call)
        except Exception as error:  # supervisor: a bug in one interview must not end the line to all others
            logger.exception("worker.notice_failed", call=tell.call, error=type(error).__name__)

    async def _answer(self, ask: Ask) -> Done:
        known = calls.NODE_CALLS if ask.interview is None else calls.INTERVIEW_CALLS
        call = known.get(ask.call)
        if call is None:
            raise CallUnknown("no such call between workers")
        arguments = call.read(ask.body)
        if ask.interview is None:
            return Done(ask.number, None, call.encode_result(await call.apply(self._desk, arguments)))
        interview = await self._registry.here(ask.interview)
        self._note_presence(ask, call, arguments)
        result = await call.apply(interview, arguments)
        position = Position(interview.state.seq, interview.state.phase)
        return Done(ask.number, position, call.encode_result(result))

    def _note_presence(self, ask: Ask, call: calls.Call[Any, ..., Any], arguments: tuple[Any, ...]) -> None:
        if ask.interview is None:
            return
        if call is calls.CONNECT:
            self._guests.setdefault(ask.sender, set()).add((ask.interview, arguments[0]))
        elif call is calls.DISCONNECT:
            self._guests.get(ask.sender, set()).discard((ask.interview, arguments[0]))

    async def _see_off(self, interview_id: str, actor: Actor) -> None:
        interview = self._registry.running(interview_id)
        if interview is None:
            return
        try:
            await interview.disconnect(actor)
        except InterviewError as error:
            logger.info("worker.guest_not_seen_off", code=error.code)


def _failed(ask: Ask, error: Exception) -> Failed:
    return Failed(ask.number, fault_of(error).model_dump_json().encode())
