"""Jobs and answers come out of their bytes as they went in; other bytes are refused, and nothing else happens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, TranscribedWord, Transcription
from server.recognition.answer import Answer, Refusal, decode_answer, encode_answer
from server.recognition.framing import LONGEST_S, FrameInvalid
from server.recognition.job import LONGEST_PREFIX, MOST_TERMS, Job, decode_job, encode_job, read_address

SILENCE = np.zeros(0, np.float32)
NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)
SHARES = st.floats(0, 1)
TEXT = st.text(max_size=40)
REQUESTS = st.builds(
    Request,
    samples=st.lists(st.floats(-1, 1, width=32), max_size=50).map(lambda values: np.array(values, np.float32)),
    language=st.sampled_from(["en", "zh-CN"]),
    kind=st.sampled_from(["partial", "final"]),
    prefix=TEXT,
    terms=st.lists(TEXT, max_size=5).map(tuple),
    speech_share=SHARES,
    hurried=st.booleans(),
)
JOBS = st.builds(
    Job,
    id=NAMES,
    asker=NAMES,
    stream_id=st.text(min_size=1, max_size=100),
    request=REQUESTS,
    lives_ms=st.integers(0, 600_000),
    due_ms=st.integers(-600_000, 600_000),
)


def bare(job: Job) -> Job:
    return replace(job, request=replace(job.request, samples=SILENCE))


@given(JOBS)
def test_a_job_comes_back(job: Job) -> None:
    found = decode_job(encode_job(job))
    assert bare(found) == bare(job)
    assert np.allclose(found.request.samples, job.request.samples, atol=1 / 32_767)
    assert read_address(encode_job(job)) == (job.asker, job.id)


@given(JOBS, st.data())
def test_a_truncated_job_is_refused(job: Job, data: st.DataObject) -> None:
    written = encode_job(job)
    length = data.draw(st.integers(0, len(written) - 1))
    with pytest.raises(FrameInvalid):
        decode_job(written[:length])


@given(st.binary(max_size=300))
def test_bytes_that_are_nothing_are_refused(written: bytes) -> None:
    for decode in (decode_job, decode_answer):
        with pytest.raises(FrameInvalid):
            decode(written)
    assert read_address(written) is None


@given(JOBS, st.integers(0, 400), st.integers(1, 255))
def test_a_byte_that_is_changed_does_no_more_than_be_refused(job: Job, place: int, change: int) -> None:
    written = bytearray(encode_job(job))
    written[place % len(written)] ^= change
    try:
        found = decode_job(bytes(written))
    except FrameInvalid:
        return
    assert np.isfinite(found.request.samples).all()


def test_sound_is_made_safe_on_the_way() -> None:
    samples = np.array([np.nan, np.inf, -np.inf, 2.0, -2.0, 0.5], np.float32)
    found = decode_job(encode_job(job_of(samples))).request.samples
    assert np.allclose(found, [0.0, 1.0, -1.0, 1.0, -1.0, 0.5], atol=1e-4)
    assert found.dtype == np.float32


def test_more_than_fits_is_refused_or_left_out() -> None:
    with pytest.raises(FrameInvalid):
        encode_job(job_of(np.zeros(LONGEST_S * SAMPLE_RATE_HZ + 1, np.float32)))
    with pytest.raises(FrameInvalid):
        encode_job(replace(job_of(SILENCE), asker="../keys"))
    request = replace(job_of(SILENCE).request, prefix="a" * 10_000 + "end", terms=("b" * 1_000, *["c"] * 1_000))
    found = decode_job(encode_job(replace(job_of(SILENCE), request=request))).request
    assert len(found.prefix) == LONGEST_PREFIX
    assert found.prefix.endswith("end"), "the words nearest to what is to be heard"
    assert found.terms == ("c",) * MOST_TERMS


def job_of(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Job:
    return Job("id", "asker", "interview", Request(samples, "en", "final"), 1_000)


@given(
    NAMES,
    st.lists(st.tuples(st.text("abc", min_size=1, max_size=8), SHARES), max_size=20),
    SHARES,
    SHARES,
    st.sampled_from([None, "en", "zh-CN"]),
    st.sampled_from([(), ("loop",), ("credits", "echo")]),
)
def test_an_answer_comes_back(
    name: str,
    spoken: list[tuple[str, float]],
    confidence: float,
    silence: float,
    language: str | None,
    faults: tuple[str, ...],
) -> None:
    words, text = [], ""
    for number, (word, probability) in enumerate(spoken):
        words.append(TranscribedWord(len(text), len(text) + len(word), number * 10, number * 10 + 9, probability))
        text += word + " "
    said = Transcription(text, tuple(words), confidence, silence, language, 0.5, faults)  # type: ignore[arg-type]
    answer = Answer(name, said, 12, 34)
    assert decode_answer(encode_answer(answer)) == answer


def test_a_refusal_comes_back() -> None:
    answer = Answer("id", Refusal("asr_timeout", "x" * 400), 1, 2)
    assert decode_answer(encode_answer(answer)) == answer


def test_an_answer_that_cannot_be_is_not_written() -> None:
    with pytest.raises(FrameInvalid):
        encode_answer(Answer("id", Transcription("a" * 9_000, (), 0.5, 0.5)))


def test_what_was_measured_wrongly_costs_no_text() -> None:
    words = (
        TranscribedWord(0, 1, -5, 700_000, 1.5),
        TranscribedWord(-1, 1, 0, 1, 0.5),
        TranscribedWord(0, 9, 0, 1, 0.5),
    )
    found = decode_answer(encode_answer(Answer("id", Transcription("a", words, float("nan"), 1.0001)))).outcome
    assert found == Transcription("a", (TranscribedWord(0, 1, 0, 600_000, 1.0),), 0.0, 1.0)


def test_words_outside_their_text_are_refused() -> None:
    said = Transcription("two word", (TranscribedWord(4, 8, 0, 1, 0.5),), 0.5, 0.5)
    written = encode_answer(Answer("id", said))
    assert decode_answer(written).outcome == said
    for words in (b"[4,9,", b"[4,3,"):
        changed = written.replace(b"[4,8,", words)
        assert changed != written
        with pytest.raises(FrameInvalid, match="outside"):
            decode_answer(changed)
