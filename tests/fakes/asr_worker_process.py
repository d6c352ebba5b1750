"""A worker to be killed: python -m tests.fakes.asr_worker_process REDIS_URL SECONDS_A_CALL [broken].

Prints `decoding` as soon as it has something to decode. `broken`: its engine fails at everything.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.types import Request
from server.recognition.worker_process import work
from tests.fakes.engine import FakeEngine


def main(url: str, seconds: float, *, broken: bool) -> None:
    def cost_s(requests: Sequence[Request]) -> float:
        print("decoding", flush=True)
        return seconds

    def fault(requests: Sequence[Request]) -> BaseException | None:
        return RuntimeError("the device is gone") if broken else None

    engine = FakeEngine(cost_s=cost_s, fault=fault)
    asyncio.run(work(url, AsrScheduler(engine, threads=1), threads=1))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), broken="broken" in sys.argv[3:])
