"""A candidate whose device has no VP8: recorded as it comes, and watched."""

from __future__ import annotations

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
    picture = PictureTrack(resize_after=4 * PICTURE_RATE)
    await publish_h264(studio, picture)
    await studio.sink.wait_for(RecordingOpened)
    observer, _ = await studio.observe()
    watched = await observer.receive("video", 5 * PICTURE_RATE)
    assert {(frame.width, frame.height) for frame in watched} == {(320, 240), (160, 120)}
    assert await observer.receive("audio", 20)
    await studio.session.close()
    paths = sorted(studio.folder.iterdir())
    assert [path.name for path in paths] == ["001-001.mkv", "001-002.mkv"]
    for path, size in zip(paths, ((320, 240), (160, 120)), strict=True):
        playback = play(path)
        assert playback.first_is_key
        assert playback.sizes == [size]
        assert abs(playback.video_frames - PICTURE_RATE * playback.video_s) <= 2
        assert abs(playback.audio_s - playback.video_s) < 0.2
        play_by_ffmpeg(path)
