"""The figures, and the section of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.benchmarks.denoise.material import GAP_S, LEAD_S
from tests.benchmarks.denoise.measures import Result
from tests.benchmarks.denoise.recognition import ErrorRates

_LOW_SNR_DB = 5

METHOD = f"""## Denoising

`python -m tests.benchmarks.denoise` on {{machine}}.

Clips of real speech (English and Mandarin, equally loud, {LEAD_S:g} s of noise before and {GAP_S:g} s after each) in
five real noises at four signal-to-noise ratios, 100 ms at a time through the ear's own front: the voice detectors are
in the loop, nothing is told them. Gains are over the noisy input, with the latency taken out. SI-SDR over the whole
answer, pauses between clips included, and within the clips alone; STOI by pystoi; floor: power in all pauses after the
first {LEAD_S / 2:g} s, bursts of noise included, mean over the cells in dB. Real-time factor: processor time of the
denoiser per second of sound, the detectors not counted. The naive way is `reduce_noise(y=chunk, sr=16000)` on chunks of
100 ms, timed cell by cell between the others.
"""

RECOGNISERS = """\
This is a small model that knows these voices, in one noise: what it says is no reason to give denoised sound to the
Whisper models that real interviews are recognised with. For those, published measurements found that enhancement made
recognition worse throughout, so every recogniser gets the original."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one denoiser over all cells."""

    latency_ms: int
    results: tuple[Result, ...]

    def values(self) -> dict[str, float]:
        low = [result for result in self.results if result.cell.snr_db <= _LOW_SNR_DB]
        return {
            "rtf": round(float(np.mean([result.rtf for result in self.results])), 4),
            "latency_ms": self.latency_ms,
            "worst_si_sdr_gain_db": _least(result.si_sdr_gain_db for result in self.results),
            "worst_stoi_gain": round(min(result.stoi_gain for result in self.results), 4),
            "mean_si_sdr_gain_db": _mean(result.si_sdr_gain_db for result in low),
            "floor_reduction_db": _mean(result.floor_db for result in self.results),
            "worst_spoken_si_sdr_gain_db": _least(result.spoken_si_sdr_gain_db for result in self.results),
            "mean_spoken_si_sdr_gain_db": _mean(result.spoken_si_sdr_gain_db for result in low),
            "worst_rtf": round(max(result.rtf for result in self.results), 4),
        }


@dataclass(slots=True)
class Report:
    summaries: dict[str, Summary] = field(default_factory=dict)
    naive_rtfs: list[float] = field(default_factory=list)
    recognition: list[ErrorRates] = field(default_factory=list)
    batching: tuple[float, float] | None = None
    """Real-time factor of the gate called for 100 ms, and for eight times as much at once."""

    def values(self) -> dict[str, float]:
        """The JSON object: the gate without a prefix."""
        values = self.summaries["spectral"].values()
        values["rtf_naive_100ms"] = round(float(np.median(self.naive_rtfs)), 4)
        for name, summary in self.summaries.items():
            if name != "spectral":
                values |= {f"{name}_{key}": value for key, value in summary.values().items()}
        return values

    def write(self) -> str:
        """Markdown."""
        return "\n\n".join(part for part in (self._write_summaries(), self._write_cells(), self._write_notes()) if part)

    def _write_summaries(self) -> str:
        rows = [
            "| | real-time factor (worst cell) | latency, ms | SI-SDR gain, dB, worst cell / mean at 0 and 5 dB"
            " | within clips | worst STOI gain | floor in pauses, dB |",
            "|---|---|---|---|---|---|---|",
        ]
        for name, summary in self.summaries.items():
            values = summary.values()
            rows.append(
                f"| {name} | {values['rtf']:.4f} ({values['worst_rtf']:.4f}) | {values['latency_ms']:g}"
                f" | {values['worst_si_sdr_gain_db']:+.2f} / {values['mean_si_sdr_gain_db']:+.2f}"
                f" | {values['worst_spoken_si_sdr_gain_db']:+.2f} / {values['mean_spoken_si_sdr_gain_db']:+.2f}"
                f" | {values['worst_stoi_gain']:+.4f} | {values['floor_reduction_db']:+.1f} |"
            )
        rows.append(f"\nThe naive way, real-time factor: {np.median(self.naive_rtfs):.3f}.")
        return "\n".join(rows)

    def _write_cells(self) -> str:
        names = list(self.summaries)
        rows = [
            "SI-SDR gain (dB) / STOI gain / floor (dB):",
            "",
            "| noise | SNR, dB | " + " | ".join(names) + " |",
            "|---|---|" + "---|" * len(names),
        ]
        for results in zip(*(self.summaries[name].results for name in names), strict=True):
            cell = results[0].cell
            figures = " | ".join(
                f"{result.si_sdr_gain_db:+.2f} / {result.stoi_gain:+.4f} / {result.floor_db:+.1f}" for result in results
            )
            rows.append(f"| {cell.noise} | {cell.snr_db} | {figures} |")
        return "\n".join(rows)

    def _write_notes(self) -> str:
        parts: list[str] = []
        if self.recognition:
            parts.append(_write_recognition(self.recognition))
        if self.batching is not None:
            single, together = self.batching
            parts.append(
                f"Batching: the gate called for 100 ms costs {single:.4f}, for eight times as much in one call"
                f" {together:.4f}. Work on several candidates at once could save no more than that difference, and"
                " would make each of them wait for the others: it is left out."
            )
        return "\n\n".join(parts)


def _write_recognition(rates: Sequence[ErrorRates]) -> str:
    rows = [
        "What the bundled recogniser makes of the shipped answers in café noise (it hears the original; the rest is"
        " what it would make of the denoised signal):",
        "",
        "| SNR, dB | heard | words wrong, English | characters wrong, Chinese |",
        "|---|---|---|---|",
    ]
    for rate in sorted(rates, key=lambda rate: -1 if rate.snr_db is None else rate.snr_db):
        snr = "" if rate.snr_db is None else str(rate.snr_db)
        rows.append(f"| {snr} | {rate.heard} | {rate.words:.1%} | {rate.characters:.1%} |")
    return "\n".join([*rows, "", RECOGNISERS])


def _mean(values: Iterable[float]) -> float:
    return round(float(np.mean(list(values))), 2)


def _least(values: Iterable[float]) -> float:
    return round(min(values), 2)
