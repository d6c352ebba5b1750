"""The parts of the transcription benchmark: the usual way, the search, the journal, the material, the report."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from media.transcription.types import Request
from media.types import FinalTranscript, PartialTranscript, Samples, TranscriptionFailed
from simulation.answers import ANSWER_SETS, load_answers
from tests.benchmarks.asr.cpu import EngineClock
from tests.benchmarks.asr.journal import Journal
from tests.benchmarks.asr.latency import AnswerShown, Shown
from tests.benchmarks.asr.load import LoadReport
from tests.benchmarks.asr.losses import Losses
from tests.benchmarks.asr.material import Talk, choose, make_talk
from tests.benchmarks.asr.measures import INFINITE, Steadiness, WordLatency
from tests.benchmarks.asr.online import Online, PeerHearing, PeerWord
from tests.benchmarks.asr.peer import Ending
from tests.benchmarks.asr.peer_model import ScriptedPeerModel
from tests.benchmarks.asr.ramp import Ramp
from tests.benchmarks.asr.report import KEYS, Report
from tests.benchmarks.asr.script import Scripts
from tests.benchmarks.asr.scripted_engine import ScriptedEngine
from tests.benchmarks.asr.stage import Stage
from tests.benchmarks.asr.text import Edits
from tests.benchmarks.asr.truth import find_words
from tests.benchmarks.asr.ways import Habit
from tests.fixtures.random_whisper import open_random_model


def say(*words: str, begin_s: float = 0.0) -> PeerHearing:
    """A word every half second."""
    placed = tuple(PeerWord(begin_s + 0.5 * at, begin_s + 0.5 * at + 0.5, f" {word}") for at, word in enumerate(words))
    return PeerHearing(placed, (placed[-1].end_s,) if placed else ())


def seconds(count: float) -> Samples:
    return np.zeros(round(count * 16_000), np.float32)


class Told:
    """Recognises what it is told to, and remembers what it was asked."""

    def __init__(self, *hearings: PeerHearing) -> None:
        self._hearings = iter(hearings)
        self.asked: list[tuple[float, str]] = []

    def __call__(self, samples: Samples, prompt: str) -> PeerHearing:
        self.asked.append((len(samples) / 16_000, prompt))
        return next(self._hearings)


def test_the_usual_way_commits_what_two_hypotheses_agree_on() -> None:
    online = Online(Told(say("we", "fixed", "a"), say("we", "fixed", "the"), say("we", "fixed", "the", "bug")), 0.0)
    shown: list[tuple[str, str]] = []
    for _ in range(3):
        online.insert(seconds(1))
        online.iterate()
        shown.append((online.committed, online.unconfirmed))
    assert shown == [("", " we fixed a"), ("we fixed", " the"), ("we fixed the", " bug")]


def test_the_usual_way_joins_by_equal_words_where_times_have_moved() -> None:
    moved = PeerHearing(say("we", "fixed", begin_s=0.3).words + say("it", begin_s=1.3).words, (1.8,))
    online = Online(Told(say("we", "fixed"), say("we", "fixed"), moved), 0.0)
    for _ in range(3):
        online.insert(seconds(1))
        online.iterate()
    assert (online.committed, online.unconfirmed) == ("we fixed", " it")


def test_the_usual_way_cuts_a_long_buffer_at_a_committed_segment_and_prompts_with_what_left() -> None:
    words = [f"word{number}" for number in range(30)]
    whole = PeerHearing(say(*words).words, (5.0, 10.0, 15.0))
    rest = PeerHearing(say(*words[20:]).words, (5.0,))
    recognise = Told(whole, whole, rest)
    online = Online(recognise, 0.0)
    online.insert(seconds(15.5))
    online.iterate()
    online.iterate()
    assert online.buffered_s == pytest.approx(5.5), "the last segment but one is committed and ends at 10 s"
    online.iterate()
    assert online.committed.split() == words
    asked_s, prompt = recognise.asked[-1]
    assert asked_s == pytest.approx(5.5)
    assert prompt.split() == words[:20]
    assert len(prompt) < 210


@pytest.mark.parametrize("knee", [0, 1, 2, 7, 13, 40])
@pytest.mark.parametrize("first", [1, 8])
def test_the_search_finds_the_knee(knee: int, first: int) -> None:
    ramp = Ramp(first, tries=20)
    tried = []
    while (sessions := ramp.next()) is not None:
        tried.append(sessions)
        ramp.note(sessions, held=sessions <= knee)
    assert ramp.knee <= knee <= ramp.knee + max(1, ramp.knee // 10)
    assert len(set(tried)) == len(tried), "nothing is tried twice"


def test_the_search_ends_when_its_tries_are_spent() -> None:
    ramp = Ramp(1, tries=3)
    tried = []
    while (sessions := ramp.next()) is not None:
        tried.append(sessions)
        ramp.note(sessions, held=True)
    assert tried == [1, 2, 3]


@pytest.fixture(scope="module")
def talk() -> Talk:
    return make_talk("talk", choose(2, "en"), seed=3)


def test_the_words_of_every_shipped_answer_have_their_times() -> None:
    for name in ANSWER_SETS:
        for answer in load_answers(name).answers:
            if answer.file is not None:
                words = find_words(name, answer.file)
                assert words[-1].t_end_ms <= answer.duration_ms
                assert all(one.t_end_ms <= other.t_start_ms for one, other in pairwise(words))


def test_sound_begins_where_the_first_word_does(talk: Talk) -> None:
    for said in talk.said:
        begin = said.words[0].t_start_ms * 16
        before, after = talk.samples[begin - 1_600 : begin - 320], talk.samples[begin + 320 : begin + 1_600]
        assert np.sqrt(np.mean(after**2)) > 10 * np.sqrt(np.mean(before**2))


async def test_a_journal_finds_the_words_of_each_segment_and_what_was_never_heard(talk: Talk) -> None:
    first, second = talk.said
    clock = iter([11.0, 12.0, 13.0])
    journal = Journal(talk, 10.0, read_clock_s=lambda: next(clock))
    await journal.put(PartialTranscript("1", first.t_start_ms, first.t_start_ms + 900, "", "hello"))
    await journal.put(FinalTranscript("1", first.t_start_ms, first.t_end_ms, "hello", (), 0.9))
    await journal.put(TranscriptionFailed("2", 0, 1, "asr_timeout"))
    shown, lost = journal.segments()
    assert shown.said == first.words
    assert [(one.at_s, one.final) for one in shown.showings] == [(1.0, False), (2.0, True)]
    assert (lost.said, lost.showings) == (second.words, ())
    assert journal.text_of(first) == ["hello"]
    assert journal.text_of(second) == []
    assert journal.failures == ["asr_timeout"]


def test_what_stands_in_two_segments_of_an_answer_is_that_answers_alone(talk: Talk) -> None:
    journal = Journal(talk, 0.0)
    assert [segment.said for said in talk.said for segment in journal.segments_of(said)] == [
        said.words for said in talk.said
    ]


def test_scripted_engines_do_the_work_and_say_the_script(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways, on the same sound: as many decoder steps as there are tokens, and an alignment."""
    scripts = Scripts()
    scripts.add(talk.samples, talk.words)
    said = [word.text for word in talk.said[1].words]
    samples = talk.samples[talk.said[1].t_start_ms * 16 : talk.said[1].t_end_ms * 16]
    engine = ScriptedEngine(open_random_model("tiny"), scripts)
    aligned: list[int] = []
    align = engine._model.align

    def count(memory: object, task: object, tokens: Sequence[int], frames: int) -> object:
        aligned.append(len(tokens))
        return align(memory, task, tokens, frames)  # type: ignore[arg-type]

    monkeypatch.setattr(engine._model, "align", count)
    final = engine.transcribe(Request(samples, "en", "final"))
    assert final.text.split() == said
    assert [word.t_start_ms for word in final.words][:2] == [
        word.t_start_ms - talk.said[1].t_start_ms for word in talk.said[1].words[:2]
    ]
    prefixed = engine.transcribe(Request(samples, "en", "partial", prefix=" ".join(said[:4])))
    assert prefixed.text.split() == said[4:]
    assert len(aligned) == 2
    assert min(aligned) >= len(said)
    peers = ScriptedPeerModel(open_random_model("tiny"), scripts, threads=1)
    hearing = peers.recognise(samples, "en", "")
    assert [word.text.strip() for word in hearing.words] == said
    assert hearing.segment_ends_s[-1] == pytest.approx(
        talk.said[1].words[-1].t_end_ms / 1000 - talk.said[1].t_start_ms / 1000
    )


def test_an_engines_clock_knows_the_threads_that_came_with_it() -> None:
    clock = EngineClock()
    engine = clock.open(lambda: ScriptedEngine(open_random_model("tiny"), Scripts()))
    assert clock.threads >= 1
    before_s = clock.read_s()
    with clock.calling():
        engine.transcribe(Request(np.full(48_000, 0.1, np.float32), "en", "partial"))
    assert clock.read_s() > before_s


STAGE = Stage("viva", 1, (0.3, 0.4) * 10, (1.0,), 1.8, 9, 0, (), 30.0, 3.0, 4.0, 40.0, 0.01)


def make_report(change: Callable[[Report], None] = lambda report: None) -> Report:
    words = (WordLatency(1.0, 0.9), WordLatency(2.0, 1.9), WordLatency(INFINITE, INFINITE))
    answer = AnswerShown(0.4, words, (0.3,), Steadiness(1, 1, 20, 3, 2, 0), Edits(0, 1, 0, 3), Edits(0, 0, 0, 3))
    report = Report(viva=Shown(answers=[answer]), losses={"queue full": Losses(10, 0)})
    habit, peers = Habit(1, Ending.AT_STOPS), replace(STAGE, system="usual way")
    report.load = LoadReport(STAGE, STAGE, {habit: peers}, 2, habit, stages=[STAGE, peers], viva_knee=1)
    change(report)
    return report


def test_a_word_that_never_comes_is_no_number_and_misses_its_bar() -> None:
    report = make_report()
    values = report.values()
    assert values["word_latency_p50_s"] == 2.0
    assert values["word_latency_p95_s"] is None
    assert report.figures()["word_latency_p95_s"].missed
    assert values["wer_delta"] == pytest.approx(33.3333)
    assert json.loads(json.dumps(values, allow_nan=False)) == values


def test_all_keys_are_in_the_object_whether_they_were_measured_or_not() -> None:
    assert set(KEYS) <= set(Report().values())
    assert set(Report().values().values()) == {None}
    assert Report().write().startswith("| figure |")


def test_a_usual_way_that_holds_no_session_counts_as_one() -> None:
    report = make_report()
    assert report.values()["sessions_ratio"] == 1.0
    assert "taken as one" in report.write()
    assert math.isfinite(report.figures()["engine_cost_ratio"].value)
