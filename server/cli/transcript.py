"""The file that `viva score` reads: questions and what was answered to them. Its schema stands in docs/schemas."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from realtime_scoring.types import AnswerText, Question, TimedWord
from server.errors import InterviewError
from server.hr.yaml_document import write_place
from server.protocol.flow import Language, QuestionKind, Slug

MAX_FILE_BYTES = 8 * 1024 * 1024

Place = Annotated[int, Field(ge=0, le=100_000_000)]


class TranscriptInvalid(InterviewError):
    """Every problem at once, one a line."""

    code: ClassVar[str] = "transcript_invalid"
    status: ClassVar[int] = 422


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Word(_Model):
    """Where a word stands in the text, and when it was said."""

    char_start: Place = Field(description="Place of its first character in `text`, from 0.")
    char_end: Place = Field(description="Place behind its last character.")
    t_start_ms: Place = Field(description="When it begins, in milliseconds from any beginning.")
    t_end_ms: Place = Field(description="When it ends.")

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.char_end <= self.char_start:
            raise ValueError("char_end must be greater than char_start")
        if self.t_end_ms < self.t_start_ms:
            raise ValueError("t_end_ms must not be less than t_start_ms")
        return self


class Answer(_Model):
    """One turn: the answer itself, or that to a follow-up question."""

    text: Annotated[str, Field(max_length=50_000)] = Field(description="What was said or typed, word for word.")
    language: Language | None = Field(None, description="Of this answer, where it is not that of the transcript.")
    asr_confidence: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="Mean word probability of the recogniser; left out for typed text."
    )
    words: Annotated[tuple[Word, ...], Field(max_length=20_000, strict=False)] = Field(
        (), description="In order, for quotes with times; may be left out."
    )

    @model_validator(mode="after")
    def check_words(self) -> Self:
        at = 0
        for index, word in enumerate(self.words):
            if word.char_start < at or word.char_end > len(self.text):
                raise ValueError(f"words[{index}] lies outside the text or overlaps the word before it")
            at = word.char_end
        return self


class Asked(_Model):
    """A question with its answers in order: the main one first."""

    id: Slug = Field(description="Unique in the transcript.")
    text: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="The question as it was put.")
    kind: QuestionKind = Field(
        description="`behavioural`: what was done; `situational`, `logic`: what would be done; `identity` is not rated."
    )
    competencies: Annotated[tuple[Slug, ...], Field(max_length=20, strict=False)] = Field(
        (), description="Ids of the competencies that the answer is looked at for."
    )
    answers: Annotated[tuple[Answer, ...], Field(max_length=20, strict=False)] = Field(
        (), description="Empty when nothing was said."
    )


class Transcript(_Model):
    """An interview as text, for `viva score`."""

    language: Language = Field(description="Of the questions, and of answers that name no other.")
    questions: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=200, strict=False)]

    @model_validator(mode="after")
    def check_ids(self) -> Self:
        ids = [question.id for question in self.questions]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"the question id {name!r} is used twice")
        return self


def read_transcript(path: Path, competencies: Collection[str]) -> Transcript:
    """Raises TranscriptInvalid, also for a competency that no rubric describes."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise TranscriptInvalid(f"{path}: {error.strerror}") from None
    if len(content) > MAX_FILE_BYTES:
        raise TranscriptInvalid(f"{path}: larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
    try:
        transcript = Transcript.model_validate_json(content)
    except ValidationError as error:
        raise TranscriptInvalid(
            "\n".join(
                f"{path}: {_explain(item['loc'], str(item['msg']))}" for item in error.errors(include_input=False)
            )
        ) from None
    unknown = [
        f"{path}: questions[{index}].competencies: no rubric describes {name!r}; there are {', '.join(competencies)}"
        for index, question in enumerate(transcript.questions)
        for name in question.competencies
        if name not in competencies
    ]
    if unknown:
        raise TranscriptInvalid("\n".join(unknown))
    return transcript


def to_scored(transcript: Transcript) -> tuple[tuple[Question, tuple[AnswerText, ...]], ...]:
    """What the scoring engine takes; turns are called after their question, `customer-1`."""
    return tuple((_to_question(asked, transcript), _to_answers(asked, transcript)) for asked in transcript.questions)


def _to_question(asked: Asked, transcript: Transcript) -> Question:
    return Question(asked.id, asked.text, asked.kind, asked.competencies, 0, transcript.language)


def _to_answers(asked: Asked, transcript: Transcript) -> tuple[AnswerText, ...]:
    return tuple(
        AnswerText(
            turn_id=f"{asked.id}-{index + 1}",
            text=answer.text,
            language=answer.language or transcript.language,
            words=tuple(
                TimedWord(word.char_start, word.char_end, word.t_start_ms, word.t_end_ms) for word in answer.words
            ),
            asr_confidence=answer.asr_confidence,
        )
        for index, answer in enumerate(asked.answers)
    )


def _explain(place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{write_place(place)}: {said}" if place else said


def build_schema() -> dict[str, Any]:
    schema = Transcript.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def render_schema() -> str:
    """What `tools/transcript_schema.py` writes."""
    return json.dumps(build_schema(), ensure_ascii=False, indent=1) + "\n"
