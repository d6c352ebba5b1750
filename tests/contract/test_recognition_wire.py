"""Jobs, answers and cards are read strictly by processes that may be older or newer: what is written differently has to
have another number. So have files of kept speech, which outlive the version that wrote them.

To change them, raise the number (`framing.VERSION`, `unheard_file.VERSION`) and write the golden of the new one:
python -m tests.contract.test_recognition_wire
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from media.transcription.condition import DegradeLevel
from media.transcription.shelf import UnheardSegment
from media.transcription.types import Request
from media.types import TranscribedWord, Transcription
from server.recognition import answer, framing, job, keys, unheard_file
from server.recognition.answer import Answer, Refusal, decode_answer, encode_answer
from server.recognition.job import Job, decode_job, encode_job
from server.recognition.roster import WorkerCard
from server.recognition.unheard_file import decode_unheard, encode_unheard

FOLDER = Path(__file__).parent / "recognition"
WIRE, FILE = FOLDER / f"wire.{framing.VERSION}.json", FOLDER / f"unheard.{unheard_file.VERSION}.json"

SAMPLES = np.array([0.0, 0.5, -0.5, 1.0], np.float32)
REQUEST = Request(SAMPLES, "zh-CN", "partial", prefix="我叫", terms=("Kubernetes",), speech_share=0.5, hurried=True)
JOB = Job("job-1", "asker-1", "interview-1", REQUEST, 60_000, 800)
SAID = Transcription("one two", (TranscribedWord(0, 3, 0, 500, 0.9),), 0.8, 0.1, "en", 0.7)
CARD = WorkerCard(
    recogniser="base",
    demonstration=False,
    languages=("en", "zh-CN"),
    threads=2,
    working=1,
    busy=0.5,
    level=DegradeLevel.NORMAL,
)
UNHEARD = UnheardSegment(
    "interview-1", "1-1", 1_000, 2_000, Request(SAMPLES, "en", "final", terms=("Kubernetes",), speech_share=0.5), 2
)


def describe_wire() -> dict[str, Any]:
    """Bytes in hexadecimal, and the fields, since those that are left out when empty do not show in the bytes."""
    return {
        "keys": [keys.PREFIX, keys.GROUP, keys.JOB_FIELD, keys.Queue("final", "en").key, keys.answers_key("asker-1")],
        "job": encode_job(JOB).hex(),
        "text": encode_answer(Answer("job-1", SAID, 12, 34)).hex(),
        "refusal": encode_answer(Answer("job-1", Refusal("asr_timeout", "late"), 12, 34)).hex(),
        "card": CARD.model_dump_json(),
        "fields": {
            "job": fields_of(job._Header),
            "answer": fields_of(answer._Header),
            "text": fields_of(answer._Text),
            "refusal": fields_of(answer._Error),
            "card": fields_of(WorkerCard),
        },
    }


def describe_file() -> dict[str, Any]:
    return {"file": encode_unheard(UNHEARD).hex(), "fields": fields_of(unheard_file._Header)}


def fields_of(header: type[BaseModel]) -> list[str]:
    return list(header.model_fields)


def test_what_is_written_has_not_changed_without_its_version() -> None:
    assert describe_wire() == json.loads(WIRE.read_text("utf-8"))


def test_what_was_written_is_read() -> None:
    golden = json.loads(WIRE.read_text("utf-8"))
    found = decode_job(bytes.fromhex(golden["job"]))
    assert np.allclose(found.request.samples, SAMPLES, atol=1e-4)
    assert (found.id, found.asker, found.stream_id, found.lives_ms, found.due_ms) == (
        "job-1",
        "asker-1",
        "interview-1",
        60_000,
        800,
    )
    assert (found.request.prefix, found.request.terms, found.request.hurried) == ("我叫", ("Kubernetes",), True)
    assert decode_answer(bytes.fromhex(golden["text"])) == Answer("job-1", SAID, 12, 34)
    assert decode_answer(bytes.fromhex(golden["refusal"])).outcome == Refusal("asr_timeout", "late")
    assert WorkerCard.model_validate_json(golden["card"]) == CARD


def test_files_have_not_changed_without_their_version() -> None:
    assert describe_file() == json.loads(FILE.read_text("utf-8"))


def test_files_of_every_version_are_read() -> None:
    """Kept speech waits for as long as there is no recogniser, over any number of updates."""
    versions = sorted(FOLDER.glob("unheard.*.json"))
    assert versions
    for path in versions:
        found = decode_unheard(bytes.fromhex(json.loads(path.read_text("utf-8"))["file"]))
        assert (found.interview_id, found.segment_id, found.revision) == ("interview-1", "1-1", 2)
        assert np.allclose(found.request.samples, SAMPLES, atol=1e-4)


if __name__ == "__main__":
    for place, described in ((WIRE, describe_wire()), (FILE, describe_file())):
        if place.exists():
            raise SystemExit(f"{place.name} is there already: raise the version first")
        place.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", "utf-8")
