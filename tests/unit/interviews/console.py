"""People of HR, and a hand that sends their commands."""

from __future__ import annotations

from server.interviews.intents import By, Connect, Disconnect, HearSegment, Person
from server.protocol import commands as c
from server.protocol.signals import Phase
from tests.unit.interviews.samples import Hand

ONE = Person("hr", "user-1", "Recruiter One", "hr-1")
TWO = Person("hr", "user-2", "Recruiter Two", "hr-2")
CANDIDATE = Person("candidate", "session-1", "", "socket-1")


class Console(Hand):
    def by(self, command: object, person: Person = ONE) -> list[object]:
        return self.send(By(command, person))

    def watch(self, person: Person = ONE) -> None:
        self.send(Connect("hr", person.id, person.connection_id, person.name))

    def is_in(self, phase: Phase) -> bool:
        return self.state.phase == phase

    def leave(self, person: Person = ONE) -> None:
        self.send(Disconnect("hr", person.id, person.connection_id))

    def begin(self) -> None:
        """The question about a customer has been put, and is listened to; two people of HR watch."""
        self.start()
        self.watch(ONE)
        self.watch(TWO)
        self.send(c.AnswerSubmit("identity-0", "Virtual Candidate"))
        self.now_ms = 10_000
        self.send(c.QuestionPresent("customer-0", True))

    def speak(self, text: str, *, name: str, ms: int = 3_000) -> list[object]:
        """From now on, for `ms`."""
        started_ms = self.now_ms
        self.now_ms += ms
        return self.send(HearSegment(name, started_ms, self.now_ms, text, 0.9, ()))
