"""How good a signal is, and what a denoiser makes of one."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from pystoi import stoi

from media.hearing.front import Front
from media.ports import Denoiser
from media.settings import MediaSettings
from media.types import SAMPLE_RATE_HZ, Samples
from tests.benchmarks.denoise.material import Cell, Talk

CHUNK = SAMPLE_RATE_HZ // 10
"""What the ear is given at a time."""


@dataclass(frozen=True, slots=True)
class Quality:
    """SI-SDR in dB over the answer, pauses between clips included, and within clips alone; STOI over everything (it
    leaves silence out by itself); power in pauses, in dB."""

    si_sdr_db: float
    spoken_si_sdr_db: float
    stoi: float
    pauses_db: float


@dataclass(frozen=True, slots=True)
class Result:
    """Gains over the noisy input."""

    cell: Cell
    si_sdr_gain_db: float
    spoken_si_sdr_gain_db: float
    stoi_gain: float
    floor_db: float
    rtf: float


class Timed:
    """Passes on to a denoiser and counts its processor time."""

    def __init__(self, denoiser: Denoiser) -> None:
        self._denoiser = denoiser
        self.cpu_s = 0.0

    @property
    def latency_ms(self) -> int:
        return self._denoiser.latency_ms

    def process(self, samples: Samples, *, speech: bool) -> Samples:
        begun = time.process_time()
        out = self._denoiser.process(samples, speech=speech)
        self.cpu_s += time.process_time() - begun
        return out


def denoise(denoiser: Denoiser, samples: Samples) -> Samples:
    """As the ear does it, with the real voice detectors in the loop; the latency is taken out again."""
    front = Front(denoiser, energy_floor_dbfs=MediaSettings().energy_floor_dbfs)
    late = front.latency_ms * SAMPLE_RATE_HZ // 1000  # the denoiser's, or the detectors' where that is more
    whole = -(-(len(samples) + late) // CHUNK) * CHUNK
    padded = np.pad(samples, (0, whole - len(samples)))
    parts = [front.listen(padded[at : at + CHUNK]).clean for at in range(0, whole, CHUNK)]
    return np.concatenate(parts)[late : late + len(samples)]


def judge(samples: Samples, talk: Talk) -> Quality:
    answer, spoken = talk.answer, talk.spoken
    return Quality(
        si_sdr_db(samples[answer], talk.samples[answer]),
        si_sdr_db(samples[spoken], talk.samples[spoken]),
        float(stoi(talk.samples, samples, SAMPLE_RATE_HZ)),
        10 * float(np.log10(np.mean(samples[talk.pauses] ** 2) + 1e-12)),
    )


def compare(cell: Cell, before: Quality, after: Quality, rtf: float) -> Result:
    return Result(
        cell,
        after.si_sdr_db - before.si_sdr_db,
        after.spoken_si_sdr_db - before.spoken_si_sdr_db,
        after.stoi - before.stoi,
        after.pauses_db - before.pauses_db,
        rtf,
    )


def si_sdr_db(estimate: Samples, target: Samples) -> float:
    """Le Roux et al., "SDR - half-baked or well done?", 2019."""
    wanted, heard = target.astype(np.float64), estimate.astype(np.float64)
    scaled = wanted * (np.dot(heard, wanted) / np.dot(wanted, wanted))
    return 10 * float(np.log10(np.sum(scaled**2) / np.sum((heard - scaled) ** 2)))
