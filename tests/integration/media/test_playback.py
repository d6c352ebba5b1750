"""Recordings as they are played: picture and sound together, by FFmpeg and in Chromium, whatever happened meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from aiortc import RTCRtpSender
from playwright.async_api import Browser

from media.types import RecordingOpened
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.proxy import ImpairmentProxy
from simulation.impairment.settings import PERFECT, Impairment
from tests.browser.whole.stage import open_chromium
from tests.fakes.clapper import Clapper, ClapperPicture, ClapperSound, find_offsets
from tests.fakes.loopback import Publisher
from tests.fakes.playback import play
from tests.integration.interviewing import play as play_by_ffmpeg
from tests.integration.media.conftest import Studio

pytestmark = [pytest.mark.browser, pytest.mark.integration]

RECORDED_S, ROUGH_FROM_S, ROUGH_TO_S, RESIZE_AT_S = 9.0, 2.0, 5.0, 6.0
LOSSY = Impairment(loss=0.05, delay_ms=20, jitter_ms=10)
TOGETHER_S = 0.08
RTX = "video/rtx"


async def record(studio: Studio, mime_type: str) -> list[Path]:
    """Nine seconds: three of them with loss, then another size of picture."""
    clapper = Clapper()
    publisher = Publisher(audio=ClapperSound(clapper), video=ClapperPicture(clapper, resize_at_s=RESIZE_AT_S))
    studio.people.append(publisher)
    codecs = [codec for codec in RTCRtpSender.getCapabilities("video").codecs if codec.mimeType in (mime_type, RTX)]
    for transceiver in publisher.connection.getTransceivers():
        if transceiver.kind == "video":
            transceiver.setCodecPreferences(codecs)
    with ImpairmentProxy(NetworkProfile.both_ways("test", PERFECT), seed=3) as proxy:
        answer = await studio.session.accept_publisher(proxy.open(await publisher.offer()))
        await publisher.connect(proxy.join(answer.sdp))
        await studio.sink.wait_for(RecordingOpened)
        await asyncio.sleep(ROUGH_FROM_S)
        proxy.change(up=LOSSY, down=LOSSY)
        await asyncio.sleep(ROUGH_TO_S - ROUGH_FROM_S)
        assert proxy.up.dropped > 5
        proxy.change(up=PERFECT, down=PERFECT)
        await asyncio.sleep(RECORDED_S - ROUGH_TO_S)
        await studio.session.close()
    return sorted(studio.folder.iterdir())


@pytest.mark.parametrize(
    ("mime_type", "names"),
    [
        ("video/VP8", ["001-001.webm"]),
        ("video/H264", ["001-001.mkv", "001-002.mkv"]),
    ],
)
async def test_picture_and_sound_are_together(
    open_studio: Callable[..., Studio], mime_type: str, names: list[str]
) -> None:
    paths = await record(open_studio(), mime_type)
    assert [path.name for path in paths] == names
    offsets = [offset for path in paths for offset in find_offsets(path)]
    assert len(offsets) >= 5
    assert max(map(abs, offsets)) <= TOGETHER_S, offsets
    playbacks = [play(path) for path in paths]
    assert [size for playback in playbacks for size in playback.sizes] == [(320, 240), (160, 120)]
    async with open_chromium(None) as browser:
        for path, playback in zip(paths, playbacks, strict=True):
            play_by_ffmpeg(path)
            await play_in_chromium(browser, path, playback.audio_s, playback.video_frames)


async def play_in_chromium(browser: Browser, path: Path, length_s: float, pictures: int) -> None:
    page = await browser.new_page()
    await page.goto(path.as_uri())
    shown = await page.evaluate(
        """async () => {
            const video = document.querySelector("video");
            video.muted = true;
            video.playbackRate = 4;
            video.currentTime = 0;
            const end = new Promise((resolve) => {
                video.addEventListener("ended", () => resolve("ended"));
                video.addEventListener("error", () => resolve(video.error.message));
            });
            await video.play();
            const how = await end;
            const { totalVideoFrames } = video.getVideoPlaybackQuality();
            return [how, video.duration, totalVideoFrames, video.webkitAudioDecodedByteCount];
        }"""
    )
    end, duration_s, frames, sound_bytes = shown
    assert end == "ended"
    assert abs(duration_s - length_s) < 0.2
    assert frames > 0.8 * pictures
    assert sound_bytes > 0
    await page.close()
