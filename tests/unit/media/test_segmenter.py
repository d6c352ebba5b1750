"""Where speech begins and ends, and what a recogniser is given of it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from media.hearing.segmenter import OfferWithdrawn, Segment, Segmenter, SegmentEvent, SegmentOffered
from media.hearing.vad import SpeechSwitch, Turned
from media.settings import MediaSettings
from media.types import Samples, SpeechStarted, SpeechStopped

SETTINGS = MediaSettings()


class Talk:
    """Feeds a segmenter verdicts; every sample is the number of its frame, so that audio tells where it was cut."""

    def __init__(self, settings: MediaSettings = SETTINGS, *, t_ms: int = 0) -> None:
        names = iter(range(1, 10_000))
        self.segmenter = Segmenter(settings, lambda: f"s{next(names)}")
        self.segmenter.restart(t_ms)
        self._frames = 0

    def feed(self, voiced: list[bool], *, batch: int = 10) -> list[SegmentEvent]:
        events: list[SegmentEvent] = []
        for at in range(0, len(voiced), batch):
            part = voiced[at : at + batch]
            numbers = np.arange(self._frames, self._frames + len(part), dtype=np.float32)
            events += self.segmenter.push(np.repeat(numbers, 160), part)
            self._frames += len(part)
        return events


def segments_of(events: list[SegmentEvent]) -> list[Segment]:
    return [event for event in events if isinstance(event, Segment)]


def open_switch() -> SpeechSwitch:
    return SpeechSwitch(200, 400, resume_ms=30, resume_within_ms=600)


class TestSwitch:
    def test_it_turns_on_late_and_says_when_it_began(self) -> None:
        switch = open_switch()
        turns = [switch.push(voiced) for voiced in [False] * 10 + [True] * 20]
        assert turns[-1] == Turned("speech", 10)
        assert not any(turns[:-1])

    def test_it_turns_off_after_silence_and_says_when_it_ended(self) -> None:
        switch = open_switch()
        turns = [switch.push(voiced) for voiced in [True] * 30 + [False] * 40]
        assert turns[-1] == Turned("silence", 30)

    def test_clicks_are_not_speech(self) -> None:
        switch = open_switch()
        assert not any(switch.push(number % 10 < 3) for number in range(200))

    def test_a_short_word_counts_at_the_end(self) -> None:
        switch = open_switch()
        for voiced in [False] * 20 + [True] * 12 + [False] * 3:
            switch.push(voiced)
        assert switch.finish(80) == [Turned("speech", 20), Turned("silence", 32)]
        assert switch.finish(80) == []

    def test_going_on_takes_less_than_beginning(self) -> None:
        verdicts = [True] * 30 + [False] * 50 + [True] * 3
        switch = open_switch()
        turns = [switch.push(voiced) for voiced in verdicts]
        assert turns[-1] == Turned("speech", 80)
        switch = open_switch()
        turns = [switch.push(voiced) for voiced in [True] * 30 + [False] * 80 + [True] * 19]
        assert switch.stirring
        assert not any(turns[-20:])


class TestSegmenter:
    def test_a_segment_has_room_on_both_sides(self) -> None:
        talk = Talk(t_ms=5_000)
        events = talk.feed([False] * 100 + [True] * 100 + [False] * 100)
        assert sorted(type(event).__name__ for event in events) == [
            "Segment", "SegmentOffered", "SpeechStarted", "SpeechStopped",
        ]  # fmt: skip
        started, stopped, segment = (event for event in events if not isinstance(event, SegmentOffered))
        assert isinstance(started, SpeechStarted)
        assert started.t_ms == 5_940
        assert isinstance(stopped, SpeechStopped)
        assert stopped.t_ms == 7_060
        assert isinstance(segment, Segment)
        assert (segment.t_start_ms, segment.t_end_ms) == (5_600, 7_200)
        assert (segment.samples[0], segment.samples[-1]) == (60, 219)

    def test_what_fills_up_before_the_stream_is_in_no_segment(self) -> None:
        talk = Talk()
        talk.segmenter.restart(5_000, behind_ms=40)
        events = talk.feed([True] * 100 + [False] * 100)
        (segment,) = segments_of(events)
        assert (segment.t_start_ms, segment.samples[0]) == (5_000, 4)
        assert SpeechStarted(5_000) in events

    def test_a_pause_shorter_than_the_limit_does_not_cut(self) -> None:
        talk = Talk()
        events = talk.feed([True] * 50 + [False] * 60 + [True] * 50 + [False] * 100)
        assert len(segments_of(events)) == 1
        assert [type(event) for event in events].count(SpeechStarted) == 2

    def test_a_long_segment_ends_with_its_speech(self) -> None:
        talk = Talk()
        events = talk.feed([True] * 600 + [False] * 45 + [True] * 50 + [False] * 100)
        first, second = segments_of(events)
        assert (first.t_end_ms, second.t_start_ms) == (6_200, 6_200)

    def test_pre_roll_never_repeats_what_was_given_before(self) -> None:
        talk = Talk()
        events = talk.feed([True] * 50 + [False] * 75 + [True] * 50 + [False] * 100)
        first, second = segments_of(events)
        assert first.t_end_ms <= second.t_start_ms

    def test_endless_speech_is_cut_at_the_quietest_place(self) -> None:
        talk = Talk()
        events: list[SegmentEvent] = []
        for number in range(300):
            loudness = 0.001 if 2_400 <= number * 10 < 2_410 else 0.5
            events += talk.segmenter.push(np.full(1600, loudness, np.float32), [True] * 10)
        first = segments_of(events)[0]
        assert abs(first.t_end_ms - 24_050) <= 100
        assert first.t_end_ms - first.t_start_ms <= 26_000
        following = talk.segmenter.snapshot()
        assert following is not None
        assert following.t_start_ms == first.t_end_ms

    def test_close_ends_what_is_open_and_keeps_a_last_short_word(self) -> None:
        talk = Talk()
        talk.feed([False] * 50 + [True] * 9)
        events = talk.segmenter.close()
        assert [type(event) for event in events] == [SpeechStarted, SpeechStopped, Segment]
        assert talk.segmenter.close() == []
        assert talk.segmenter.snapshot() is None

    def test_a_snapshot_is_the_beginning_of_the_segment(self) -> None:
        talk = Talk()
        talk.feed([False] * 50 + [True] * 80)
        look = talk.segmenter.snapshot()
        assert look is not None
        assert not look.complete
        (segment,) = segments_of(talk.feed([False] * 100))
        assert segment.segment_id == look.segment_id
        assert np.array_equal(segment.samples[: len(look.samples)], look.samples)

    @given(
        st.lists(st.tuples(st.booleans(), st.integers(1, 150)), max_size=12),
        st.integers(1, 40),
    )
    def test_segments_are_ordered_bounded_and_disjoint(self, runs: list[tuple[bool, int]], batch: int) -> None:
        settings = MediaSettings(segment_limit_ms=6_000, cut_search_ms=2_000)
        talk = Talk(settings)
        verdicts = [voiced for voiced, length in runs for _ in range(length)]
        events = talk.feed(verdicts, batch=batch) + talk.segmenter.close()
        end_ms = 0
        for segment in segments_of(events):
            assert end_ms <= segment.t_start_ms < segment.t_end_ms
            assert segment.t_end_ms - segment.t_start_ms <= settings.segment_limit_ms + 10
            assert_contiguous(segment.samples)
            end_ms = segment.t_end_ms
        turns = [event for event in events if isinstance(event, SpeechStarted | SpeechStopped)]
        assert [type(turn) for turn in turns] == [SpeechStarted, SpeechStopped] * (len(turns) // 2)
        assert [turn.t_ms for turn in turns] == sorted(turn.t_ms for turn in turns)
        assert all(turn.t_ms <= len(verdicts) * 10 for turn in turns)


class TestOffer:
    def test_it_comes_early_in_the_silence(self) -> None:
        talk = Talk()
        assert not offers_of(talk.feed([False] * 50 + [True] * 100 + [False] * 19))
        (offer,) = offers_of(talk.feed([False], batch=1))
        (segment,) = segments_of(talk.feed([False] * 60))
        assert segment.as_offered
        assert segment.segment_id == offer.segment_id
        assert np.array_equal(segment.samples, offer.samples)

    def test_speech_that_resumes_withdraws_it_and_another_is_made(self) -> None:
        talk = Talk()
        (first,) = offers_of(talk.feed([True] * 100 + [False] * 30))
        events = talk.feed([True] * 40)
        assert OfferWithdrawn(first.segment_id) in events
        events = talk.feed([False] * 100)
        (second,), (segment,) = offers_of(events), segments_of(events)
        assert second.segment_id == first.segment_id == segment.segment_id
        assert len(first.samples) < len(second.samples) == len(segment.samples)

    def test_a_clap_in_the_silence_does_not(self) -> None:
        talk = Talk(MediaSettings(speech_stop_ms=100))
        (offer,) = offers_of(talk.feed([True] * 100 + [False] * 40))
        events = talk.feed([True] * 3 + [False] * 60)
        (segment,) = segments_of(events)
        assert segment.as_offered
        assert np.array_equal(segment.samples, offer.samples)

    def test_what_is_told_to_end_in_speech_was_not_offered(self) -> None:
        talk = Talk()
        talk.feed([True] * 100 + [False] * 10)
        (segment,) = segments_of(talk.segmenter.close())
        assert not segment.as_offered

    def test_at_the_limit_what_is_offered_is_not_cut_elsewhere(self) -> None:
        settings = MediaSettings(segment_limit_ms=2_000, cut_search_ms=1_000, segment_enough_ms=10_000)
        talk = Talk(settings)
        events = talk.feed([True] * 175 + [False] * 100)
        (offer,), (segment,) = offers_of(events), segments_of(events)
        assert segment.as_offered
        assert segment.t_end_ms == offer.t_end_ms == 1_950

    def test_the_share_of_speech_is_told(self) -> None:
        talk = Talk()
        (segment,) = segments_of(talk.feed([False] * 100 + [True] * 100 + [False] * 100))
        assert segment.speech_share == 100 / 160

    @given(
        st.lists(st.tuples(st.booleans(), st.integers(1, 80)), max_size=14),
        st.integers(1, 40),
        st.sampled_from([60, 100, 250, 400]),
        st.integers(0, 300),
    )
    def test_a_segment_closes_as_offered_unless_the_offer_was_withdrawn(
        self, runs: list[tuple[bool, int]], batch: int, stop_ms: int, post_roll_ms: int
    ) -> None:
        settings = MediaSettings(
            speech_stop_ms=stop_ms, post_roll_ms=post_roll_ms, segment_limit_ms=3_000, cut_search_ms=1_000,
            segment_enough_ms=1_500,
        )  # fmt: skip
        talk = Talk(settings)
        events = talk.feed([voiced for voiced, length in runs for _ in range(length)], batch=batch)
        standing: Segment | None = None
        for event in events + talk.segmenter.close():
            if isinstance(event, SegmentOffered):
                assert standing is None
                standing = event.segment
            elif isinstance(event, OfferWithdrawn):
                assert standing is not None
                assert standing.segment_id == event.segment_id
                standing = None
            elif isinstance(event, Segment):
                assert event.as_offered == (standing is not None)
                if standing is not None:
                    assert (event.segment_id, event.t_start_ms) == (standing.segment_id, standing.t_start_ms)
                    assert np.array_equal(event.samples, standing.samples)
                    assert event.speech_share == standing.speech_share
                standing = None
        assert standing is None

    def test_no_pattern_of_noises_keeps_a_segment_open_for_ever(self) -> None:
        settings = MediaSettings(segment_limit_ms=6_000, cut_search_ms=2_000)
        talk = Talk(settings)
        events = talk.feed([True] * 100 + [False] * 40 + ([True] * 6 + [False] * 14) * 100)
        assert segments_of(events)[0].t_end_ms == 1_200


def test_what_may_well_go_on_is_not_offered_to_a_busy_recogniser() -> None:
    pauses = [True] * 100 + [False] * 30 + [True] * 100 + [False] * 50
    for thrifty, lengths_ms in ((False, [1_200, 2_500]), (True, [2_500])):
        talk = Talk()
        talk.segmenter.thrifty = thrifty
        assert [len(offer.samples) // 16 for offer in offers_of(talk.feed(pauses))] == lengths_ms


def test_of_what_lasts_the_whole_is_not_offered_to_a_busy_recogniser_at_each_pause() -> None:
    for thrifty, offers in ((False, 3), (True, 2)):
        talk = Talk(MediaSettings(segment_enough_ms=20_000, thrifty_speculation_limit_ms=7_000))
        talk.segmenter.thrifty = thrifty
        assert len(offers_of(talk.feed(([True] * 250 + [False] * 50) * 3))) == offers


def offers_of(events: list[SegmentEvent]) -> list[Segment]:
    return [event.segment for event in events if isinstance(event, SegmentOffered)]


def assert_contiguous(samples: Samples) -> None:
    steps = np.diff(samples)
    assert set(np.unique(steps)) <= {0.0, 1.0}
