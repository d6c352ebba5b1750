"""How busy workers seem from here: by waits, by what they say of themselves, and by what still lies in Redis."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from media.errors import PartialShed, PartialSuperseded, RecogniserUnavailable, TranscriptionError
from media.transcription.condition import DegradeLevel
from media.transcription.types import Request, RequestKind
from media.types import Transcription
from server.recognition import pending as pending_module
from server.recognition.answer import Answer
from server.recognition.job import Job
from server.recognition.keys import Queue
from server.recognition.pending import Pending, PendingJobs, Presence
from server.recognition.pressure import Pressure
from server.recognition.roster import Backlog, Roster, WorkerCard

NOTHING = Transcription("", (), 0.0, 0.0)


def card(level: DegradeLevel = DegradeLevel.NORMAL, threads: int = 1, busy: float = 0.0) -> WorkerCard:
    return WorkerCard(
        recogniser="fake", demonstration=True, languages=("en",), threads=threads, working=0, busy=busy, level=level
    )


def make(kind: RequestKind = "final", *, job_id: str = "1", speculative: bool = False, asked_s: float = 0.0) -> Pending:
    request = Request(np.zeros(16_000, np.float32), "en", kind)
    queue = Queue("speculative" if speculative else kind, "en")
    answer: asyncio.Future[Transcription] = asyncio.get_running_loop().create_future()
    return Pending(Job(job_id, "us", "interview", request, 1_000), b"", queue, answer, asked_s, entry="1-0")


async def test_workers_that_are_overloaded_make_us_cut_down_only_when_all_are() -> None:
    pressure = Pressure()
    told: list[DegradeLevel] = []
    unwatch = pressure.watch(told.append)
    pressure.look(Roster({"a": card(DegradeLevel.FIRST_ONLY), "b": card()}), [], 0.0)
    assert pressure.level is DegradeLevel.NORMAL
    pressure.look(Roster({"a": card(DegradeLevel.FIRST_ONLY), "b": card(DegradeLevel.SHORTER)}), [], 0.1)
    await asyncio.sleep(0)
    assert told == [DegradeLevel.SHORTER]
    unwatch()
    pressure.look(Roster({}), [], 0.2)
    await asyncio.sleep(0)
    assert told == [DegradeLevel.SHORTER]


async def test_finals_that_nobody_takes_make_us_cut_down_and_refuse() -> None:
    pressure = Pressure()
    roster = Roster({"a": card()}, {"final": Backlog(waiting=1)})
    waiting = make(asked_s=0.0)
    assert pressure.admits().ok
    for step in range(120):
        pressure.look(roster, [waiting], 1.0 + step * 0.25)
    assert pressure.level is DegradeLevel.REFUSING
    assert not pressure.admits().ok


async def test_what_a_worker_has_taken_does_not_count_as_waiting() -> None:
    pressure = Pressure()
    roster = Roster({"a": card()}, {"final": Backlog(waiting=0, taken=1)})
    for step in range(120):
        pressure.look(roster, [make(asked_s=0.0)], 1.0 + step * 0.25)
    assert pressure.level is DegradeLevel.NORMAL


async def test_only_the_first_partial_of_a_speech_is_taken_when_there_is_no_time_for_more() -> None:
    pressure = Pressure()
    partial = make("partial")
    pressure.look(Roster({"a": card(DegradeLevel.FIRST_ONLY)}), [], 0.0)
    pressure.check_partial("interview")
    pressure.note_answered(partial, Answer("1", NOTHING, 10, 50), 0.0)
    with pytest.raises(PartialShed):
        pressure.check_partial("interview")
    pressure.begin_final("interview")
    pressure.check_partial("interview")


async def test_partials_come_no_more_often_than_they_can_be_served() -> None:
    pressure = Pressure()
    usual_s = pressure.partial_interval_s("interview")
    pressure.note_answered(make("partial"), Answer("1", NOTHING, 0, 2_000), 0.0)
    assert pressure.partial_interval_s("interview") >= 4.0 > usual_s
    pressure.look(Roster(), [], 1_000.0)
    assert pressure.partial_interval_s("interview") < 4.0, "what was long ago is forgotten"


async def test_what_happens_is_counted() -> None:
    pressure = Pressure()
    pressure.note_answered(make(), Answer("1", NOTHING, 500, 200), 0.0)
    for error in (TranscriptionError("x"), PartialSuperseded("x"), PartialShed("x")):
        pressure.note_failed(error)
    pressure.note_timed_out()
    pressure.look(Roster({"a": card(threads=3, busy=0.5), "b": card(busy=1.0)}), [], 0.1)
    stats = pressure.stats(waiting_finals=1, waiting_partials=2, retried=3)
    assert (stats.finals, stats.failed, stats.superseded, stats.shed, stats.timed_out, stats.retried) == (
        1, 1, 1, 1, 1, 3,
    )  # fmt: skip
    assert stats.final_wait_p95_ms == pytest.approx(400.0)
    assert stats.busy == pytest.approx(0.625)


async def test_a_partial_takes_the_place_of_the_one_before_and_finals_keep_theirs() -> None:
    jobs = PendingJobs()
    finals = [make(job_id="1"), make(job_id="2")]
    partials = [make("partial", job_id="3"), make("partial", job_id="4")]
    for each in (*finals, *partials):
        jobs.add(each)
    with pytest.raises(PartialSuperseded):
        await partials[0].answer
    assert not any(each.answer.done() for each in (*finals, partials[1]))
    jobs.remove(partials[0])
    newest = make("partial", job_id="5")
    jobs.add(newest)
    assert partials[1].answer.done(), "removing an older one leaves the place with the newer"
    assert isinstance(partials[1].answer.exception(), PartialSuperseded)
    assert jobs.audio_s == 2.0


async def test_a_speculative_final_that_is_confirmed_keeps_its_place() -> None:
    jobs = PendingJobs()
    first, second = make(job_id="1", speculative=True), make(job_id="2", speculative=True)
    jobs.add(first)
    assert jobs.confirm("interview")
    assert not jobs.confirm("interview"), "once"
    jobs.add(second)
    assert not first.answer.done()
    assert first.to_be_moved
    assert not second.to_be_moved
    jobs.fail_all(RecogniserUnavailable("closed"))
    for each in (first, second):
        assert isinstance(each.answer.exception(), RecogniserUnavailable)


def test_a_language_is_absent_after_a_while_without_anybody_who_knows_it() -> None:
    presence = Presence(100.0)
    presence.check("en", 100.0 + pending_module.ABSENT_AFTER_S)
    with pytest.raises(RecogniserUnavailable):
        presence.check("en", 100.1 + pending_module.ABSENT_AFTER_S)
    presence.note(frozenset({"zh-CN"}), 200.0)
    assert presence.absent("en", 200.0)
    assert not presence.absent("zh-CN", 200.0)


async def test_finals_that_a_worker_did_not_believe_are_counted_here() -> None:
    pressure = Pressure()
    doubted = Transcription("", (), 0.0, 0.9, faults=("echo",))
    for pending, outcome in ((make(), doubted), (make(), NOTHING), (make("partial"), doubted)):
        pressure.note_answered(pending, Answer("1", outcome, 0, 10), 1.0)
    assert pressure.stats(waiting_finals=0, waiting_partials=0, retried=0).faults == {"echo": 1}
