"""Recordings of H.264: Matroska files that play, a new one for every size."""

from __future__ import annotations

from pathlib import Path

import av

from media.frames import EncodedFrame
from media.rtp.h264 import H264Depacketiser
from media.types import RecordingClosed, RecordingOpened
from tests.fakes.h264 import cut_into_payloads, encode_h264
from tests.fakes.playback import play
from tests.fakes.recording_desk import PICTURES, SOUND, Desk, closed_of, make_frame


def make_h264_frames(
    count: int, size: tuple[int, int] = (320, 240), *, from_ms: int = 0, key_every: int = 30
) -> list[EncodedFrame]:
    reader = H264Depacketiser()
    frames: list[EncodedFrame] = []
    for number, picture in enumerate(encode_h264(count, size, key_every=key_every)):
        data = reader.assemble(cut_into_payloads(picture))
        assert data is not None
        t_ms = from_ms + number * 40
        key = reader.is_key_frame(data)
        frames.append(EncodedFrame(1, "video", data, t_ms * 90, t_ms, key, codec="h264", size=reader.size(data)))
    return frames


async def record_beside_sound(desk: Desk, pictures: list[EncodedFrame], end_ms: int) -> list[RecordingClosed]:
    for number in range(end_ms // 20):
        desk.recorder.push(EncodedFrame(1, "audio", SOUND[number % len(SOUND)], number * 960, number * 20))
        for picture in pictures:
            if number * 20 <= picture.t_ms < number * 20 + 20:
                desk.recorder.push(picture)
        desk.clock.ms = number * 20 + 20
        if number % 25 == 24:
            desk.facts += await desk.recorder.write_pending()
    return closed_of(await desk.finish())


async def test_h264_is_kept_as_it_came_in_matroska(tmp_path: Path) -> None:
    (closed,) = await record_beside_sound(Desk(tmp_path), make_h264_frames(100), 4_000)
    assert closed.path.name == "001-001.mkv"
    playback = play(closed.path)
    assert playback.first_is_key
    assert (playback.video_frames, playback.sizes) == (100, [(320, 240)])
    assert abs(playback.audio_s - 4) < 0.05
    with av.open(str(closed.path)) as container:
        assert container.format.name == "matroska,webm"
        assert container.streams.video[0].codec_context.name == "h264"
        container.seek(2_400_000)
        assert next(container.decode(video=0)).key_frame


async def test_another_size_of_h264_opens_another_file_and_loses_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    pictures = make_h264_frames(40) + make_h264_frames(20, (160, 120), from_ms=1_600)
    pictures += make_h264_frames(40, from_ms=2_400)
    closed = await record_beside_sound(desk, pictures, 4_000)
    assert [one.path.name for one in closed] == ["001-001.mkv", "001-002.mkv", "001-003.mkv"]
    seen = [play(one.path) for one in closed]
    assert [playback.video_frames for playback in seen] == [40, 20, 40]
    assert [playback.sizes for playback in seen] == [[(320, 240)], [(160, 120)], [(320, 240)]]
    assert abs(sum(playback.audio_s for playback in seen) - 4) < 0.1
    opened = [fact for fact in desk.facts if isinstance(fact, RecordingOpened)]
    assert [fact.t_ms for fact in opened] == [0, 1_600, 2_400]


async def test_another_codec_opens_another_file(tmp_path: Path) -> None:
    vp8 = [make_frame(data, 40 * number) for number, data in enumerate(PICTURES[:30])]
    closed = await record_beside_sound(Desk(tmp_path), vp8 + make_h264_frames(30, from_ms=1_200), 2_400)
    assert [one.path.name for one in closed] == ["001-001.webm", "001-002.mkv"]
    assert [play(one.path).video_frames for one in closed] == [30, 30]


async def test_every_prefix_of_a_file_with_h264_plays(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number, frame in enumerate(make_h264_frames(50, key_every=10)):
        desk.recorder.push(EncodedFrame(1, "audio", SOUND[number], number * 960, number * 40))
        desk.recorder.push(frame)
        desk.clock.ms = frame.t_ms
        if number % 10 == 9:
            desk.facts += await desk.recorder.write_pending()
            (path,) = tmp_path.iterdir()
            (tmp_path.parent / "copy.mkv").write_bytes(path.read_bytes())
            assert play(tmp_path.parent / "copy.mkv").video_frames == number + 1
    await desk.finish()
