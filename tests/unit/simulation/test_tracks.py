from __future__ import annotations

import asyncio
import time

import av
import numpy as np

from server.protocol.events import QualityProfileChanged
from simulation.answers import load_answers
from simulation.picture import HEIGHT, KEY_FRAME_EVERY, LOOP_FRAMES, WIDTH, draw_moving_picture
from simulation.sending import Sending
from simulation.tracks import PictureTrack, Voice, VoiceTrack, room_tone


def decode_opus(packets: list[bytes]) -> list[np.ndarray]:
    codec = av.AudioCodecContext.create("opus", "r")
    return [frame.to_ndarray() for packet in packets for frame in codec.decode(av.Packet(packet))]


def loudness(samples: list[np.ndarray]) -> float:
    joined = np.concatenate([one.ravel() for one in samples]).astype(np.float64)
    return float(np.sqrt(np.mean(joined**2)))


def test_speech_is_loud_and_the_room_between_is_faint_but_not_zero() -> None:
    answers = load_answers("en-1")
    speech = loudness(decode_opus(list(answers.packets(answers.choose("customer", 0)))))
    room = loudness(decode_opus(list(room_tone())))
    assert speech > 0.02
    assert 1e-5 < room < speech / 50


async def test_a_voice_says_its_packets_in_order_then_keeps_silent() -> None:
    voice = Voice(lambda: True)
    saying = asyncio.ensure_future(voice.say((b"one", b"two")))
    await asyncio.sleep(0)
    assert [voice.next_packet(), voice.next_packet()] == [b"one", b"two"]
    await saying
    assert not voice.speaking
    assert voice.next_packet() in room_tone()


async def test_a_voice_pauses_while_it_may_not_speak_and_goes_on_in_mid_sentence() -> None:
    may_speak = True
    voice = Voice(lambda: may_speak)
    saying = asyncio.ensure_future(voice.say((b"one", b"two")))
    await asyncio.sleep(0)
    assert voice.next_packet() == b"one"
    may_speak = False
    assert voice.next_packet() in room_tone()
    may_speak = True
    assert voice.next_packet() == b"two"
    await saying


async def test_a_cancelled_voice_is_silent_at_once() -> None:
    voice = Voice(lambda: True)
    saying = asyncio.ensure_future(voice.say((b"one", b"two")))
    await asyncio.sleep(0)
    saying.cancel()
    await asyncio.wait([saying])
    assert voice.next_packet() in room_tone()


async def test_packets_never_leave_before_their_time() -> None:
    track = VoiceTrack(Voice(lambda: True))
    began = time.monotonic()
    packets = [await track.recv() for _ in range(6)]
    assert [packet.pts for packet in packets] == [0, 960, 1920, 2880, 3840, 4800]
    assert time.monotonic() - began >= 0.099
    track.stop()


def test_the_moving_picture_decodes_moves_and_offers_a_key_frame_every_second() -> None:
    picture = draw_moving_picture(0)
    for loop in (picture.idle, picture.speaking):
        assert len(loop) == LOOP_FRAMES
        assert [index for index, frame in enumerate(loop) if not frame[0] & 1] == list(
            range(0, LOOP_FRAMES, KEY_FRAME_EVERY)
        )
        codec = av.VideoCodecContext.create("vp8", "r")
        frames = [frame for packet in loop for frame in codec.decode(av.Packet(packet))]
        assert (frames[0].width, frames[0].height) == (WIDTH, HEIGHT)
        first, middle = (frames[index].to_ndarray(format="gray").astype(int) for index in (0, LOOP_FRAMES // 4))
        assert np.abs(first - middle).max() > 30


async def test_the_picture_changes_to_speaking_only_at_a_key_frame() -> None:
    picture = draw_moving_picture(0)
    voice = Voice(lambda: True)
    track = PictureTrack(picture, voice, Sending())
    sent = [track._payload() for _ in range(2)]
    saying = asyncio.ensure_future(voice.say((b"word",)))
    await asyncio.sleep(0)
    sent += [track._payload() for _ in range(KEY_FRAME_EVERY)]
    assert sent[:KEY_FRAME_EVERY] == list(picture.idle[:KEY_FRAME_EVERY])
    assert sent[KEY_FRAME_EVERY:] == list(picture.speaking[KEY_FRAME_EVERY : KEY_FRAME_EVERY + 2])
    saying.cancel()


def profile(kbps: int, fps: int = 30) -> QualityProfileChanged:
    return QualityProfileChanged("low" if kbps else "audio", kbps > 0, kbps, 320, 240, fps, 32, "loss")


async def test_a_picture_sends_no_more_than_it_may_and_begins_again_with_a_key_frame() -> None:
    """Without waiting: the pace is another test's."""
    picture, sending = draw_moving_picture(0), Sending()
    track = PictureTrack(picture, Voice(lambda: True), sending)
    track._period_ticks = 0

    async def take(count: int) -> list[int]:
        return [picture.idle.index(bytes(await track.recv())) for _ in range(count)]

    assert await take(14) == list(range(14))
    sending.follow(profile(800, fps=6))
    half = KEY_FRAME_EVERY // 2
    assert await take(half - 2) == list(range(14, KEY_FRAME_EVERY + half))
    assert await take(2 * half) == [*range(2 * KEY_FRAME_EVERY, 2 * KEY_FRAME_EVERY + half), *range(half)]
    sending.follow(profile(0))
    waiting = asyncio.ensure_future(track.recv())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    sending.follow(profile(800))
    assert picture.idle.index(bytes(await asyncio.wait_for(waiting, 5))) % KEY_FRAME_EVERY == 0
    track.stop()


def test_the_share_of_a_picture_keeps_to_rate_and_frames() -> None:
    sending = Sending()
    assert sending.share(180.0, 12.0) == 1.0
    sending.follow(profile(90))
    assert sending.share(180.0, 12.0) == 0.5
    sending.follow(profile(800, fps=3))
    assert sending.share(180.0, 12.0) == 0.25
    sending.follow(profile(0))
    assert sending.share(180.0, 12.0) == 0.0
