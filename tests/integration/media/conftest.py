"""A media session with everything real but the recogniser, and peers that are closed whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from media.counters import Tally
from media.hearing.ear import warm_up
from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.ports import Engine
from media.transcription.scheduling.scheduler import AsrScheduler
from media.types import LanguageCode, PublisherAnswer
from media.voices.facts import VoiceAnswer
from tests.fakes.engine import FakeEngine
from tests.fakes.loopback import Observer, PictureTrack, Publisher, VoiceTrack, make_voice
from tests.fakes.media_parts import CollectingSink, MonotonicClock

TALK = ((0.6, False), (2.0, True), (30.0, False))


@dataclass
class Studio:
    """One running session and the people in it."""

    session: MediaSession
    sink: CollectingSink
    scheduler: AsrScheduler
    folder: Path
    tally: Tally
    """Of the process that this session is in."""
    people: list[Publisher | Observer] = field(default_factory=list)

    async def publish(
        self,
        *,
        audio: VoiceTrack | None = None,
        video: PictureTrack | None = None,
        silent: bool = False,
        listens: bool = False,
    ) -> tuple[Publisher, PublisherAnswer]:
        voice = None if silent else audio or VoiceTrack(make_voice(TALK))
        publisher = Publisher(audio=voice, video=video, listens=listens)
        self.people.append(publisher)
        answer = await self.session.accept_publisher(await publisher.offer())
        await publisher.connect(answer.sdp)
        return publisher, answer

    async def speak(
        self, speaker_id: str, voice: VoiceTrack, video: PictureTrack | None = None
    ) -> tuple[Publisher, VoiceAnswer]:
        """Somebody of HR connects; nobody hears them yet."""
        speaker = Publisher(audio=voice, video=video)
        self.people.append(speaker)
        answer = await self.session.open_voice(speaker_id, await speaker.offer())
        await speaker.connect(answer.sdp)
        return speaker, answer

    async def observe(self) -> tuple[Observer, str]:
        observer = Observer()
        self.people.append(observer)
        answer = await self.session.add_observer(await observer.offer())
        await observer.connect(answer.sdp)
        return observer, answer.observer_id

    def recordings(self) -> list[Path]:
        return sorted(self.folder.glob("*.webm"))


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """As a server does when it starts."""
    warm_up()


@pytest.fixture
async def open_studio(tmp_path: Path) -> AsyncIterator[Callable[..., Studio]]:
    """Each call opens one session; all are closed at the end, and have to close in time."""
    studios: list[Studio] = []
    async with asyncio.TaskGroup() as group:

        def open_one(
            settings: MediaSettings | None = None,
            *,
            engine: Engine | None = None,
            language: LanguageCode = "en",
            first_epoch: int = 1,
        ) -> Studio:
            sink, tally = CollectingSink(), Tally()
            scheduler = AsrScheduler(engine or FakeEngine(), threads=1)
            session = MediaSession(
                f"interview-{len(studios)}",
                language=language,
                recording_dir=tmp_path,
                clock=MonotonicClock(),
                sink=sink,
                scheduler=scheduler,
                settings=settings or MediaSettings(),
                first_epoch=first_epoch,
                tally=tally,
            )
            group.create_task(scheduler.run())
            group.create_task(session.run())
            studio = Studio(session, sink, scheduler, tmp_path, tally)
            studios.append(studio)
            return studio

        try:
            yield open_one
        finally:
            for studio in studios:
                await asyncio.gather(*(person.close() for person in studio.people))
                await studio.session.close()
                await studio.scheduler.close()
