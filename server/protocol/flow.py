"""A flow: the stages and questions an interview follows. A data file, versioned; its snapshot opens every log."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal["en", "zh-CN"]
AnswerForm = Literal["video", "voice", "text"]
QuestionKind = Literal["identity", "introduction", "behavioural", "situational", "logic", "open"]
LocalisedText = dict[Language, Annotated[str, Field(min_length=1, max_length=2000)]]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FlowQuestion(_Model):
    """`suggested_s` is what the candidate is told; `limit_s` ends the answer, politely."""

    id: Slug
    kind: QuestionKind
    text: LocalisedText
    competencies: tuple[Slug, ...] = ()
    suggested_s: Annotated[int, Field(ge=5, le=3600)]
    limit_s: Annotated[int, Field(ge=10, le=3600)]
    follow_ups: Annotated[int, Field(ge=0, le=5)] = 0


class FlowStage(_Model):
    """A stage without questions shows its title only (a closing, for instance)."""

    id: Slug
    title: LocalisedText
    form: AnswerForm
    alert_after_minutes: Annotated[int, Field(ge=1, le=240)] = 10
    questions: tuple[FlowQuestion, ...] = ()


class Flow(_Model):
    id: Slug
    version: Annotated[int, Field(ge=1)]
    title: LocalisedText
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    result_within_hours: Annotated[int, Field(ge=1, le=24 * 60)] = 24
    explains_to_candidate: bool = True
    """Whether candidates read on their own page, once the interview is over, what was found and why."""
    closing: LocalisedText
    stages: Annotated[tuple[FlowStage, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def check_whole(self) -> Self:
        wanted = set(self.languages)
        for name, text in self._texts():
            if set(text) != wanted:
                raise ValueError(f"{name}: languages are {sorted(text)}, the flow declares {sorted(wanted)}")
        questions = [question for stage in self.stages for question in stage.questions]
        for kind, names in (("stage", [stage.id for stage in self.stages]), ("question", [q.id for q in questions])):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"{kind} {name!r}: the id is used twice")
        for question in questions:
            if question.limit_s < question.suggested_s:
                raise ValueError(f"questions.{question.id}: limit_s is shorter than suggested_s")
        if not any(stage.questions for stage in self.stages):
            raise ValueError("stages: the flow asks no question")
        return self

    def _texts(self) -> list[tuple[str, LocalisedText]]:
        texts = [("title", self.title), ("closing", self.closing)]
        for stage in self.stages:
            texts.append((f"stages.{stage.id}.title", stage.title))
            texts += [(f"questions.{question.id}.text", question.text) for question in stage.questions]
        return texts
