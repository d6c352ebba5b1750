from __future__ import annotations

from server.protocol import events as e
from server.protocol.envelope import Envelope
from server.protocol.signals import CaptionUpdated
from simulation.results import Recorder


def asked(turn_id: str, question_id: str = "customer", asked_as: e.AskedAs = "main") -> e.QuestionAsked:
    return e.QuestionAsked(turn_id, question_id, "s", 1, 5, asked_as, "voice", "text", "text", 1, 1, 1)


def note(recorder: Recorder, *messages: object) -> None:
    for seq, data in enumerate(messages, len(recorder.envelopes) + 1):
        number = None if isinstance(data, CaptionUpdated) else seq
        recorder.note(Envelope(str(seq), number, "i", "2026-01-01T00:00:00Z", None, data))


def test_follow_ups_of_a_question_are_counted_and_a_repeat_is_no_new_turn() -> None:
    recorder = Recorder()
    note(recorder, asked("t1"), asked("t1", asked_as="repeat"), asked("t2", asked_as="follow_up"), asked("t3", "logic"))
    assert [(turn.asked.turn_id, turn.index) for turn in recorder.turns.values()] == [("t1", 0), ("t2", 1), ("t3", 0)]


def test_a_turn_tells_what_was_heard_and_how_long_things_took() -> None:
    recorder = Recorder()
    note(recorder, asked("t1"))
    turn = recorder.turns["t1"]
    turn.speech_began, turn.fully_said = 0.0, True
    note(recorder, CaptionUpdated("t1", "s1", "I", "called"), e.AnswerClosing("t1", "silence"))
    note(recorder, e.AnswerCompleted("t1", "customer", "I called", "silence", 900, "within", "Thank you."), asked("t2"))
    told = turn.conclude()
    assert (told.transcript, told.ended_by, told.hint, told.captions) == ("I called", "silence", "Thank you.", 1)
    assert told.first_caption_ms is not None
    assert told.next_question_ms is not None
    assert told.next_question_ms >= 0
    assert not told.cut_off


def test_the_end_is_seen() -> None:
    recorder = Recorder()
    note(recorder, asked("t1"))
    assert not recorder.ended
    note(recorder, e.InterviewAborted("hr_ended", 1, 5))
    assert recorder.ended
    assert not recorder.completed
    assert recorder.abort_reason == "hr_ended"
