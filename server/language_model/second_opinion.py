"""A language model's opinion on a level, asked for in peace after an answer: a few runs, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.combining import CombinedLevel, combine_opinions
from realtime_scoring.opinion.levels import LevelTask, prompt_levels
from realtime_scoring.opinion.levels_gate import LevelOpinion, accept_levels
from realtime_scoring.opinion.outcome import Refused
from realtime_scoring.types import Language
from server.language_model.errors import LanguageModelError
from server.language_model.lane import Lane, Patience

RUNS = 3


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """`opinions` in order of the runs that were taken. `failure`: the code of what ended the runs early, or empty."""

    combined: CombinedLevel
    opinions: tuple[LevelOpinion, ...]
    model: str
    took_ms: int
    failure: str


async def ask_levels(
    lane: Lane, task: LevelTask, lexicons: Mapping[Language, Lexicon], *, within_s: float, runs: int = RUNS
) -> SecondOpinion:
    """Never raises for what the model does: without it the level is that of the rules. Each run has a seed of its own,
    and all together have `within_s`."""
    prompt = prompt_levels(task)
    patience = Patience(within_s)
    outcomes: list[LevelOpinion | Refused] = []
    took_ms, failure = 0, ""
    for seed in range(runs):
        try:
            completion = await lane.complete(prompt, seed=seed, patience=patience)
        except LanguageModelError as error:
            failure = error.code
            break
        took_ms += completion.took_ms
        outcomes.append(accept_levels(task, completion.reply, lexicons))
    opinions = tuple(outcome for outcome in outcomes if isinstance(outcome, LevelOpinion))
    combined = combine_opinions(task.embedded, tuple(outcomes))
    return SecondOpinion(combined, opinions, lane.model_name, took_ms, failure)
