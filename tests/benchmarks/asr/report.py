"""The figures against their bars, and the tables behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.asr.figures import Figure, write_failures, write_range, write_s
from tests.benchmarks.asr.latency import Shown, estimate_delta, measure_delta
from tests.benchmarks.asr.load import LoadReport
from tests.benchmarks.asr.load_tables import find_load, write_load
from tests.benchmarks.asr.losses import Losses
from tests.benchmarks.asr.measures import find_percentile
from tests.benchmarks.asr.noise import Quiet
from tests.benchmarks.asr.voice import VoiceReport

KEYS = (
    "sessions_ratio", "engine_cost_ratio", "word_latency_p50_s", "word_latency_p95_s", "first_partial_p50_s",
    "final_p95_s", "wer_delta", "upwr", "false_commit_rate", "noise_words", "finals_lost", "vad_recall",
    "vad_false_alarm", "vad_end_delay_p95_ms",
)  # fmt: skip
MORE_KEYS = (
    "engine_cost_ratio_one_session", "engine_cost_ratio_full_windows", "final_p95_knee_s", "vad_end_delay_p50_ms",
    "sessions_sustained", "sessions_sustained_usual_way",
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """Parts that were not run, or failed, are None; `failures` says why. `noisy` by noise; `parts_s`: how long each
    part took."""

    viva: Shown | None = None
    peers: Shown | None = None
    noisy: dict[str, Shown] = field(default_factory=dict)
    load: LoadReport | None = None
    quiet: Quiet | None = None
    losses: dict[str, Losses] = field(default_factory=dict)
    voice: VoiceReport | None = None
    failures: list[str] = field(default_factory=list)
    parts_s: dict[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, Figure]:
        found: dict[str, Figure] = {}
        if self.load is not None:
            found |= find_load(self.load)
        if self.viva is not None:
            found |= _find_text(self.viva)
        if self.quiet is not None:
            kinds = ", ".join(self.quiet.kinds)
            found["noise_words"] = Figure(
                "words shown where nobody speaks", self.quiet.total, 0,
                detail=f"{self.quiet.minutes:.1f} minutes, {self.quiet.distinct_minutes:.1f} of them distinct: {kinds};"
                f" {self.quiet.segments} segments opened",
            )  # fmt: skip
        if self.losses:
            found["finals_lost"] = Figure(
                "finals lost", sum(losses.lost for losses in self.losses.values()), 0,
                detail="; ".join(f"{name}: {losses.lost} of {losses.asked}" for name, losses in self.losses.items()),
            )  # fmt: skip
        if self.voice is not None:
            found |= _find_voice(self.voice)
        return found

    def values(self) -> dict[str, float | None]:
        """The JSON object: what was not measured, or never came, is None."""
        figures = self.figures()
        return {
            key: round(figures[key].value, 4) if key in figures and math.isfinite(figures[key].value) else None
            for key in (*KEYS, *MORE_KEYS)
        }

    def write(self) -> str:
        """Markdown."""
        figures = self.figures()
        lines = ["| figure | measured | bar | |", "|---|---|---|---|"]
        lines += [figures[key].write(key) for key in (*KEYS, *MORE_KEYS) if key in figures]
        if self.viva is not None:
            lines += ["", *_write_text(self.viva, self.peers, self.noisy)]
        if self.load is not None:
            lines += ["", *write_load(self.load)]
        if self.quiet is not None and self.quiet.words:
            lines += ["", "Words in noise: " + ", ".join(f"{kind} {count}" for kind, count in self.quiet.words.items())]
        if self.voice is not None:
            lines += ["", *_write_voice(self.voice)]
        if self.parts_s:
            lines += ["", "Minutes: " + ", ".join(f"{name} {took_s / 60:.1f}" for name, took_s in self.parts_s.items())]
        return "\n".join(lines)


def _find_text(shown: Shown) -> dict[str, Figure]:
    words = shown.words
    early = sum(word.aware_s < 0 for word in words)
    never = sum(math.isinf(word.aware_s) for word in words)
    counts = f"{len(words)} words, {never} never committed, {early} before their end"
    return {
        "word_latency_p50_s": Figure(
            "latency of a committed word, p50, s", shown.find_word_s(0.5), 1.2,
            detail=f"95 %: {write_range(shown.estimate_word_s(0.5))}; without computation"
            f" {shown.find_unaware_word_s(0.5):.2f}; {counts}",
        ),
        "word_latency_p95_s": Figure(
            "the same, p95, s", shown.find_word_s(0.95), 2.5,
            detail=f"95 %: {write_range(shown.estimate_word_s(0.95))}; without computation"
            f" {shown.find_unaware_word_s(0.95):.2f}",
        ),
        "first_partial_p50_s": Figure(
            "first right word after speech began, p50, s", shown.find_first_s(0.5), 0.7,
            detail=f"p95 {shown.find_first_s(0.95):.2f}; {len(shown.answers)} answers",
        ),
        "final_p95_s": Figure(
            "speech end to final text, one session, p95, s", shown.find_final_s(0.95), 0.5,
            detail=f"95 %: {write_range(shown.estimate_final_s(0.95))}; p50 {shown.find_final_s(0.5):.2f};"
            f" {sum(len(answer.finals_s) for answer in shown.answers)} finals",
        ),
        "wer_delta": Figure(
            "errors that streaming adds, points", measure_delta(shown.answers), 1.0,
            detail=f"95 %: {write_range(estimate_delta(shown.answers))}; {_write_rate(shown)} of words (characters in"
            " Chinese) wrong, streamed / whole file",
        ),
        "upwr": Figure(
            "unstable partial words", shown.steadiness.upwr, 0.10,
            detail=f"replaced of shown words {shown.steadiness.replaced_share:.2%}",
        ),
        "false_commit_rate": Figure(
            "false commits", shown.steadiness.false_commit_rate, 0.01,
            detail=f"{shown.steadiness.taken_back} of {shown.steadiness.committed} committed words",
        ),
    }  # fmt: skip


def _find_voice(voice: VoiceReport) -> dict[str, Figure]:
    values = voice.figures()
    return {
        "vad_recall": Figure("speech called speech", values["vad_recall"], 0.93, least=True, detail=voice.source),
        "vad_false_alarm": Figure("non-speech called speech", values["vad_false_alarm"], 0.12),
        "vad_end_delay_p50_ms": Figure("delay of speech end, p50, ms", values["vad_end_delay_p50_ms"], 150),
        "vad_end_delay_p95_ms": Figure("delay of speech end, p95, ms", values["vad_end_delay_p95_ms"], 300),
    }


def _write_text(viva: Shown, peers: Shown | None, noisy: dict[str, Shown]) -> list[str]:
    rows = {"Viva": viva, "usual way": peers, **{f"Viva, {noise}, all at once": one for noise, one in noisy.items()}}
    shown_rows = {name: shown for name, shown in rows.items() if shown is not None and shown.answers}
    lines = [
        "| one session (answers) | words p50 / p95, s | without computation | first right word p50 / p95, s"
        " | finals p50 / p95, s | wrong: streamed / whole file | unstable | false commits | failures |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, shown in shown_rows.items():
        pairs = (shown.find_word_s, shown.find_unaware_word_s, shown.find_first_s, shown.find_final_s)
        cells = (
            f"{name} ({len(shown.answers)})",
            *(f"{write_s(find(0.5))} / {write_s(find(0.95))}" for find in pairs),
            _write_rate(shown),
            f"{shown.steadiness.upwr:.3f}",
            f"{shown.steadiness.false_commit_rate:.2%}",
            write_failures(shown.failures),
        )
        lines.append(f"| {' | '.join(cells)} |")
    late_s = max(shown.late_s for shown in shown_rows.values())
    return [*lines, "", f"The feed was late by {late_s * 1000:.0f} ms at the most."]


def _write_voice(voice: VoiceReport) -> list[str]:
    lines = ["| noise | SNR, dB | recall | false alarm | end p50 / p95, ms |", "|---|---|---|---|---|"]
    for (noise, snr_db), score in voice.scores.items():
        lines.append(
            f"| {noise} | {snr_db} | {score.recall:.3f} | {score.false_alarm:.1%}"
            f" | {_find(score.end_delays_ms, 0.5):.0f} / {_find(score.end_delays_ms, 0.95):.0f} |"
        )
    figures = ", ".join(f"{key} {value:g}" for key, value in voice.figures().items())
    return [*lines, "", f"Voice activity, {voice.source}: {figures}."]


def _find(values: Sequence[int], share: float) -> float:
    return find_percentile(values, share) if values else math.inf


def _write_rate(shown: Shown) -> str:
    said = max(1, shown.streamed.reference)
    return f"{shown.streamed.total / said:.2%} / {shown.offline.total / said:.2%}"
