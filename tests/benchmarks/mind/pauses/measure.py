"""How often somebody would have been cut off, and how long a finished answer waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median, quantiles

from realtime_scoring.turns.deadline import next_deadline
from realtime_scoring.types import TurnFacts, TurnProfile
from tests.benchmarks.mind.pauses.corpus import Pause, Place

COUNTED: frozenset[Place] = frozenset({"mid_sentence", "connective", "thinking_aloud"})
"""Where nobody takes an answer for finished. A pause between two sentences may be its end; it is told beside."""
SCALES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_STOPPED_MS = 300_000


@dataclass(frozen=True, slots=True)
class PauseFigures:
    """Shares of 0..1; delays from the end of the voice to the decision."""

    false_cutoff_rate: float
    by_pause_ms: dict[int, float]
    by_place: dict[str, float]
    by_writing: dict[str, float]
    response_delay_p50_s: float
    response_delay_p95_s: float
    pauses: int
    finished: int


def wait_ms(pause: Pause, profile: TurnProfile) -> int:
    """The silence after which the answer would be ended."""
    facts = TurnFacts(
        listening_since_ms=0,
        speaking=False,
        speech_ms=60_000,
        speech_stopped_at_ms=_STOPPED_MS,
        text=pause.text,
        language=pause.language,
        question_kind=pause.kind,
        time_limit_ms=10 * _STOPPED_MS,
        warned=True,
    )
    return next_deadline(facts, profile).at_ms - _STOPPED_MS


def is_cut_off(pause: Pause, profile: TurnProfile) -> bool:
    return pause.lasts_ms is not None and wait_ms(pause, profile) <= pause.lasts_ms


def measure(pauses: Iterable[Pause], profile: TurnProfile | None = None) -> PauseFigures:
    profile = profile or TurnProfile()
    drawn = list(pauses)
    cut = [(pause, is_cut_off(pause, profile)) for pause in drawn if pause.lasts_ms is not None]
    counted = [(pause, off) for pause, off in cut if pause.place in COUNTED]
    delays = sorted(wait_ms(pause, profile) / 1000 for pause in drawn if pause.lasts_ms is None)
    lengths = sorted({pause.lasts_ms for pause, _ in counted if pause.lasts_ms is not None})
    return PauseFigures(
        false_cutoff_rate=_share(off for _, off in counted),
        by_pause_ms={length: _share(off for pause, off in counted if pause.lasts_ms == length) for length in lengths},
        by_place={
            place: _share(off for pause, off in cut if pause.place == place)
            for place in sorted({pause.place for pause, _ in cut})
        },
        by_writing={
            writing: _share(off for pause, off in counted if pause.writing == writing)
            for writing in sorted({pause.writing for pause, _ in counted})
        },
        response_delay_p50_s=median(delays),
        response_delay_p95_s=quantiles(delays, n=20)[-1],
        pauses=len(counted),
        finished=len(delays),
    )


def draw_curve(pauses: Iterable[Pause]) -> list[tuple[float, float, float]]:
    """For each scale of patience: the scale, the share cut off, the median delay in seconds."""
    drawn = list(pauses)
    points = []
    for scale in SCALES:
        figures = measure(drawn, scale_patience(TurnProfile(), scale))
        points.append((scale, figures.false_cutoff_rate, figures.response_delay_p50_s))
    return points


def scale_patience(profile: TurnProfile, scale: float) -> TurnProfile:
    return replace(
        profile,
        sure_silence_ms=round(profile.sure_silence_ms * scale),
        complete_silence_ms=round(profile.complete_silence_ms * scale),
        likely_silence_ms=round(profile.likely_silence_ms * scale),
        incomplete_silence_ms=round(profile.incomplete_silence_ms * scale),
        unlikely_silence_ms=round(profile.unlikely_silence_ms * scale),
        thinking_silence_ms=round(profile.thinking_silence_ms * scale),
    )


def _share(outcomes: Iterable[bool]) -> float:
    known = list(outcomes)
    return sum(known) / len(known) if known else 0.0
