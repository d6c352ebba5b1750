"""From segments to their text: ahead of time, revised, in order, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

from media.counters import SpeculationCounters
from media.errors import RecogniserUnavailable, RequestUnusable, TranscriptionError, TranscriptionTimedOut
from media.hearing.finals import Finals
from media.hearing.ingest import Flush
from media.hearing.segmenter import Segment
from media.settings import MediaSettings
from media.transcription.shelf import UnheardSegment
from media.types import (
    SAMPLE_RATE_HZ,
    FinalTranscript,
    Flushed,
    LanguageDoubted,
    MediaFact,
    PartialTranscript,
    TranscriptionDeferred,
    TranscriptionFailed,
)
from tests.fakes.recogniser import ObedientRecogniser, say, settle


def segment(name: str = "1-1", seconds: float = 2.0, *, as_offered: bool = False) -> Segment:
    samples = np.full(int(seconds * SAMPLE_RATE_HZ), 0.1, np.float32)
    return Segment(name, 1_000, samples, True, speech_share=0.8, as_offered=as_offered)


@dataclass
class Kept:
    """A `Shelf` in memory."""

    room: bool = True
    segments: list[UnheardSegment] = field(default_factory=list)

    async def keep(self, unheard: UnheardSegment) -> bool:
        if self.room:
            self.segments.append(unheard)
        return self.room


@dataclass
class Desk:
    recogniser: ObedientRecogniser
    finals: Finals
    facts: list[MediaFact]
    shelf: Kept
    running: asyncio.Task[None] | None = None

    @property
    def texts(self) -> list[tuple[str, str, int]]:
        return [(fact.segment_id, fact.text, fact.revision) for fact in self.facts if isinstance(fact, FinalTranscript)]

    async def end(self) -> None:
        assert self.running is not None
        self.running.cancel()
        await asyncio.wait([self.running])


@asynccontextmanager
async def open_desk(*, shelf: bool = True) -> AsyncIterator[Desk]:
    facts: list[MediaFact] = []
    recogniser, kept = ObedientRecogniser(), Kept()

    async def report(fact: MediaFact) -> None:
        facts.append(fact)

    finals = Finals("i", "en", recogniser, MediaSettings(), report, kept if shelf else None)
    desk = Desk(recogniser, finals, facts, kept)
    async with asyncio.TaskGroup() as group:
        desk.running = group.create_task(finals.run())
        await settle()
        yield desk
        desk.running.cancel()


async def test_an_offered_segment_has_its_text_before_it_is_over_and_is_not_decoded_again() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        (asked,) = desk.recogniser.asked
        assert (asked.speculative, asked.request.kind, asked.request.speech_share) == (True, "final", 0.8)
        await asked.give(say("I called the customer"))
        assert desk.texts == [("1-1", "I called the customer", 0)]
        await desk.finals.close(segment(as_offered=True))
        await desk.finals.flush(Flush("turn", 0.0))
        await settle()
        assert len(desk.recogniser.asked) == 1
        assert desk.facts[-1] == Flushed("turn")
        assert len(desk.texts) == 1


async def test_a_segment_that_ends_while_its_text_is_on_the_way_waits_for_that() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        await desk.finals.close(segment(as_offered=True))
        await desk.finals.flush(Flush("turn", 0.0))
        await settle()
        (asked,) = desk.recogniser.asked
        assert asked.confirmed
        assert desk.facts == []
        await asked.give(say("yes"))
        assert [type(fact) for fact in desk.facts] == [FinalTranscript, Flushed]


async def test_speech_that_goes_on_takes_back_what_was_asked() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        withdrawn = desk.finals.withdraw("1-1")
        assert (withdrawn.revision, withdrawn.told) == (0, None)
        await settle()
        assert desk.recogniser.asked[0].withdrawn
        await desk.finals.close(segment(seconds=4.0))
        await settle()
        await desk.recogniser.asked[1].give(say("I called the customer and"))
        assert desk.texts == [("1-1", "I called the customer and", 0)]


async def test_text_that_was_told_too_early_is_revised_by_name() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        await desk.recogniser.asked[0].give(say("I called"))
        withdrawn = desk.finals.withdraw("1-1")
        assert (withdrawn.revision, withdrawn.duration_ms) == (1, 2_000)
        assert withdrawn.told is not None
        assert withdrawn.told.text == "I called"
        desk.finals.offer(segment(seconds=3.0))
        await settle()
        await desk.recogniser.asked[1].give(say("I called the"))
        assert desk.finals.withdraw("1-1").revision == 2
        await desk.finals.close(segment(seconds=4.0))
        await settle()
        await desk.recogniser.asked[2].give(say("I called the customer"))
        assert desk.texts == [("1-1", "I called", 0), ("1-1", "I called the", 1), ("1-1", "I called the customer", 2)]
        await desk.finals.close(segment("1-2"))
        await settle()
        await desk.recogniser.asked[3].give(say("again"))
        assert desk.texts[-1] == ("1-2", "again", 0)


async def test_a_guess_that_fails_is_decoded_when_it_has_come_true() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        await desk.recogniser.asked[0].give(TranscriptionError("no"))
        assert desk.facts == []
        await desk.finals.close(segment(as_offered=True))
        await settle()
        await desk.recogniser.asked[1].give(say("yes"))
        assert not desk.recogniser.asked[1].speculative
        assert desk.texts == [("1-1", "yes", 0)]


async def test_finals_are_asked_at_once_and_told_in_order_of_speech() -> None:
    async with open_desk() as desk:
        for number in (1, 2, 3):
            await desk.finals.close(segment(f"1-{number}"))
        await desk.finals.flush(Flush("turn", 0.0))
        await settle()
        assert len(desk.recogniser.asked) == 3
        for number in (2, 0, 1):
            await desk.recogniser.asked[number].give(say(f"text {number + 1}"))
        assert [text for _, text, _ in desk.texts] == ["text 1", "text 2", "text 3"]
        assert desk.facts[-1] == Flushed("turn")


async def test_no_text_clears_what_captions_had_shown() -> None:
    async with open_desk() as desk:
        await desk.finals.close(segment())
        await settle()
        await desk.recogniser.asked[0].give(say(""))
        assert desk.facts[-1] == PartialTranscript("1-1", 1_000, 3_000, "", "", 1)


@pytest.mark.parametrize(
    "error", [RecogniserUnavailable("away"), TranscriptionTimedOut("late"), TranscriptionError("the engine is broken")]
)
async def test_without_a_recogniser_the_sound_is_kept_for_one(error: TranscriptionError) -> None:
    async with open_desk() as desk:
        desk.finals.terms = ("Kubernetes",)
        await desk.finals.close(segment())
        await settle()
        await desk.recogniser.asked[0].give(error)
        assert desk.facts == [TranscriptionDeferred("1-1", 1_000, 3_000)]
        (kept,) = desk.shelf.segments
        assert (kept.interview_id, kept.segment_id, kept.request.kind) == ("i", "1-1", "final")
        assert kept.request.terms == ("Kubernetes",)
        assert len(kept.request.samples) == 2 * SAMPLE_RATE_HZ


@pytest.mark.parametrize(("room", "error"), [(False, RecogniserUnavailable("away")), (True, RequestUnusable("no"))])
async def test_what_cannot_be_kept_or_is_not_worth_it_is_said_to_have_failed(
    room: bool, error: TranscriptionError
) -> None:
    async with open_desk() as desk:
        desk.shelf.room = room
        await desk.finals.close(segment())
        await settle()
        await desk.recogniser.asked[0].give(error)
        assert desk.facts == [TranscriptionFailed("1-1", 1_000, 3_000, error.code)]


async def test_an_offer_that_comes_true_before_it_was_asked_about_is_asked_as_a_final() -> None:
    """Both come in one batch: the recogniser had nothing to confirm."""
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await desk.finals.close(segment(as_offered=True))
        await settle()
        (asked,) = desk.recogniser.asked
        assert not asked.speculative


@pytest.mark.parametrize(
    "error", [RecogniserUnavailable("away"), TranscriptionTimedOut("late"), TranscriptionError("the engine is broken")]
)
async def test_a_guess_that_came_true_and_failed_is_kept_and_not_asked_about_again(error: TranscriptionError) -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        await desk.finals.close(segment(as_offered=True))
        await settle()
        await desk.recogniser.asked[0].give(error)
        assert len(desk.recogniser.asked) == 1
        assert desk.facts == [TranscriptionDeferred("1-1", 1_000, 3_000)]


@pytest.mark.parametrize("error", [TranscriptionTimedOut("late"), RequestUnusable("no")])
async def test_a_guess_that_no_try_will_help_is_not_asked_about_again(error: TranscriptionError) -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        await desk.recogniser.asked[0].give(error)
        await desk.finals.close(segment(as_offered=True))
        await settle()
        assert len(desk.recogniser.asked) == 1
        kinds = {True: TranscriptionDeferred, False: TranscriptionFailed}
        assert [type(fact) for fact in desk.facts] == [kinds[error.retryable]]


@pytest.mark.parametrize("closed", [False, True])
async def test_text_had_ahead_of_time_waits_for_what_was_said_before_it(closed: bool) -> None:
    """What is in the log up to some moment is whole: a crash loses nothing that lies before it."""
    async with open_desk() as desk:
        await desk.finals.close(segment("1-1"))
        desk.finals.offer(segment("1-2"))
        await settle()
        await desk.recogniser.asked[1].give(say("the second"))
        if closed:
            await desk.finals.close(segment("1-2", as_offered=True))
            await settle()
        assert desk.texts == []
        await desk.recogniser.asked[0].give(say("the first"))
        assert desk.texts == [("1-1", "the first", 0), ("1-2", "the second", 0)]
        if not closed:
            assert desk.finals.withdraw("1-2").revision == 1


async def test_noise_behind_a_word_does_not_take_the_word_back() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment())
        await settle()
        await desk.recogniser.asked[0].give(say("Yes."))
        desk.finals.withdraw("1-1")
        desk.finals.offer(segment(seconds=3.0))
        await settle()
        await desk.recogniser.asked[1].give(say(""))
        withdrawn = desk.finals.withdraw("1-1")
        assert withdrawn.told is not None
        assert withdrawn.told.text == "Yes."
        await desk.finals.close(segment(seconds=4.0))
        await desk.finals.close(segment("1-2"))
        await settle()
        await desk.recogniser.asked[2].give(say(""))
        await desk.recogniser.asked[3].give(say(""))
        assert desk.texts == [("1-1", "Yes.", 0), ("1-1", "Yes.", 1), ("1-1", "Yes.", 2), ("1-2", "", 0)]


async def test_speech_that_was_decoded_for_nothing_is_counted() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment(seconds=2.0))
        desk.finals.withdraw("1-1")
        desk.finals.offer(segment(seconds=3.0))
        await desk.finals.close(segment(seconds=3.0, as_offered=True))
        assert desk.finals.count() == SpeculationCounters(kept=3_000, wasted=2_000)


async def test_what_is_closed_when_nobody_runs_any_more_is_kept_or_has_its_text() -> None:
    async with open_desk() as desk:
        desk.finals.offer(segment("1-1"))
        await settle()
        await desk.recogniser.asked[0].give(say("told"))
        await desk.end()
        await desk.finals.close(segment("1-1", as_offered=True))
        await desk.finals.close(segment("1-2"))
        await desk.finals.keep_the_rest()
        assert desk.texts == [("1-1", "told", 0)]
        assert [kept.segment_id for kept in desk.shelf.segments] == ["1-2"]


async def test_what_waits_when_the_session_ends_is_kept() -> None:
    async with open_desk() as desk:
        for number in (1, 2):
            await desk.finals.close(segment(f"1-{number}"))
        await desk.finals.flush(Flush("turn", 0.0))
        await settle()
        await desk.end()
        assert [kept.segment_id for kept in desk.shelf.segments] == ["1-1", "1-2"]
        assert [type(fact) for fact in desk.facts] == [TranscriptionDeferred, TranscriptionDeferred, Flushed]
        assert all(asked.withdrawn for asked in desk.recogniser.asked)


async def test_text_that_was_told_is_not_kept_as_well() -> None:
    async with open_desk() as desk:
        await desk.finals.close(segment("1-1"))
        desk.finals.offer(segment("1-2"))
        await settle()
        await desk.recogniser.asked[1].give(say("the second"))
        await desk.finals.close(segment("1-2", as_offered=True))
        await settle()
        await desk.end()
        assert [kept.segment_id for kept in desk.shelf.segments] == ["1-1"]
        assert desk.texts == [("1-2", "the second", 0)], "it waited for the first, and is told all the same"


async def test_another_language_twice_in_a_row_is_told_once() -> None:
    async with open_desk() as desk:
        for number in range(4):
            await desk.finals.close(segment(f"1-{number}", seconds=4.0))
            await settle()
            await desk.recogniser.asked[-1].give(say("ni hao", spoken="zh-CN", probability=0.95))
        told = [fact for fact in desk.facts if isinstance(fact, LanguageDoubted)]
        assert told == [LanguageDoubted("1-1", "zh-CN")]
