"""A process that does nothing but transcribe for others."""

from __future__ import annotations

import asyncio
import signal

from media.errors import ModelUnavailable
from media.transcription.ports import Recogniser
from server.identifiers import new_id
from server.recognition.worker import AsrWorker


async def work(url: str, recogniser: Recogniser, *, threads: int, at_once: int = 4) -> None:
    """Until SIGTERM or SIGINT, and then until what is in hand is done. Raises ModelUnavailable when the recogniser
    fails at everything: whoever started the process starts it again."""
    worker = AsrWorker(url, recogniser, worker=new_id(), threads=threads, at_once=at_once)
    loop = asyncio.get_running_loop()
    for order in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(order, worker.drain)
    async with asyncio.TaskGroup() as tasks:
        decoding = tasks.create_task(recogniser.run())
        await worker.run()
        await recogniser.close()
        decoding.cancel()
    if worker.broken:
        raise ModelUnavailable("the recogniser fails at everything; what it had was left to others")
