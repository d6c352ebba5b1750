"""Answers a virtual candidate can give: scripts and, for the spoken ones, Opus recordings shipped with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import av

from server.protocol.flow import Language

ANSWER_SETS = ("en-1", "en-2", "zh-1", "zh-2")
PACKET_MS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """`turn` 0 answers the main question, 1 and 2 the follow-ups. `file` None: there is only text to type."""

    question: str
    turn: int
    file: str | None
    text: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class AnswerSet:
    name: str
    language: Language
    answers: tuple[Answer, ...]

    def choose(self, question: str, turn: int) -> Answer:
        """The answer meant for this turn, else the nearest: of the same question first, then any spoken one."""
        own = [answer for answer in self.answers if answer.question == question]
        candidates = own or [answer for answer in self.answers if answer.file] or list(self.answers)
        return min(candidates, key=lambda answer: abs(answer.turn - turn))

    def packets(self, answer: Answer) -> tuple[bytes, ...]:
        """The recording as Opus packets of 20 ms, to be sent as they are; empty when there is none."""
        return _read_packets(self.name, answer.file) if answer.file else ()


@cache
def load_answers(name: str) -> AnswerSet:
    if name not in ANSWER_SETS:
        raise ValueError(f"no answer set is named {name!r}; there are {', '.join(ANSWER_SETS)}")
    manifest = json.loads((files("simulation") / "answers" / name / "manifest.json").read_text("utf-8"))
    answers = tuple(
        Answer(one["question"], one["turn"], one["file"], one["text"], one["duration_ms"])
        for one in manifest["answers"]
    )
    return AnswerSet(name, "zh-CN" if manifest["language"].startswith("zh") else "en", answers)


@cache
def _read_packets(set_name: str, file: str) -> tuple[bytes, ...]:
    recording = files("simulation") / "answers" / set_name / file
    with recording.open("rb") as stream, av.open(stream, mode="r") as container:
        return tuple(bytes(packet) for packet in container.demux(audio=0) if packet.size)
