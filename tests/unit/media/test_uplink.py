"""One stream on its way in: what loss does to delay, what is asked for, where pictures lie beside the sound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest

from media.frames import EncodedFrame
from media.rtp.packet import RtpPacket
from media.rtp.sender_clock import NTP_FRACTION
from media.rtp.vp8 import Vp8Depacketiser
from media.settings import MediaSettings
from media.uplinks import audio as audio_module
from media.uplinks import video as video_module
from media.uplinks.alignment import align_video
from media.uplinks.audio import AudioUplink
from media.uplinks.ends import Forwarded
from media.uplinks.video import VideoUplink
from tests.unit.media.rtp.test_assembler import packets_of

OPUS = bytes([0x78]) + bytes(30)
"""One 20 ms frame."""


@dataclass
class Time:
    s: float = 100.0

    def monotonic(self) -> float:
        return self.s

    def now_ms(self) -> int:
        return round(self.s * 1000)


@dataclass
class Ends:
    frames: list[EncodedFrame] = field(default_factory=list)
    forwarded: list[tuple[int, bool]] = field(default_factory=list)
    asked: list[list[int]] = field(default_factory=list)
    key_frames_wanted: int = 0

    def forward(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        del source, packet
        self.forwarded.append((sequence, starts))

    def want_key_frame(self) -> None:
        self.key_frames_wanted += 1


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    now = Time()
    for module in (audio_module, video_module):
        monkeypatch.setattr(module, "time", now)
    return now


def open_audio(time: Time, ends: Ends) -> AudioUplink:
    return AudioUplink(3, clock=time, settings=MediaSettings(), on_frame=ends.frames.append, on_packet=ends.forward)


def open_video(time: Time, ends: Ends) -> VideoUplink:
    return VideoUplink(
        3,
        Vp8Depacketiser(),
        clock=time,
        settings=MediaSettings(),
        on_frame=ends.frames.append,
        on_packet=ends.forward,
        ask_again=ends.asked.append,
        want_key_frame=ends.want_key_frame,
    )


def say(number: int) -> RtpPacket:
    return RtpPacket(111, False, number & 0xFFFF, number * 960, 7, OPUS)


@pytest.mark.parametrize(("lost", "kind"), [(range(50, 51), "one packet"), (range(50, 60), "a burst")])
def test_a_loss_leaves_no_delay_behind(time: Time, lost: range, kind: Literal["one packet", "a burst"]) -> None:
    ends = Ends()
    audio = open_audio(time, ends)
    delays_ms: dict[int, float] = {}
    for number in range(600):
        if number not in lost:
            audio.receive(say(number))
        audio.poll()
        for frame in ends.frames[len(delays_ms) :]:
            delays_ms[frame.timestamp // 960] = (number - frame.timestamp // 960) * 20.0
        time.s += 0.02
    assert all(delays_ms[number] == 0 for number in range(50))
    assert max(delays_ms.values()) <= 60, f"while {kind} is waited for"
    assert all(delays_ms[number] == 0 for number in range(lost.stop + 4, 600))
    assert [frame.lost for frame in ends.frames if frame.lost] == [len(lost)]
    assert len(ends.frames) == 600 - len(lost)


def test_what_is_not_opus_goes_nowhere(time: Time) -> None:
    ends = Ends()
    audio = open_audio(time, ends)
    audio.receive(RtpPacket(111, False, 1, 0, 7, b""))
    assert (ends.frames, ends.forwarded, audio.statistics.received) == ([], [], 1)


def test_packets_are_forwarded_once_and_at_once(time: Time) -> None:
    ends = Ends()
    video = open_video(time, ends)
    packets = packets_of(3)
    for at in (0, 1, 2, 3, 5):
        video.receive(packets[at])
    video.receive(packets[5])
    video.receive_again(packets[4])
    video.receive_again(packets[4])
    assert ends.forwarded == [(0, True), (1, False), (2, False), (3, False), (5, False), (4, False)]
    assert ends.asked == [[4]]
    assert (video.statistics.recovered, len(ends.frames)) == (1, 2)


def test_a_packet_that_never_comes_costs_a_key_frame_and_not_four_seconds(time: Time) -> None:
    ends = Ends()
    video = open_video(time, ends)
    packets = packets_of(60, key_every=40)
    asked_at_s = 0.0
    for number, packet in enumerate(packets):
        if number % 3 == 0:
            time.s += 1 / 30
        if number != 16:
            video.receive(packet)
        video.poll()
        if ends.key_frames_wanted == 1 and not asked_at_s:
            asked_at_s = time.s
    assert 0.25 <= asked_at_s - (100 + 6 / 30) <= 0.25 + 2 / 30
    shown = [frame.timestamp // 3_000 for frame in ends.frames]
    assert shown == [*range(5), *range(40, 60)]
    assert ends.frames[5].key
    assert len(ends.asked) >= 3, "asked for more than once"


def test_after_a_cut_a_key_frame_is_asked_for_at_once_and_nothing_again(time: Time) -> None:
    """What was lost is old; its retransmissions would hold up the key frame and the voice on a narrow way."""
    ends = Ends()
    video = open_video(time, ends)
    packets = packets_of(70, key_every=65)
    for number, packet in enumerate(packets):
        if number % 3 == 0:
            time.s += 1 / 30
        if 15 <= number < 180:
            continue
        video.receive(packet)
        video.poll()
        if number == 180:
            assert ends.key_frames_wanted == 1
    assert ends.asked == []
    assert [frame.timestamp // 3_000 for frame in ends.frames] == [*range(5), *range(65, 70)]


def test_before_the_first_key_frame_one_is_asked_for(time: Time) -> None:
    ends = Ends()
    video = open_video(time, ends)
    video.poll()
    assert ends.key_frames_wanted == 0, "nobody is there yet"
    for packet in packets_of(4)[3:]:
        video.receive(packet)
        video.poll()
        time.s += 0.2
    assert ends.key_frames_wanted >= 1
    assert ends.frames == []


def test_pictures_lie_where_the_senders_clock_puts_them(time: Time) -> None:
    """The picture took 100 ms longer than the sound on its way: by its arrival it would be late."""
    ends = Ends()
    audio, video = open_audio(time, ends), open_video(time, ends)
    audio.receive(say(0))
    time.s += 0.1
    for packet in packets_of(1):
        video.receive(packet)
    assert [frame.t_ms for frame in ends.frames] == [100_000, 100_100]
    audio.sender_clock.note_report(50 * NTP_FRACTION, 0)
    align_video(audio, video)
    assert video.time_of(0) == 100_100, "one report is not enough"
    video.sender_clock.note_report(50 * NTP_FRACTION, 0)
    align_video(audio, video)
    assert video.time_of(0) == 100_000
    time.s += 1 / 30
    for packet in packets_of(2)[3:]:
        video.receive(packet)
    assert ends.frames[-1].t_ms == 100_033


def test_the_first_key_frame_survives_reordering(time: Time) -> None:
    ends = Ends()
    video = open_video(time, ends)
    packets = packets_of(2)
    for at in (1, 0, 2, 3, 4, 5):
        video.receive(packets[at])
    assert [frame.key for frame in ends.frames] == [True, False]
    assert (video.statistics.received, video.statistics.expected) == (6, 6)


def test_a_packet_that_was_only_late_was_not_recovered(time: Time) -> None:
    ends = Ends()
    video = open_video(time, ends)
    packets = packets_of(3)
    for at in (0, 1, 2, 3, 5):
        video.receive(packets[at])
    video.receive_again(packets[4])
    assert video.statistics.recovered == 1
    video.receive(packets[4])
    assert (video.statistics.recovered, video.statistics.received, video.statistics.expected) == (0, 6, 6)


def test_a_camera_that_is_switched_off_in_the_middle_is_not_asked_for_key_frames(time: Time) -> None:
    ends = Ends()
    video = open_video(time, ends)
    packets = packets_of(6)
    for at in range(10):
        if at != 7:
            video.receive(packets[at])
    for _ in range(200):
        time.s += 0.02
        video.poll()
    assert ends.key_frames_wanted == 0


def test_sound_is_forwarded_once(time: Time) -> None:
    ends = Ends()
    audio = open_audio(time, ends)
    for number in (1, 2, 2, 4, 3, 3):
        audio.receive(say(number))
    assert [number for number, _ in ends.forwarded] == [1, 2, 4, 3]


@pytest.mark.parametrize("stalled_s", [0.5, 2.5, 9.0])
def test_a_microphone_that_stood_still_does_not_push_sound_and_picture_apart(time: Time, stalled_s: float) -> None:
    """Its timestamps stand still as well; the sender's clock tells."""
    ends = Ends()
    audio, video = open_audio(time, ends), open_video(time, ends)
    pictures = packets_of(1_000, per_picture=1)
    sound = picture = 0
    began_s = time.s
    while time.s < began_s + 22:
        elapsed_s = time.s - began_s
        if picture <= elapsed_s * 30:
            video.receive(pictures[picture])
            picture += 1
        if not 5 <= elapsed_s < 5 + stalled_s:
            audio.receive(say(sound))
            sound += 1
        if round(elapsed_s * 100) % 100 == 0:
            ntp = int((1_000 + elapsed_s) * NTP_FRACTION)
            audio.note_report(ntp, sound * 960)
            video.note_report(ntp, round(elapsed_s * 90_000))
            align_video(audio, video)
        time.s += 0.02
    last = {kind: [frame for frame in ends.frames if frame.kind == kind][-1] for kind in ("audio", "video")}
    assert abs(last["audio"].t_ms - time.now_ms()) < 100
    assert abs(last["video"].t_ms - last["audio"].t_ms) < 80


def test_nothing_is_asked_for_again_before_an_answer_can_have_come(time: Time) -> None:
    asked: dict[int, int] = {}
    for rtt_ms in (0, 400):
        ends = Ends()
        video = open_video(time, ends)
        video.note_round_trip(rtt_ms)
        packets = packets_of(3)
        for at in (0, 1, 2, 3, 5, 6, 7, 8):
            video.receive(packets[at])
        for _ in range(30):
            time.s += 0.02
            video.poll()
        asked[rtt_ms] = len(ends.asked)
    assert asked[400] == 2
    assert asked[0] > 5
