"""A worker to be killed: python -m tests.fakes.asr_worker_process REDIS_URL SECONDS_A_CALL.

Prints `decoding` as soon as it has something to decode.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.types import Request
from server.recognition.worker_process import work
from tests.fakes.engine import FakeEngine


def main(url: str, seconds: float) -> None:
    def cost_s(requests: Sequence[Request]) -> float:
        print("decoding", flush=True)
        return seconds

    asyncio.run(work(url, AsrScheduler(FakeEngine(cost_s=cost_s), threads=1), threads=1))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
