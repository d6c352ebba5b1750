"""What the media plane counts outlives connections and sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from media.counters import MediaCounters
from media.notices import CAPACITY
from media.types import MediaFault, PeerConnected, QualityReport
from tests.fakes.loopback import PictureTrack, VoiceTrack, make_voice
from tests.integration.media.conftest import Studio


def as_numbers(counters: MediaCounters) -> list[int]:
    parts = (counters.audio, counters.video, counters.heard, counters.dropped, counters.refused)
    return [getattr(part, name) for part in parts for name in part.__dataclass_fields__]


async def wait_until_heard(studio: Studio, seconds: float) -> MediaCounters:
    async with asyncio.timeout(15):
        while studio.tally.count().heard.total < seconds * 16_000:
            await asyncio.sleep(0.05)
    return studio.tally.count()


async def test_nothing_is_forgotten_when_an_epoch_or_a_session_ends(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    seen = [MediaCounters()]
    await studio.publish(audio=VoiceTrack(make_voice(((30.0, True),))), video=PictureTrack())
    await studio.sink.wait_for(PeerConnected, lambda fact: fact.epoch == 1)
    seen.append(await wait_until_heard(studio, 1.0))
    assert seen[-1].audio.received >= 50
    assert seen[-1].video.received > 0
    await studio.publish(audio=VoiceTrack(make_voice(((30.0, True),))))
    await studio.sink.wait_for(PeerConnected, lambda fact: fact.epoch == 2)
    seen.append(studio.tally.count())
    seen.append(await wait_until_heard(studio, 2.0))
    assert seen[-1].heard.decoded > 0.9 * seen[-1].heard.total
    await studio.session.close()
    seen.append(studio.tally.count())
    for before, after in pairwise(seen):
        assert all(less <= more for less, more in zip(as_numbers(before), as_numbers(after), strict=True))
    assert seen[-1].audio.received >= seen[-2].audio.received >= 100


async def test_a_report_says_how_much_was_made_up(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    answer = await studio.session.accept_socket_audio("pcm16")
    for number in range(400):
        if number % 10:
            studio.session.push_socket_audio(answer.epoch, number, number * 960, b"\x00\x10" * 320)
        await asyncio.sleep(0.015)
        if studio.sink.of(QualityReport):
            break
    report = await studio.sink.wait_for(QualityReport)
    assert 0.04 < report.audio_concealed < 0.2
    assert studio.tally.count().heard.plc > 0
    assert studio.tally.count().audio.given_up > 0


async def test_facts_that_nobody_takes_are_counted(open_studio: Callable[..., Studio], monkeypatch: Any) -> None:
    studio = open_studio()
    stuck = asyncio.Event()

    async def take(fact: object) -> None:
        await stuck.wait()

    monkeypatch.setattr(studio.sink, "put", take)
    await asyncio.sleep(0)
    for number in range(CAPACITY + 10):
        studio.session.tell(MediaFault("test", str(number)))
    assert studio.tally.count().dropped.facts == 10
    stuck.set()
