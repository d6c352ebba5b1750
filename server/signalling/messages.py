"""Envelopes made here: about the socket itself."""

from __future__ import annotations

from datetime import UTC, datetime

from server.errors import InterviewError
from server.identifiers import new_id
from server.interviews.broadcast import format_time
from server.protocol.envelope import Envelope
from server.protocol.signals import CommandRejected


def signal(data: object, interview: str | None = None) -> Envelope:
    return Envelope(new_id(), None, interview, format_time(datetime.now(UTC)), None, data)


def rejection(error: InterviewError, command_id: str | None = None) -> Envelope:
    return signal(CommandRejected(command_id or error.command_id, error.code, error.detail, error.retryable))
