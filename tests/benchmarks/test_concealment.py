"""What lost packets cost the recogniser, by what stands in for them.

Method: every spoken answer of two shipped sets as Opus (16 kHz, 20 ms, 24 kbit/s), packets lost at random (seeded, the
same ones for every way) or in bursts of three on average (Gilbert), read as the server reads, then the bundled
recogniser, finals only. Word error rate (character error rate for Chinese), micro-averaged. The baseline is silence in
the place of lost packets, same run; the ratio is the errors that losses added, against those they added there.
`fec` is sent with a second copy of each frame at the same bit rate, so its packets are a little coarser.
The signal-to-noise ratio is that of the lost frames against the decode of the same packets without loss.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import jiwer
import numpy as np
import pytest

from media.hearing.opus import OpusEncoder
from media.hearing.reader import AudioReader
from media.models import choose_model
from media.transcription.engine import WhisperEngine
from media.transcription.types import Request
from media.types import Samples
from simulation.answers import load_answers
from tests.benchmarks.test_recogniser import load, plain
from tests.unit.media.test_opus import encode
from tests.unit.media.test_reader import join, lose

WAYS = ("silence", "plc", "fec")
LOSSES = (("random 5 %", 0.05, 1.0), ("random 10 %", 0.1, 1.0), ("random 20 %", 0.2, 1.0), ("bursts 10 %", 0.1, 3.0))


@dataclass(frozen=True, slots=True)
class Spoken:
    text: str
    packets: dict[str, list[bytes]]


def choose_lost(count: int, share: float, burst: float, chance: random.Random) -> set[int]:
    """Never the first nor the last one. `burst` packets at a time on average; 1 is independent loss."""
    lost: set[int] = set()
    bad = False
    for number in range(1, count - 1):
        if burst == 1.0:
            bad = chance.random() < share
        else:
            bad = chance.random() < (1 - 1 / burst if bad else share / (1 - share) / burst)
        if bad:
            lost.add(number)
    return lost


def receive(packets: list[bytes], lost: set[int], way: str) -> tuple[Samples, AudioReader]:
    reader = AudioReader()
    samples = join(reader.read(lose(packets, lost)))
    if way == "silence":
        for number in lost:
            samples[number * 320 : number * 320 + 320] = 0
    return samples, reader


def measure_errors(samples: Samples, whole: Samples, lost: set[int]) -> tuple[float, float]:
    where = np.concatenate([np.arange(number * 320, number * 320 + 320) for number in sorted(lost)])
    return float(np.sum(whole[where] ** 2)), float(np.sum((samples[where] - whole[where]) ** 2))


@pytest.mark.benchmark
@pytest.mark.parametrize("set_name", ["en-1", "zh-1"])
def test_what_losses_cost(set_name: str) -> None:
    chosen = choose_model("demo")
    recogniser = WhisperEngine(chosen.path, chosen.info)
    answers = load_answers(set_name)
    measure = jiwer.cer if answers.language == "zh-CN" else jiwer.wer
    spoken = []
    for answer in answers.answers:
        if answer.file is not None:
            samples = load(set_name, answer.file)
            with_copy, without = encode(samples), encode(samples, OpusEncoder(expected_loss_percent=0))
            spoken.append(Spoken(answer.text, {"fec": with_copy, "plc": without, "silence": without}))
    scripts = [plain(one.text, answers.language) for one in spoken]

    def hear(way: str, share: float, burst: float) -> tuple[float, float, float]:
        """Error rate, signal-to-noise ratio of the lost frames, share of them that came from the copy."""
        heard, power, noise, copies, missing = [], 0.0, 0.0, 0, 0
        for number, one in enumerate(spoken):
            packets = one.packets[way]
            lost = choose_lost(len(packets), share, burst, random.Random(number)) if share else set()
            samples, reader = receive(packets, lost, way)
            if lost:
                whole, _ = receive(packets, set(), way)
                signal, error = measure_errors(samples, whole, lost)
                power, noise = power + signal, noise + error
            copies, missing = copies + reader.concealed.fec, missing + 320 * len(lost)
            text = recogniser.transcribe(Request(samples, answers.language, "final")).text
            heard.append(plain(text, answers.language))
        snr_db = 10 * float(np.log10(power / noise)) if noise else float("inf")
        return float(measure(scripts, heard)), snr_db, copies / missing if missing else 0.0

    clean = {way: hear(way, 0.0, 1.0)[0] for way in WAYS}
    print(f"\n{set_name}, {'CER' if answers.language == 'zh-CN' else 'WER'}; without loss {clean['plc']:.1%}")
    print(f"(with copies {clean['fec']:.1%}); silence | plc | fec; SNR of lost frames, dB; from copies")
    added: dict[str, float] = dict.fromkeys(WAYS, 0.0)
    for name, share, burst in LOSSES:
        rows = {way: hear(way, share, burst) for way in WAYS}
        for way in WAYS:
            added[way] += rows[way][0] - clean[way]
        rates = " | ".join(f"{rows[way][0]:6.1%}" for way in WAYS)
        ratios = " | ".join(f"{rows[way][1]:4.1f}" for way in WAYS)
        print(f"{name:12} {rates}   {ratios}   {rows['fec'][2]:4.0%}")
        assert rows["fec"][1] > rows["plc"][1] > rows["silence"][1] - 0.01
    print(
        f"errors added by losses, against silence: plc {added['plc'] / added['silence']:.2f}x,"
        f" fec {added['fec'] / added['silence']:.2f}x"
    )
    assert added["fec"] < added["silence"]
