"""noisereduce as its page shows it, `reduce_noise(y=data, sr=rate)`, on the chunks that a live stream brings."""

from __future__ import annotations

import time
import warnings

import noisereduce
import numpy as np

from media.types import SAMPLE_RATE_HZ, Samples
from tests.benchmarks.denoise.measures import CHUNK


def reduce_chunks(samples: Samples) -> Samples:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # logarithms of silence
        starts = range(0, len(samples), CHUNK)
        parts = [noisereduce.reduce_noise(y=samples[at : at + CHUNK], sr=SAMPLE_RATE_HZ) for at in starts]
    reduced: Samples = np.nan_to_num(np.concatenate(parts)).astype(np.float32)
    return reduced


def measure_rtf(samples: Samples, seconds: float) -> float:
    part = samples[: int(seconds * SAMPLE_RATE_HZ) // CHUNK * CHUNK]
    begun = time.process_time()
    reduce_chunks(part)
    return (time.process_time() - begun) / (len(part) / SAMPLE_RATE_HZ)
