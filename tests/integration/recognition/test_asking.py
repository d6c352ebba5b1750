"""What is asked of workers elsewhere is answered, in order, with what comes in between taken in its stride."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from media.errors import (
    PartialSuperseded,
    RecogniserUnavailable,
    RequestUnusable,
    TranscriptionError,
    TranscriptionTimedOut,
)
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, RecogniserInfo
from server.recognition import remote
from server.recognition.job import Job, encode_job
from server.recognition.remote import UNKNOWN
from tests.fakes.engine import FakeEngine
from tests.integration.recognition.stage import Stage, speech, until, words

pytestmark = pytest.mark.integration


async def test_a_worker_answers(stage: Stage) -> None:
    asker, hired = await stage.asker(), await stage.worker()
    said = await asker.transcribe("interview", speech(2.0))
    assert said.text == "one two three four"
    assert [(word.char_start, word.t_start_ms) for word in said.words] == [(0, 0), (4, 500), (8, 1000), (14, 1500)]
    (request,) = hired.engine.decoded
    assert request.final
    assert np.allclose(request.samples, 0.25, atol=1e-4)
    assert asker.stats().finals == 1


async def test_everything_that_is_asked_with_it_arrives(stage: Stage) -> None:
    asker, hired = await stage.asker(), await stage.worker()
    samples = np.full(SAMPLE_RATE_HZ, 0.5, np.float32)
    request = Request(samples, "en", "partial", prefix="one", terms=("Kubernetes", "王小明"), speech_share=0.75)
    said = await asker.transcribe("interview", request)
    assert said.text == "two"
    (heard,) = hired.engine.decoded
    assert (heard.kind, heard.prefix, heard.terms, heard.speech_share) == ("partial", "one", request.terms, 0.75)


async def test_each_process_gets_its_own_answers(stage: Stage) -> None:
    await stage.worker()
    askers = [await stage.asker() for _ in range(3)]
    asked = [asker.transcribe("interview", speech(1.0 + n)) for n, asker in enumerate(askers) for _ in range(3)]
    assert [words(said) for said in await asyncio.gather(*asked)] == [2, 2, 2, 4, 4, 4, 6, 6, 6]


async def test_what_is_asked_before_there_is_a_worker_waits_for_one(stage: Stage) -> None:
    asker = await stage.asker()
    assert asker.info == UNKNOWN
    waiting = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
    await asyncio.sleep(0.3)
    await stage.worker()
    assert (await waiting).text == "one two"
    await until(lambda: asker.info == RecogniserInfo("fake", True, ("en", "zh-CN")))


@pytest.mark.usefixtures("soon_absent")
async def test_without_a_worker_nobody_waits_for_long(stage: Stage) -> None:
    asker = await stage.asker()
    with pytest.raises(RecogniserUnavailable):
        await asker.transcribe("interview", speech(1.0))
    for request in (speech(1.0), speech(1.0, kind="partial")):
        answer = asyncio.create_task(asker.transcribe("interview", request))
        await asyncio.sleep(0)
        assert answer.done(), "it is known by now"
        with pytest.raises(RecogniserUnavailable):
            await answer
    async with asyncio.timeout(5):
        while any(backlog.waiting for backlog in (await asker._line.look()).backlog.values()):
            await asyncio.sleep(0.02)  # what nobody waits for is taken back


async def test_finals_of_a_stream_are_answered_in_order_by_two_workers(stage: Stage) -> None:
    asker = await stage.asker()
    engines = [FakeEngine(cost_s=lambda requests: 0.05 if len(requests[0].samples) > 16_000 else 0.0) for _ in "ab"]
    for engine in engines:
        await stage.worker(engine)
    order: list[float] = []

    async def ask(seconds: float) -> None:
        await asker.transcribe("interview", speech(seconds))
        order.append(seconds)

    lengths = [2.0, 0.5, 3.0, 1.0, 2.5, 0.6]
    async with asyncio.TaskGroup() as tasks:
        for seconds in lengths:
            tasks.create_task(ask(seconds))
    assert order == lengths


async def test_two_workers_share_the_load(stage: Stage) -> None:
    asker = await stage.asker()
    gate = threading.Event()
    engines = [FakeEngine(gate=gate, bucket_of=id) for _ in "ab"]
    for engine in engines:
        await stage.worker(engine)
    await until(lambda: len(asker.roster.cards) == 2)
    asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(8)]
    await until(lambda: all(engine.calls for engine in engines))
    gate.set()
    assert [words(said) for said in await asyncio.gather(*asked)] == [2] * 8
    assert sum(len(engine.decoded) for engine in engines) == 8


@pytest.mark.usefixtures("soon_absent")
async def test_a_worker_takes_only_languages_it_knows(stage: Stage) -> None:
    class English(FakeEngine):
        @property
        def info(self) -> RecogniserInfo:
            return RecogniserInfo("english", False, ("en",))

    asker = await stage.asker()
    english = await stage.worker(English())
    assert (await asker.transcribe("one", speech(1.0))).text == "one two"
    with pytest.raises(RecogniserUnavailable):
        await asker.transcribe("two", speech(1.0, "zh-CN"))
    chinese = await stage.worker()
    await until(lambda: asker.info.languages == ("en", "zh-CN"))
    assert (await asker.transcribe("two", speech(1.0, "zh-CN"))).text == "onetwo"
    assert {request.language for request in english.engine.decoded} == {"en"}
    assert "zh-CN" in {request.language for request in chinese.engine.decoded}


async def test_of_partials_the_newest_wins(stage: Stage) -> None:
    asker, gate = await stage.asker(), threading.Event()
    hired = await stage.worker(FakeEngine(gate=gate))
    older = asyncio.create_task(asker.transcribe("interview", speech(1.0, kind="partial")))
    await until(lambda: bool(hired.engine.calls))
    newer = asyncio.create_task(asker.transcribe("interview", speech(2.0, kind="partial")))
    with pytest.raises(PartialSuperseded):
        await older
    gate.set()
    assert words(await newer) == 4
    assert asker.stats().superseded == 1


async def test_a_speculative_final_is_taken_back_or_confirmed(stage: Stage) -> None:
    asker, gate = await stage.asker(), threading.Event()
    hired = await stage.worker(FakeEngine(gate=gate, bucket_of=id))
    busy = [asyncio.create_task(asker.transcribe(f"busy-{n}", speech(0.5))) for n in range(5)]
    await until(lambda: bool(hired.engine.calls))
    taken_back = asyncio.create_task(asker.transcribe("other", speech(5.0), speculative=True))
    kept = asyncio.create_task(asker.transcribe("interview", speech(3.0), speculative=True))
    await asyncio.sleep(0.1)
    taken_back.cancel()
    asker.confirm("interview")
    asker.confirm("nobody")
    later = asyncio.create_task(asker.transcribe("interview", speech(4.0), speculative=True))
    await asyncio.sleep(0.1)
    gate.set()
    assert words(await kept) == 6, "what was confirmed is not superseded"
    assert words(await later) == 8
    await asyncio.gather(*busy)


async def test_a_speculative_final_can_be_confirmed_before_it_is_written(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written on a thread, which takes its time; who confirms it in between is heard."""
    writing, written = threading.Event(), threading.Event()

    def write_slowly(job: Job) -> bytes:
        writing.set()
        assert written.wait(10)
        return encode_job(job)

    monkeypatch.setattr(remote, "encode_job", write_slowly)
    asker = await stage.asker()
    asked = asyncio.create_task(asker.transcribe("interview", speech(3.0), speculative=True))
    await until(writing.is_set)
    asker.confirm("interview")
    written.set()
    await until(lambda: [pending.entry is not None for pending in asker._pending] == [True])
    assert [pending.queue.kind for pending in asker._pending] == ["final"]
    await stage.worker()
    assert words(await asked) == 6


async def test_errors_of_the_recogniser_come_back_as_what_they_were(stage: Stage) -> None:
    refusals: dict[str, TranscriptionError] = {
        "en": RequestUnusable("too strange"),
        "zh-CN": TranscriptionError("no luck"),
    }

    def refuse(request: Request) -> TranscriptionError | None:
        """Whoever fails at noise as well is no recogniser any more."""
        return refusals[request.language] if len(request.samples) == SAMPLE_RATE_HZ else None

    asker = await stage.asker()
    await stage.worker(FakeEngine(refuse=refuse))
    with pytest.raises(RequestUnusable):
        await asker.transcribe("one", speech(1.0))
    with pytest.raises(TranscriptionError) as caught:
        await asker.transcribe("two", speech(1.0, "zh-CN"))
    assert caught.value.code == "transcription_failed"


async def test_what_no_worker_could_take_is_refused_here(stage: Stage) -> None:
    asker = await stage.asker()
    with pytest.raises(RequestUnusable):
        await asker.transcribe("interview", speech(31.0))


async def test_a_deadline_that_passes_is_told_and_leaves_nothing(stage: Stage) -> None:
    asker, gate = await stage.asker(), threading.Event()
    await stage.worker(FakeEngine(gate=gate))
    with pytest.raises(TranscriptionTimedOut):
        await asker.transcribe("interview", speech(1.0), deadline_s=0.3)
    gate.set()
    assert words(await asker.transcribe("interview", speech(1.0))) == 2
    assert asker.stats().timed_out == 1
    assert asker.stats().waiting_finals == 0


async def test_closing_tells_who_waits(stage: Stage) -> None:
    asker = await stage.asker()
    waiting = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
    await asyncio.sleep(0.1)
    await asker.close()
    with pytest.raises(RecogniserUnavailable):
        await waiting
    with pytest.raises(RecogniserUnavailable):
        await asker.transcribe("interview", speech(1.0))


@pytest.mark.parametrize("seconds", [0.0, 30.0])
async def test_the_shortest_and_the_longest(stage: Stage, seconds: float) -> None:
    asker = await stage.asker()
    await stage.worker()
    assert words(await asker.transcribe("interview", speech(seconds))) == round(2 * seconds)
