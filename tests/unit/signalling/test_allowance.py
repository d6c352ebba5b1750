from __future__ import annotations

import pytest

from server.errors import TooManyRequests
from server.protocol.commands import COMMANDS
from server.protocol.envelope import InvalidMessage
from server.signalling.allowance import BURST, INVALID_IN_A_ROW, RATE_PER_S, REFUSED_IN_A_ROW, Allowance
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.roles import ROLES

INVALID = InvalidMessage("no")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    clock = Clock()
    allowance = Allowance(clock)
    assert [allowance.take() for _ in range(int(BURST) + 1)] == [True] * int(BURST) + [False]
    clock.now_s += 1
    assert sum(allowance.take() for _ in range(200)) == RATE_PER_S


def test_invalid_frames_in_a_row_end_the_socket() -> None:
    allowance = Allowance(Clock())
    for _ in range(INVALID_IN_A_ROW - 1):
        allowance.note_bad(INVALID)
    with pytest.raises(SocketEnded) as end:
        allowance.note_bad(INVALID)
    assert end.value.code == CloseCode.PROTOCOL_ERROR


def test_a_good_frame_begins_the_row_anew() -> None:
    allowance = Allowance(Clock())
    for _ in range(3):
        for _ in range(INVALID_IN_A_ROW - 1):
            allowance.note_bad(INVALID)
        allowance.note_good()


def test_a_flood_is_borne_longer_than_nonsense() -> None:
    allowance = Allowance(Clock())
    refusal = TooManyRequests("slow down", retry_after_s=1)
    for _ in range(REFUSED_IN_A_ROW - 1):
        allowance.note_bad(refusal)
    with pytest.raises(SocketEnded):
        allowance.note_bad(refusal)


def test_every_command_has_its_roles() -> None:
    assert set(ROLES) == {message.data_class for message in COMMANDS}
    assert all(ROLES.values())
