"""Records a talking, moving candidate until it is killed: python -m tests.fakes.recording_process FOLDER."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from media.asr_scheduler import AsrScheduler
from media.session import MediaSession
from media.settings import MediaSettings
from media.types import MediaFact, RecordingOpened
from tests.fakes.loopback import PictureTrack, Publisher, VoiceTrack, make_voice
from tests.fakes.media_parts import MonotonicClock
from tests.fakes.transcriber import FakeTranscriber


class _Announcer:
    """Says on standard output when the recording has begun."""

    async def put(self, fact: MediaFact) -> None:
        if isinstance(fact, RecordingOpened):
            print("recording", flush=True)


async def record(folder: Path) -> None:
    scheduler = AsrScheduler(FakeTranscriber(), threads=1)
    session = MediaSession(
        "killed",
        language="en",
        recording_dir=folder,
        clock=MonotonicClock(),
        sink=_Announcer(),
        scheduler=scheduler,
        settings=MediaSettings(),
    )
    publisher = Publisher(audio=VoiceTrack(make_voice(((60.0, True),))), video=PictureTrack())
    async with asyncio.TaskGroup() as group:
        group.create_task(scheduler.run())
        group.create_task(session.run())
        answer = await session.accept_publisher(await publisher.offer())
        await publisher.connect(answer.sdp)


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
