"""So many speakers at a time for a while: how long, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media.transcription.condition import DegradeLevel
from media.transcription.scheduling.settings import AdmissionSettings
from tests.benchmarks.asr.material import Talk
from tests.benchmarks.asr.measures import INFINITE, bootstrap, find_percentile

LIMIT_S = 1.0
WORDS_LIMIT_S = 2.5
"""Of the median word: who holds the finals by giving up captions does not sustain anything."""
LEAST_FINALS = 20
"""With fewer, the 95th percentile is the worst one."""


@dataclass(frozen=True, slots=True)
class StagePlan:
    """`spread_s`: talks begin within it, each at a moment of its own. What was said in the first `warm_up_s` does not
    count. When time is up everybody falls silent in the middle of a word, and there are `drain_s` for what is still to
    come. `window_s` is the least, and longer where `finals` would not come in it. `gated`: the system's own gate is
    asked before each begins, and who is not let in until the warm-up is over stays out."""

    spread_s: float
    warm_up_s: float
    window_s: float
    drain_s: float
    finals: int = 0
    gated: bool = True

    @property
    def total_s(self) -> float:
        return self.warm_up_s + self.window_s

    def fit(self, sessions: int, talks: Sequence[Talk], *, threads: int) -> StagePlan:
        """Long enough for `finals`, one for each answer, and for the gate, which has people wait where many
        begin at the same time: all can be in before what is said counts, at the slowest rate at which it lets in."""
        answer_s = sum(talk.duration_s for talk in talks) / sum(len(talk.said) for talk in talks)
        needed_s = (self.finals + 1) * answer_s / sessions + LIMIT_S if self.finals else 0.0
        gate = AdmissionSettings()
        queue_s = max(0, sessions - gate.burst * threads) * gate.one_each_s if self.gated else 0.0
        return replace(self, warm_up_s=self.warm_up_s + queue_s, window_s=max(self.window_s, needed_s))


@dataclass(frozen=True, slots=True)
class Stage:
    """`speech_s` and the processor times are of the whole stage, the latencies of its window."""

    system: str
    sessions: int
    finals_s: tuple[float, ...]
    words_s: tuple[float, ...]
    partials_per_speech_s: float
    told: int
    """Finals of the whole stage."""
    lost: int
    failures: tuple[str, ...]
    speech_s: float
    engine_s: float
    process_s: float
    wall_s: float
    late_s: float
    remarks: str = ""
    refused: int = 0
    """Never let in."""
    worst_level: DegradeLevel = DegradeLevel.NORMAL
    decodes: int = 0
    decoded_s: float = 0.0
    """Of audio."""

    @property
    def final_p95_s(self) -> float:
        return find_percentile(self.finals_s, 0.95) if self.finals_s else INFINITE

    @property
    def final_p50_s(self) -> float:
        return find_percentile(self.finals_s, 0.5) if self.finals_s else INFINITE

    @property
    def word_p50_s(self) -> float:
        return find_percentile(self.words_s, 0.5) if self.words_s else INFINITE

    def estimate_final_p95_s(self) -> tuple[float, float]:
        """95 % interval, finals drawn again."""
        if not self.finals_s:
            return INFINITE, INFINITE
        return bootstrap(self.finals_s, lambda finals: find_percentile(finals, 0.95))

    @property
    def words_missing(self) -> int:
        """Said in the window and in no final text."""
        return sum(latency == INFINITE for latency in self.words_s)

    @property
    def sustained(self) -> bool:
        """Finals and captions in time, nobody turned away, and nobody else would be."""
        in_time = self.final_p95_s <= LIMIT_S and self.word_p50_s <= WORDS_LIMIT_S
        open_ = self.refused == 0 and self.worst_level < DegradeLevel.REFUSING
        return in_time and open_ and self.lost == 0

    @property
    def decodes_per_s(self) -> float:
        """Per second of speech."""
        return self.decodes / max(1e-9, self.speech_s)

    @property
    def decoded_share(self) -> float:
        """Seconds of audio that were decoded per second of speech."""
        return self.decoded_s / max(1e-9, self.speech_s)

    @property
    def engine_share(self) -> float:
        """Engine seconds per second of speech."""
        return self.engine_s / max(1e-9, self.speech_s)
