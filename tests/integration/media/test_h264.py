"""A candidate whose device has no VP8: recorded as it comes, and watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiortc import RTCRtpSender

from media.types import RecordingOpened
from tests.fakes.loopback import PICTURE_RATE, PictureTrack, Publisher, VoiceTrack, make_voice
from tests.fakes.playback import play
from tests.integration.interviewing import play as play_by_ffmpeg
from tests.integration.media.conftest import TALK, Studio


async def publish_h264(studio: Studio, picture: PictureTrack) -> Publisher:
    publisher = Publisher(audio=VoiceTrack(make_voice(TALK)), video=picture)
    studio.people.append(publisher)
    codecs = [codec for codec in RTCRtpSender.getCapabilities("video").codecs if codec.mimeType != "video/VP8"]
    for transceiver in publisher.connection.getTransceivers():
        if transceiver.kind == "video":
            transceiver.setCodecPreferences(codecs)
    offer = await publisher.offer()
    assert "VP8" not in offer
    answer = await studio.session.accept_publisher(offer)
    await publisher.connect(answer.sdp)
    return publisher


async def test_h264_is_recorded_whole_and_watched(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    picture = PictureTrack()
    await publish_h264(studio, picture)
    await studio.sink.wait_for(RecordingOpened)
    observer, _ = await studio.observe()
    watched = await observer.receive("video", 15)
    assert {(frame.width, frame.height) for frame in watched} == {(320, 240)}
    assert await observer.receive("audio", 20)
    await asyncio.sleep(1)
    await studio.session.close()
    (path,) = studio.folder.iterdir()
    assert path.name == "001-001.mkv"
    playback = play(path)
    assert playback.first_is_key
    assert playback.sizes == [(320, 240)]
    assert abs(playback.video_frames - PICTURE_RATE * playback.video_s) <= 2
    assert playback.audio_s > 2
    play_by_ffmpeg(path)
