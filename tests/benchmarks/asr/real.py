"""The tables again with real Whisper weights: `python -m tests.benchmarks.asr.real --model small`.

On this machine, with its models (`viva models get small`). Without `--audio` the shipped synthetic answers are said,
which real weights understand less well than people; with it, the recordings of a folder, each with its text in a `.txt`
beside it. Text and word latency of both ways, and unless `--text-only` sessions and cost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from media.errors import ModelUnavailable
from media.models import ChosenModel, choose_model
from media.transcription.engine import WhisperEngine
from media.types import LanguageCode
from tests.benchmarks.asr.latency import show_talks
from tests.benchmarks.asr.load import measure_load
from tests.benchmarks.asr.losses import Losses
from tests.benchmarks.asr.material import Answer, Talk, load_all, make_talk
from tests.benchmarks.asr.peer import Ending
from tests.benchmarks.asr.peer_model import PeerModel
from tests.benchmarks.asr.plan import FULL, QUICK, Plan
from tests.benchmarks.asr.recordings import load_recordings
from tests.benchmarks.asr.report import Report
from tests.benchmarks.asr.systems import System, open_peers, open_viva
from tests.benchmarks.asr.ways import Habit, Ways, choose_settings, open_ways
from tests.benchmarks.document import describe_machine


@dataclass(frozen=True, slots=True)
class Trial:
    """`answers`: how many of each language are said; `load` None: the first table alone."""

    model: ChosenModel
    threads: int
    answers: int
    audio: Path | None
    plan: Plan
    with_load: bool


def run_trial(trial: Trial, say: Callable[[str], None]) -> Report:
    """Blocking. Raises ModelUnavailable, ValueError for recordings that cannot be used."""
    info = trial.model.info
    engine = WhisperEngine(trial.model.path, info, threads=trial.threads, settings=choose_settings(info))
    answers = load_recordings(trial.audio, engine.transcribe) if trial.audio is not None else load_all()
    talks = [talk for language in info.languages for talk in _make_talks(answers, language, trial)]
    report = Report()
    say(f"{info.name}: {len(talks)} talks, {sum(talk.duration_s for talk in talks):.0f} s, once each way")
    report.viva = asyncio.run(show_talks(talks, partial(_open_viva, engine, trial.threads), engine.transcribe))
    model = PeerModel(trial.model.path, threads=trial.threads)
    model.recognise(talks[0].samples[:32_000], talks[0].language, "")
    report.peers = asyncio.run(show_talks(talks, partial(_open_peers, model), engine.transcribe))
    if trial.with_load:
        report.load = asyncio.run(measure_load(trial.plan.load, talks, _open_ways(trial, talks[0]), say))
        past = report.load.past
        if past is not None:
            report.losses[f"past the knee, {past.sessions} sessions"] = Losses(past.told + past.lost, past.lost)
    return report


def _make_talks(answers: tuple[Answer, ...], language: LanguageCode, trial: Trial) -> list[Talk]:
    own = [answer for answer in answers if answer.language == language]
    own = [one for one in own if trial.audio is not None or len(one.samples) <= trial.plan.longest_s * 16_000]
    random.Random(1).shuffle(own)
    own = own[: trial.answers]
    per_talk = trial.plan.talk_answers
    return [
        make_talk(f"{language}-{at}", tuple(own[at : at + per_talk]), seed=at) for at in range(0, len(own), per_talk)
    ]


def _open_ways(trial: Trial, talk: Talk) -> Ways:
    path, info, threads = trial.model.path, trial.model.info, trial.threads
    habits = dict.fromkeys([Habit(1, Ending.PROMOTED), *(Habit(threads, ending) for ending in Ending)])
    return open_ways(
        lambda settings: WhisperEngine(path, info, threads=threads, settings=settings),
        lambda count: PeerModel(path, threads=count),
        list(habits),
        talk,
        info,
        threads=threads,
    )


@asynccontextmanager
async def _open_viva(engine: WhisperEngine, threads: int) -> AsyncGenerator[System]:
    async with open_viva(engine, threads=threads) as viva:
        yield viva


@asynccontextmanager
async def _open_peers(model: PeerModel) -> AsyncGenerator[System]:
    async with open_peers(model) as peers:
        yield peers


def main(arguments: list[str] | None = None) -> int:
    options = _read_options(arguments)
    console = Console(stderr=True)
    try:
        report = run_trial(
            Trial(
                choose_model(options.model),
                options.threads,
                options.answers,
                options.audio,
                QUICK if options.quick else FULL,
                not options.text_only,
            ),
            console.print,
        )
    except (ModelUnavailable, ValueError) as error:
        console.print(str(error), highlight=False)
        return 2
    print(f"{options.model} on {describe_machine('faster-whisper', 'ctranslate2')}\n\n{report.write()}\n")
    print(json.dumps(report.values()))
    return 0


def _read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.asr.real", description=__doc__)
    parser.add_argument("--model", required=True, help="a Whisper size, `demo`, or the path of a model's folder")
    parser.add_argument("--threads", type=int, default=2, help="of the engine, a core each (%(default)s)")
    parser.add_argument("--answers", type=int, default=18, help="of each language, at the most (%(default)s)")
    parser.add_argument("--audio", type=Path, help="a folder of recordings with their texts")
    parser.add_argument("--text-only", action="store_true", help="without sessions and cost")
    parser.add_argument("--quick", action="store_true", help="short windows for sessions and cost")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
