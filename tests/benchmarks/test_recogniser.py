"""What the bundled recogniser understands and what a call costs, on the shipped answers.

Method: every spoken answer of the shipped sets through the engine as the server calls it. Word error rate (character
error rate for Chinese) of finals, micro-averaged, without case and punctuation. The cost ratio compares a partial on
the last 5 s with a final over the whole answer, wall time on one thread, in the same run. How well the model hears its
voices in noise is measured by `python -m tests.fixtures.recogniser.evaluate` and told in docs/recogniser.md.
These are the voices it was trained on: nothing follows from them for people.
"""

from __future__ import annotations

import re
import time
from importlib.resources import as_file, files

import jiwer
import numpy as np
import pytest

from media.models import choose_model
from media.transcription.engine import WhisperEngine
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples
from simulation.answers import ANSWER_SETS, load_answers
from tests.browser.whole.microphone import RATE_HZ, read_voice


def plain(text: str, language: LanguageCode) -> str:
    words = re.sub(r"[^\w\s']|_", " ", text.lower()).split()
    return ("" if language == "zh-CN" else " ").join(words)


def load(set_name: str, file: str) -> Samples:
    with as_file(files("simulation") / "answers" / set_name / file) as path:
        voice = read_voice(path)
    return np.ascontiguousarray(voice[:: RATE_HZ // SAMPLE_RATE_HZ])


@pytest.mark.benchmark
def test_bundled_recogniser() -> None:
    chosen = choose_model("demo")
    engine = WhisperEngine(chosen.path, chosen.info)
    whole_s: list[float] = []
    partial_s: list[float] = []
    for set_name in ANSWER_SETS:
        answers = load_answers(set_name)
        measure = jiwer.cer if answers.language == "zh-CN" else jiwer.wer
        scripts, heard = [], []
        for answer in answers.answers:
            if answer.file is None:
                continue
            samples = load(set_name, answer.file)
            begun = time.perf_counter()
            final = engine.transcribe(Request(samples, answers.language, "final"))
            whole_s.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            engine.transcribe(Request(samples[-5 * SAMPLE_RATE_HZ :], answers.language, "partial"))
            partial_s.append(time.perf_counter() - begun)
            scripts.append(plain(answer.text, answers.language))
            heard.append(plain(final.text, answers.language))
            assert final.language_spoken in (None, answers.language)
        rate = float(measure(scripts, heard))
        print(f"\n{set_name}: {'CER' if answers.language == 'zh-CN' else 'WER'} {rate:.1%} over {len(scripts)} answers")
        assert rate <= 0.15
    print(
        f"one call, ms: whole answer {np.median(whole_s) * 1000:.0f}, last 5 s {np.median(partial_s) * 1000:.0f},"
        f" ratio {np.median(whole_s) / np.median(partial_s):.1f}x"
    )
