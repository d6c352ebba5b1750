"""A flow file out of generated questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import yaml

from realtime_scoring.questions.generate import GeneratedQuestion
from realtime_scoring.types import QuestionKind
from server.protocol.flow import AnswerForm, Flow, FlowQuestion, FlowStage, LocalisedText

_STAGES: dict[QuestionKind, tuple[str, AnswerForm, LocalisedText]] = {
    "behavioural": ("experience", "voice", {"en": "What you have done", "zh-CN": "过往经历"}),
    "situational": ("situations", "voice", {"en": "What you would do", "zh-CN": "情景问题"}),
    "logic": ("logic", "text", {"en": "Logic", "zh-CN": "逻辑题"}),
}
_CLOSING: LocalisedText = {
    "en": "This was the last question. The interview is complete. Thank you for your time."
    " You will hear the result within 24 hours.",
    "zh-CN": "问题已经全部结束,面试完成,感谢您的时间。我们将在24小时内告知您结果。",
}


def build_flow(
    job_title: str,
    questions: Sequence[GeneratedQuestion],
    *,
    flow_id: str | None = None,
    version: int = 1,
    title: LocalisedText | None = None,
) -> Flow:
    """In both languages, in the order of the questions; `questions` must not be empty.

    Questions of one kind that follow on each other are a stage. Raises ValidationError beyond twenty stages.
    """
    stages: list[FlowStage] = []
    for kind, asked in groupby(questions, key=lambda question: question.template.kind):
        name, form, stage_title = _STAGES[kind]
        again = sum(stage.id == name or stage.id.startswith(f"{name}-") for stage in stages)
        stages.append(
            FlowStage(
                id=f"{name}-{again + 1}" if again else name,
                title=stage_title,
                form=form,
                questions=tuple(map(_build_question, asked)),
            )
        )
    closing = FlowStage(id="closing", title={"en": "Closing", "zh-CN": "结束"}, form="text")
    return Flow(
        id=flow_id or name_flow(job_title),
        version=version,
        title=title or {"en": job_title or "Interview", "zh-CN": job_title or "面试"},
        languages=("en", "zh-CN"),
        closing=_CLOSING,
        stages=(*stages, closing),
    )


def write_flow(flow: Flow) -> str:
    return yaml.safe_dump(flow.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=100)


def _build_question(question: GeneratedQuestion) -> FlowQuestion:
    template = question.template
    return FlowQuestion(
        id=template.id,
        kind=template.kind,
        text=dict(template.text),
        competencies=question.competencies,
        suggested_s=template.suggested_s,
        limit_s=template.limit_s,
        follow_ups=template.follow_ups,
    )


def name_flow(title: str) -> str:
    """An id for the flow of a job."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    slug = "-".join(words)[:56].strip("-")
    return f"job-{slug}" if slug else "job-interview"
