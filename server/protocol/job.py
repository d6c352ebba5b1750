"""A job as HR describes it: what a flow's questions were made from. Kept with each version of the flow."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.protocol.flow import Language, Slug

Seniority = Literal["graduate", "experienced"]
Sentence = Annotated[str, Field(min_length=1, max_length=400)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Job(_Model):
    """`traits`: what people who did this job well had in common. Without `title` the text's first line is one."""

    title: Annotated[str, Field(max_length=120)] = ""
    text: Annotated[str, Field(max_length=12_000)] = ""
    responsibilities: Annotated[tuple[Sentence, ...], Field(max_length=30)] = ()
    requirements: Annotated[tuple[Sentence, ...], Field(max_length=30)] = ()
    traits: Annotated[tuple[Sentence, ...], Field(max_length=30)] = ()
    seniority: Seniority | None = None
    language: Language | None = None

    @property
    def whole_text(self) -> str:
        return "\n".join((self.text, *self.responsibilities, *self.requirements, *self.traits))


class WeighedCompetency(_Model):
    id: Slug
    chosen: bool
    weight: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] = 1.0


class JobRecord(_Model):
    """`competencies` in order of importance, as somebody edited them; `match` of the questions to the job, 0 to 1."""

    job: Job
    competencies: tuple[WeighedCompetency, ...]
    match: float
