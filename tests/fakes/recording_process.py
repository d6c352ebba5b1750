"""Records a talking, moving candidate until it is killed: python -m tests.fakes.recording_process FOLDER.

Prints, over and over, how many seconds of sound have been sent since the recording began.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.scheduling.scheduler import AsrScheduler
from media.types import MediaFact, RecordingOpened
from tests.fakes.engine import FakeEngine
from tests.fakes.loopback import PictureTrack, Publisher, VoiceTrack, make_voice
from tests.fakes.media_parts import MonotonicClock


class _Announcer:
    def __init__(self, voice: VoiceTrack) -> None:
        self._voice = voice
        self._sent_before_s: float | None = None

    async def put(self, fact: MediaFact) -> None:
        if isinstance(fact, RecordingOpened):
            self._sent_before_s = self._voice.sent_s

    async def announce(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            if self._sent_before_s is not None:
                print(f"{self._voice.sent_s - self._sent_before_s:.2f}", flush=True)


async def record(folder: Path) -> None:
    voice = VoiceTrack(make_voice(((30.0, True),)))
    announcer = _Announcer(voice)
    scheduler = AsrScheduler(FakeEngine(), threads=1)
    session = MediaSession(
        "killed",
        language="en",
        recording_dir=folder,
        clock=MonotonicClock(),
        sink=announcer,
        scheduler=scheduler,
        settings=MediaSettings(),
    )
    publisher = Publisher(audio=voice, video=PictureTrack())
    async with asyncio.TaskGroup() as group:
        group.create_task(scheduler.run())
        group.create_task(session.run())
        group.create_task(announcer.announce())
        answer = await session.accept_publisher(await publisher.offer())
        await publisher.connect(answer.sdp)


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
