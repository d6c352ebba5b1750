"""Captions while somebody speaks: one question at a time, none once the final text is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np

from media.errors import PartialShed
from media.hearing.captioning import Captioning
from media.hearing.finals import Withdrawn
from media.hearing.segmenter import Segment
from media.settings import MediaSettings
from media.types import SAMPLE_RATE_HZ, MediaFact, PartialTranscript
from tests.fakes.recogniser import ObedientRecogniser, say, settle

SPEECH = "I called the customer the same day and we agreed on a refund".split()


def look(seconds: float, name: str = "1-1") -> Segment:
    samples = np.full(int(seconds * SAMPLE_RATE_HZ), 0.1, np.float32)
    return Segment(name, 1_000, samples, False, speech_share=0.9)


@dataclass
class Stage:
    recogniser: ObedientRecogniser
    captioning: Captioning
    facts: list[MediaFact]
    now_s: float = 0.0

    @property
    def shown(self) -> list[tuple[str, str]]:
        return [(fact.committed, fact.unstable) for fact in self.facts if isinstance(fact, PartialTranscript)]

    async def hear(self, words: int, name: str = "1-1") -> None:
        """A look at the segment, answered with what was said so far (without the prefix it was asked with)."""
        self.now_s += 1.0
        self.captioning.show(look(words * 0.3 + 0.5, name))
        await settle()
        asked = self.recogniser.asked[-1]
        known = len(asked.request.prefix.split())
        await asked.give(say(" ".join(SPEECH[known:words])))


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    facts: list[MediaFact] = []
    recogniser = ObedientRecogniser()

    async def report(fact: MediaFact) -> None:
        facts.append(fact)

    captioning = Captioning("i", "en", recogniser, MediaSettings(), report, lambda: stage.now_s)
    stage = Stage(recogniser, captioning, facts)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(captioning.run())
        await settle()
        yield stage
        running.cancel()


async def test_what_two_looks_agree_on_is_committed_and_the_rest_is_shown_as_unstable() -> None:
    async with open_stage() as stage:
        await stage.hear(3)
        await stage.hear(5)
        committed, unstable = stage.shown[-1]
        assert committed
        assert "I called the customer the".startswith(committed)
        assert committed + unstable == " ".join(SPEECH[: len((committed + unstable).split())])


async def test_one_question_at_a_time_and_no_faster_than_the_recogniser_wants() -> None:
    async with open_stage() as stage:
        stage.recogniser.interval_s = 1.0
        assert stage.captioning.due()
        stage.captioning.show(look(1.4))
        await settle()
        stage.now_s = 5.0
        assert not stage.captioning.due()
        await stage.recogniser.asked[0].give(say("I called the"))
        assert stage.captioning.due()
        stage.captioning.show(look(2.0))
        await settle()
        await stage.recogniser.asked[1].give(say("I called the customer"))
        stage.now_s = 5.9
        assert not stage.captioning.due()
        stage.now_s = 6.1
        assert stage.captioning.due()


async def test_the_first_words_are_waited_for_less_patiently() -> None:
    async with open_stage() as stage:
        stage.recogniser.interval_s = 1.0
        stage.captioning.show(look(0.8))
        await settle()
        await stage.recogniser.asked[0].give(say(""))
        stage.now_s = 0.6
        assert stage.captioning.due()


async def test_nothing_is_asked_of_a_segment_that_has_hardly_begun() -> None:
    async with open_stage() as stage:
        stage.captioning.show(look(0.2))
        await settle()
        assert stage.recogniser.asked == []


async def test_an_answer_to_a_segment_that_has_its_final_text_is_not_waited_for() -> None:
    async with open_stage() as stage:
        stage.captioning.show(look(2.0))
        await settle()
        stage.captioning.stop("1-1")
        await settle()
        assert stage.recogniser.asked[0].withdrawn
        stage.captioning.show(look(2.1))
        await settle()
        assert len(stage.recogniser.asked) == 1
        assert stage.facts == []


async def test_after_text_that_was_told_too_early_captions_go_on_from_it() -> None:
    async with open_stage() as stage:
        await stage.hear(3)
        stage.captioning.stop("1-1")
        stage.captioning.resume(Withdrawn("1-1", 1, say("I called the customer"), 1_400))
        await stage.hear(7)
        await stage.hear(9)
        last = stage.facts[-1]
        assert isinstance(last, PartialTranscript)
        assert last.revision == 1
        assert last.committed.startswith("I called the customer")
        await stage.hear(3, "1-2")
        assert isinstance(stage.facts[-1], PartialTranscript)
        assert (stage.facts[-1].segment_id, stage.facts[-1].revision) == ("1-2", 0)


async def test_a_partial_that_is_refused_harms_nothing() -> None:
    async with open_stage() as stage:
        stage.recogniser.absent = PartialShed("busy")
        stage.captioning.show(look(2.0))
        await settle()
        assert stage.facts == []
        stage.recogniser.absent = None
        await stage.hear(4)
        await stage.hear(5)
        assert stage.shown


async def test_the_same_caption_is_not_told_twice() -> None:
    async with open_stage() as stage:
        await stage.hear(3)
        await stage.hear(3)
        await stage.hear(3)
        assert len(stage.shown) == len(set(stage.shown))
