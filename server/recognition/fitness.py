"""Whether a worker's recogniser can still do anything at all: it is asked for something easy when it fails."""

from __future__ import annotations

import asyncio
import time

import structlog

from media.errors import RecogniserUnavailable, TranscriptionTimedOut
from media.transcription.ports import Recogniser
from media.transcription.probe import works

PROBES, PROBE_PAUSE_S = 3, 0.5
"""So many in a row have to fail: what a device lacks at one moment it may have at the next."""

logger = structlog.get_logger(__name__)


class Fitness:
    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._probing = asyncio.Lock()
        self._proved_s = 0.0
        self._doubts = 0
        self.broken = False

    @property
    def doubtful(self) -> bool:
        """It is no time to give it anything."""
        return self.broken or self._doubts > 0

    async def doubt(self) -> bool:
        """After a failure. True: it fails at everything, for good; what it failed at is not to blame."""
        since_s = time.monotonic()
        self._doubts += 1
        try:
            async with self._probing:
                if not self.broken and self._proved_s <= since_s:
                    await self._probe()
        finally:
            self._doubts -= 1
        return self.broken

    async def _probe(self) -> None:
        language = self._recogniser.info.languages[0]
        for number in range(PROBES):
            if number:
                await asyncio.sleep(PROBE_PAUSE_S)
            began_s = time.monotonic()
            try:
                if await works(self._recogniser, language):
                    self._proved_s = began_s
                    return
            except TranscriptionTimedOut:
                continue
            except RecogniserUnavailable:
                return  # it is being closed
        self.broken = True
        logger.critical("asr_worker.recogniser_broken", probes=PROBES)
