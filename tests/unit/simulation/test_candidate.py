"""What a virtual candidate does that is not an answer."""

from __future__ import annotations

from typing import cast

import pytest

from server.protocol.commands import InterviewStart
from simulation import candidate as module
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.errors import Refused
from simulation.socket import ProtocolSocket


class Door:
    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)
        self.asked: list[object] = []

    async def send(self, command: object) -> None:
        self.asked.append(command)
        if self.codes:
            code = self.codes.pop(0)
            raise Refused("command", code, "", retryable=code == "asr_busy")


def arrive(door: Door) -> VirtualCandidate:
    candidate = VirtualCandidate("http://localhost/join/invite", load_answers("en-1"))
    candidate.socket = cast("ProtocolSocket", door)
    return candidate


async def test_begins_when_those_before_have_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_S", 0.0)
    door = Door("asr_busy", "asr_busy")
    await arrive(door)._start()
    assert door.asked == [InterviewStart(text_only=False)] * 3


async def test_any_other_refusal_is_one() -> None:
    with pytest.raises(Refused):
        await arrive(Door("consent_required"))._start()
