"""Messages between workers: a line that says what it is and for whom, then the body as it is.

ask NUMBER SENDER CALL INTERVIEW     a call that waits for its answer; INTERVIEW is `-` for one to the worker itself
tell CALL INTERVIEW                  a notice
done NUMBER SEQ PHASE                the answer; SEQ and PHASE of the interview are `-` where there is none
failed NUMBER                        the answer that is an error
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from server.db.log import Position
from server.protocol.signals import Phase

LARGEST_BYTES = 1 << 20
NOBODY = "-"
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
_PHASES: dict[str, Phase] = {phase: phase for phase in get_args(Phase)}


class FrameInvalid(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Ask:
    number: int
    sender: str
    call: str
    interview: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Tell:
    call: str
    interview: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Done:
    number: int
    position: Position | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    number: int
    body: bytes


Frame = Ask | Tell | Done | Failed


def encode_frame(frame: Frame) -> bytes:
    match frame:
        case Ask(number, sender, call, interview, body):
            head = f"ask {number} {sender} {call} {interview or NOBODY}"
        case Tell(call, interview, body):
            head = f"tell {call} {interview}"
        case Done(number, position, body):
            head = f"done {number} {position.seq if position else NOBODY} {position.phase if position else NOBODY}"
        case Failed(number, body):
            head = f"failed {number}"
    return head.encode() + b"\n" + body


def decode_frame(written: bytes) -> Frame:
    """Raises FrameInvalid."""
    head, _, body = written.partition(b"\n")
    if len(written) > LARGEST_BYTES or len(head) > 400 or not head.isascii():
        raise FrameInvalid("too large, or no text")
    match words := head.decode("ascii").split(" "):
        case ["ask", number, sender, call, interview] if all(map(_WORD.fullmatch, words)):
            return Ask(_whole(number), sender, call, None if interview == NOBODY else interview, body)
        case ["tell", call, interview] if all(map(_WORD.fullmatch, words)):
            return Tell(call, interview, body)
        case ["done", number, "-", "-"]:
            return Done(_whole(number), None, body)
        case ["done", number, seq, phase] if phase in _PHASES:
            return Done(_whole(number), Position(_whole(seq), _PHASES[phase]), body)
        case ["failed", number]:
            return Failed(_whole(number), body)
    raise FrameInvalid("no message between workers")


def _whole(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 18):
        raise FrameInvalid("no number")
    return int(word)
