"""What an interview that has ended leaves behind in memory."""

from __future__ import annotations

import asyncio
import gc
import weakref

from media.hearing.pipeline import Pipeline
from media.settings import MediaSettings
from media.types import Flushed, MediaFact
from tests.benchmarks.asr.material import make_frame, make_silence
from tests.fakes.recogniser import ObedientRecogniser


async def test_its_sound_is_gone_without_the_collector_of_cycles() -> None:
    flushed = asyncio.Event()

    async def put(fact: MediaFact) -> None:
        if isinstance(fact, Flushed):
            flushed.set()

    async def hold() -> tuple[weakref.ref[Pipeline], weakref.ref[object], weakref.ref[object]]:
        pipeline = Pipeline("one", language="en", scheduler=ObedientRecogniser(), settings=MediaSettings(), report=put)
        tasks = [asyncio.create_task(work()) for work in (pipeline.listen, pipeline.caption, pipeline.transcribe)]
        for number, packet in enumerate(make_silence()[:50]):
            pipeline.push(make_frame(packet, number))
        pipeline.flush("end")
        await flushed.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        pipeline.close()
        return weakref.ref(pipeline), weakref.ref(pipeline._finals), weakref.ref(pipeline._captioning)

    gc.collect()
    gc.disable()
    try:
        kept = await hold()
        await asyncio.sleep(0.05)
        assert [each() for each in kept] == [None, None, None]
    finally:
        gc.enable()
