"""The usual way's sessions: how often the model is asked, and what becomes of the end of an utterance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from media.types import FinalTranscript, LanguageCode, MediaFact, Samples, SpeechStarted, SpeechStopped
from tests.benchmarks.asr.online import Online, PeerHearing, PeerWord
from tests.benchmarks.asr.peer import Ending, PeerSession, PeerStack, _Utterance

STEP_MS = 100
WORD_MS = 200
Voiced = Callable[[int], bool]


class Counting:
    """Hears a word in every 200 ms that are not silent; counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.longest_ms = 0

    def recognise(self, samples: Samples, language: LanguageCode, prompt: str) -> PeerHearing:
        self.calls += 1
        self.longest_ms = max(self.longest_ms, len(samples) // 16)
        count = np.count_nonzero(samples) // (WORD_MS * 16)
        words = tuple(PeerWord(0.2 * at, 0.2 * at + 0.2, f" w{at}") for at in range(count))
        return PeerHearing(words, (0.2 * count,))


class InlineStack(PeerStack):
    async def call(self, work: Callable[[], None]) -> None:
        work()


async def listen(
    ending: Ending, voiced: Voiced, until_ms: int, model: Counting | None = None
) -> tuple[int, list[tuple[int, list[str]]]]:
    """How often the model was asked, and every final with when it came."""
    model = model or Counting()
    finals: list[tuple[int, list[str]]] = []
    stack = InlineStack(model, ending)
    session: PeerSession

    async def note(fact: MediaFact) -> None:
        if isinstance(fact, FinalTranscript):
            finals.append((session._heard_ms, fact.text.split()))

    async with stack.opened():
        session = PeerSession("en", stack, ending, note)
        recognising = asyncio.create_task(session._recognise())
        speaking = False
        for now_ms in range(STEP_MS, until_ms + STEP_MS, STEP_MS):
            speaks = voiced(now_ms - STEP_MS)
            session._take(np.full(STEP_MS * 16, 0.1 if speaks else 0.0, np.float32))
            session._heard_ms = now_ms
            started, stopped = speaks and not speaking, speaking and not speaks
            begin_ms = now_ms - STEP_MS
            session._follow([SpeechStarted(begin_ms)] if started else [SpeechStopped(begin_ms)] if stopped else [])
            speaking = speaks
            session._wanted.set()
            for _ in range(20):
                await asyncio.sleep(0)
        recognising.cancel()
    return model.calls, finals


def say(count: int) -> list[str]:
    return [f"w{at}" for at in range(count)]


async def test_as_in_the_original_no_pass_is_made_for_an_end() -> None:
    calls, finals = await listen(Ending.PROMOTED, lambda t_ms: t_ms < 2_200, 4_000)
    assert calls == 2, "after one second and after two"
    assert finals == [(2_700, say(10))], "the eleventh word came behind the last pass"


async def test_one_more_pass_after_the_pause_loses_no_word() -> None:
    calls, finals = await listen(Ending.AFTER_PAUSE, lambda t_ms: t_ms < 2_200, 4_000)
    assert calls == 3
    assert finals == [(2_700, say(11))]


def test_a_closed_utterance_has_nothing_of_the_next_one() -> None:
    online = Online(lambda samples, prompt: PeerHearing((), ()), 0.0)
    steps = [np.full(STEP_MS * 16, at, np.float32) for at in range(6)]
    utterance = _Utterance("1", 0, online, list(steps), 600)
    utterance.close(250)
    assert np.concatenate(utterance.incoming).tolist() == np.concatenate(steps)[: 250 * 16].tolist()
    assert (utterance.closed, utterance.heard_ms) == (True, 250)
    given = _Utterance("2", 0, online, steps[5:], 600)
    given.close(250)
    assert (given.incoming, given.heard_ms) == ([], 250)


async def test_the_last_pass_hears_no_more_than_belongs_to_the_utterance() -> None:
    model = Counting()
    await listen(Ending.AFTER_PAUSE, lambda t_ms: t_ms < 2_200, 4_000, model)
    assert model.longest_ms == 2_300


async def test_a_pass_at_the_stop_is_sooner() -> None:
    calls, finals = await listen(Ending.AT_STOPS, lambda t_ms: t_ms < 2_200, 4_000)
    assert calls == 3
    assert finals == [(2_300, say(11))]


@pytest.mark.parametrize("ending", [Ending.PROMOTED, Ending.AFTER_PAUSE])
async def test_a_pass_by_interval_within_the_pause_is_enough(ending: Ending) -> None:
    calls, finals = await listen(ending, lambda t_ms: t_ms < 2_600, 4_000)
    assert calls == 3, "the third, after three seconds, heard all"
    assert finals == [(3_100, say(13))]


@pytest.mark.parametrize(("ending", "asked"), [(Ending.PROMOTED, 2), (Ending.AFTER_PAUSE, 3), (Ending.AT_STOPS, 6)])
async def test_short_gaps_cost_only_where_a_pass_is_made_at_each_stop(ending: Ending, asked: int) -> None:
    gaps = (300, 700, 1_100, 1_500, 1_900)
    calls, finals = await listen(ending, lambda t_ms: t_ms < 2_400 and t_ms not in gaps, 4_000)
    assert calls == asked
    assert len(finals) == (6 if ending is Ending.AT_STOPS else 1)
