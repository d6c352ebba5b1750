"""Observers get the candidate's own encoded frames, from a key frame on, across reconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from media.errors import SdpRejected, TooManyObservers
from media.settings import MediaSettings
from media.types import PeerConnected
from tests.fakes.loopback import Observer, PictureTrack
from tests.integration.media.conftest import Studio

OpenStudio = Callable[..., Studio]


def _bar_is_visible(frame: object) -> bool:
    """The moving bar is bright on dark: a picture that could not be decoded properly is neither."""
    luma = frame.to_ndarray(format="gray")  # type: ignore[attr-defined]
    return bool(luma.max() > 180 and np.median(luma) < 80)


async def test_who_joins_late_sees_a_whole_picture_first(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish(video=PictureTrack())
    await studio.sink.wait_for(PeerConnected)
    await asyncio.sleep(1)
    observer, _ = await studio.observe()
    pictures = await observer.receive("video", 10)
    assert all(_bar_is_visible(picture) for picture in pictures)
    stamps = [picture.pts for picture in pictures]
    assert stamps == sorted(set(stamps))
    sound = await observer.receive("audio", 10)
    assert sound[0].sample_rate == 48_000
    assert studio.session.observer_count == 1


async def test_an_observer_survives_the_candidates_reconnect(open_studio: OpenStudio) -> None:
    studio = open_studio()
    first, _ = await studio.publish(video=PictureTrack())
    observer, _ = await studio.observe()
    before = await observer.receive("video", 5)
    await first.close()
    await studio.publish(video=PictureTrack((160, 120)))

    async def receive_small() -> object:
        while True:
            (picture,) = await observer.receive("video", 1)
            if picture.width == 160:
                return picture

    async with asyncio.timeout(10):
        picture = await receive_small()
    assert _bar_is_visible(picture)
    assert before[0].width == 320
    assert observer.connection.connectionState == "connected"
    await observer.receive("audio", 5)


async def test_observers_come_before_the_candidate_and_leave(open_studio: OpenStudio) -> None:
    studio = open_studio()
    observer, observer_id = await studio.observe()
    await studio.publish(video=PictureTrack())
    assert _bar_is_visible((await observer.receive("video", 1))[0])
    await studio.session.remove_observer(observer_id)
    await studio.session.remove_observer(observer_id)
    assert studio.session.observer_count == 0


async def test_a_vanished_observer_is_let_go(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish(video=PictureTrack())
    observer, _ = await studio.observe()
    await observer.receive("video", 1)
    await observer.close()
    async with asyncio.timeout(5):
        while studio.session.observer_count:
            await asyncio.sleep(0.05)


async def test_there_is_a_limit_and_a_bad_offer_does_not_count(open_studio: OpenStudio) -> None:
    studio = open_studio(MediaSettings(max_observers=1))
    with pytest.raises(SdpRejected):
        await studio.session.add_observer("v=0\r\n")
    await studio.observe()
    late = Observer()
    studio.people.append(late)
    with pytest.raises(TooManyObservers) as refused:
        await studio.session.add_observer(await late.offer())
    assert refused.value.retryable
