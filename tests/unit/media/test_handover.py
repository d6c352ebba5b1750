"""From one connection of the candidate to the next."""

from __future__ import annotations

from media.frames import EncodedFrame
from media.handover import HELD_FRAMES, WAIT_FOR_END_MS, Successor, end_of
from media.ports import PublisherSource
from media.settings import MediaSettings
from media.sources import Sources
from media.types import PeerConnected, PeerInterrupted
from tests.fakes.media_parts import ManualClock
from tests.fakes.sources import OPUS_20_MS, FakeSource, FakeStage

CONNECT_WITHIN_MS = 30_000


def audio(t_ms: int) -> EncodedFrame:
    return EncodedFrame(2, "audio", OPUS_20_MS, t_ms * 48, t_ms)


def video(t_ms: int) -> EncodedFrame:
    return EncodedFrame(2, "video", b"picture", t_ms * 90, t_ms, key=False, codec="vp8")


def succeed() -> Successor:
    return Successor(FakeSource(2), 0, CONNECT_WITHIN_MS, WAIT_FOR_END_MS)


class TestSuccessor:
    def test_only_what_was_not_heard_yet_comes_out_and_once(self) -> None:
        successor = succeed()
        for t_ms in range(0, 200, 20):
            successor.hold(audio(t_ms), t_ms)
            successor.hold(video(t_ms + 3), t_ms)
        released = successor.release(end_of(audio(80)))
        assert [frame.t_ms for frame in released] == [100, 103, 120, 123, 140, 143, 160, 163, 180, 183]
        assert successor.release(0) == []

    def test_pictures_come_from_the_key_frame_they_need(self) -> None:
        successor = succeed()
        for t_ms in range(0, 200, 20):
            key = t_ms in (0, 40, 160)
            successor.hold(EncodedFrame(2, "video", b"picture", t_ms * 90, t_ms, key=key, codec="vp8"), t_ms)
        assert [frame.t_ms for frame in successor.release(100)] == [40, 60, 80, 100, 120, 140, 160, 180]

    def test_a_frame_that_straddles_the_end_belongs_to_where_its_middle_lies(self) -> None:
        for heard_until_ms, first_ms in ((105, 100), (115, 120)):
            successor = succeed()
            for t_ms in range(0, 200, 20):
                successor.hold(audio(t_ms), t_ms)
            assert successor.release(heard_until_ms)[0].t_ms == first_ms

    def test_sound_makes_it_heard_and_pictures_do_not(self) -> None:
        successor = succeed()
        successor.hold(video(0), 0)
        assert not successor.heard
        successor.hold(audio(20), 1_000)
        assert successor.heard

    def test_where_there_is_no_sound_a_picture_is_enough(self) -> None:
        successor = Successor(FakeSource(2, audio=False), 0, CONNECT_WITHIN_MS, 0)
        successor.hold(video(0), 0)
        assert successor.heard
        assert successor.is_due(0)

    def test_it_does_not_wait_for_ever(self) -> None:
        successor = succeed()
        assert not successor.is_due(10**6)
        successor.hold(audio(0), 5_000)
        assert not successor.is_due(5_000 + WAIT_FOR_END_MS - 1)
        assert successor.is_due(5_000 + WAIT_FOR_END_MS)

    def test_one_that_is_not_heard_in_time_is_lost(self) -> None:
        successor = succeed()
        assert not successor.is_lost(CONNECT_WITHIN_MS - 1)
        assert successor.is_lost(CONNECT_WITHIN_MS)

    def test_it_is_bounded_and_keeps_the_latest(self) -> None:
        successor = succeed()
        kept = [successor.hold(audio(number * 20), number * 20) for number in range(3 * HELD_FRAMES)]
        assert (kept.count(True), kept.index(False)) == (HELD_FRAMES, HELD_FRAMES)
        released = successor.release(0)
        assert len(released) == HELD_FRAMES
        assert released[-1].t_ms == (3 * HELD_FRAMES - 1) * 20


class House:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.stage = FakeStage()
        self.ended: list[int] = []
        self.closed: list[int] = []
        self.settings = MediaSettings()
        self.sources = Sources(self.clock, self.settings, self.stage, end_source=self._end, close_source=self._close)

    async def _end(self, source: PublisherSource) -> None:
        self.ended.append(source.epoch)
        await source.close()

    async def _close(self, source: PublisherSource) -> None:
        self.closed.append(source.epoch)
        await source.close()

    async def speak(self, *sources: FakeSource, until_ms: int) -> None:
        """All of them send 20 ms after 20 ms."""
        while self.clock.ms < until_ms:
            for source in sources:
                self.sources.take(source.frame(self.clock.ms))
            self.clock.ms += 20
            if self.clock.ms % 100 == 0:
                await self.sources.check()

    def heard_times(self) -> list[int]:
        return [t_ms for _, t_ms in self.stage.heard]


async def test_webrtc_takes_over_from_the_websocket_when_the_page_says_so_without_gap_or_repetition() -> None:
    house = House()
    voice, peer = FakeSource(1, "websocket", "connected"), FakeSource(2)
    await house.sources.accept(voice)
    await house.speak(voice, until_ms=1_000)
    await house.sources.accept(peer)
    assert voice.state == "connected"
    peer.state = "connected"
    await house.speak(voice, peer, until_ms=2_000)
    assert {epoch for epoch, _ in house.stage.heard} == {1}
    await house.sources.close(1)
    await house.speak(peer, until_ms=3_000)
    assert house.heard_times() == list(range(0, 3_000, 20))
    assert house.stage.heard[-1][0] == 2
    assert house.stage.streams_ended == 0, "a word was cut in two"
    assert house.ended == [1]
    interrupted = [fact for fact in house.stage.facts if isinstance(fact, PeerInterrupted)]
    assert interrupted == [PeerInterrupted(1, "replaced")]
    connected = [fact for fact in house.stage.facts if isinstance(fact, PeerConnected)]
    assert connected == [PeerConnected(1, True, False, "websocket"), PeerConnected(2, True, True, "webrtc")]


async def test_a_page_that_never_ends_the_websocket_is_not_waited_for() -> None:
    house = House()
    voice, peer = FakeSource(1, "websocket", "connected"), FakeSource(2, state="connected")
    await house.sources.accept(voice)
    await house.sources.accept(peer)
    await house.speak(voice, peer, until_ms=WAIT_FOR_END_MS + 1_000)
    assert house.heard_times() == list(range(0, WAIT_FOR_END_MS + 1_000, 20))
    assert house.stage.heard[-1][0] == 2


async def test_an_attempt_that_comes_to_nothing_leaves_the_websocket_alone() -> None:
    house = House()
    voice, peer = FakeSource(1, "websocket", "connected"), FakeSource(2)
    await house.sources.accept(voice)
    await house.sources.accept(peer)
    await house.speak(voice, until_ms=CONNECT_WITHIN_MS + 1_000)
    assert house.closed == [2]
    assert house.ended == []
    assert house.heard_times() == list(range(0, CONNECT_WITHIN_MS + 1_000, 20))
    assert not any(isinstance(fact, PeerInterrupted) for fact in house.stage.facts)


async def test_the_next_connection_takes_over_when_it_is_heard_and_not_when_it_is_offered() -> None:
    house = House()
    old, new = FakeSource(1, state="connected"), FakeSource(2)
    await house.sources.accept(old)
    await house.speak(old, until_ms=1_000)
    before = house.stage.streams_ended
    await house.sources.accept(new)
    await house.speak(old, until_ms=1_400)
    assert {epoch for epoch, _ in house.stage.heard} == {1}, "an offer alone took the word"
    new.state = "connected"
    await house.speak(old, new, until_ms=2_000)
    assert house.heard_times() == list(range(0, 2_000, 20))
    assert house.ended == [1]
    assert min(t_ms for epoch, t_ms in house.stage.heard if epoch == 2) <= 1_500
    assert house.stage.streams_ended == before, "a word was cut in two"


async def test_a_broken_offer_leaves_a_good_connection_alone() -> None:
    house = House()
    old = FakeSource(1, state="connected")
    await house.sources.accept(old)
    await house.sources.accept(FakeSource(2))
    await house.speak(old, until_ms=CONNECT_WITHIN_MS + 1_000)
    assert (house.closed, house.ended) == ([2], [])
    assert house.heard_times() == list(range(0, CONNECT_WITHIN_MS + 1_000, 20))


async def test_an_attempt_that_is_withdrawn_or_repeated_is_closed_alone() -> None:
    house = House()
    voice = FakeSource(1, "websocket", "connected")
    await house.sources.accept(voice)
    await house.sources.accept(FakeSource(2))
    await house.sources.accept(FakeSource(3))
    assert house.closed == [2]
    await house.sources.close(3)
    assert house.closed == [2, 3]
    assert house.sources.is_present(1)


async def test_one_that_is_heard_takes_over_when_the_websocket_is_silent() -> None:
    house = House()
    voice, peer = FakeSource(1, "websocket", "connected"), FakeSource(2, state="connected")
    await house.sources.accept(voice)
    await house.speak(voice, until_ms=400)
    await house.speak(until_ms=3_000)
    await house.sources.accept(peer)
    await house.speak(peer, until_ms=3_200)
    assert house.stage.heard[-1][0] == 2


async def test_sound_that_stops_is_left_open_for_a_while() -> None:
    house = House()
    peer = FakeSource(1, state="connected")
    await house.sources.accept(peer)
    before = house.stage.streams_ended
    await house.speak(peer, until_ms=1_000)
    await house.speak(until_ms=1_000 + house.settings.silent_after_ms + house.settings.resume_within_ms - 200)
    assert house.stage.facts[-1] == PeerInterrupted(1, "silent")
    assert house.stage.streams_ended == before
    voice = FakeSource(2, "websocket", "connected")
    await house.sources.accept(voice)
    house.sources.take(voice.frame(1_000))
    await house.speak(voice, until_ms=house.clock.ms + 20_000)
    assert house.stage.streams_ended == before, "what goes on was cut in two"
    await house.speak(until_ms=house.clock.ms + 12_000)
    assert house.stage.streams_ended == before + 1


async def test_who_is_dismissed_has_nobody_to_take_over() -> None:
    house = House()
    voice, peer = FakeSource(1, "websocket", "connected"), FakeSource(2, state="connected")
    await house.sources.accept(voice)
    await house.sources.accept(peer)
    await house.speak(voice, peer, until_ms=400)
    await house.sources.dismiss()
    await house.speak(voice, peer, until_ms=5_000)
    assert house.heard_times() == list(range(0, 400, 20))
    assert (voice.state, peer.state) == ("closed", "closed")


async def test_frames_of_a_source_that_is_over_are_let_go() -> None:
    house = House()
    first, second = FakeSource(1, state="connected"), FakeSource(2, state="connected")
    await house.sources.accept(first)
    await house.speak(first, until_ms=100)
    await house.sources.accept(second)
    await house.speak(first, second, until_ms=300)
    assert [epoch for epoch, t_ms in house.stage.heard if t_ms >= 200] == [2] * 5
    assert house.sources.leave() == [second]
    house.sources.take(second.frame(300))
    house.sources.take(first.frame(300))
    assert house.heard_times() == list(range(0, 300, 20))
