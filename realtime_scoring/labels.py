"""What an indicator means, in words beside its quote."""

from __future__ import annotations

from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.types import Language

_STRUCTURE_LABELS: dict[str, dict[Language, str]] = {
    "own_action": {"en": "a concrete act of one's own", "zh-CN": "本人的具体行动"},
    "team_action": {"en": "a concrete act of the team", "zh-CN": "团队的具体行动"},
    "result": {"en": "a result", "zh-CN": "结果"},
    "measured_result": {"en": "a result with a number", "zh-CN": "有数字的结果"},
    "reflection": {"en": "a lesson drawn", "zh-CN": "总结与反思"},
}


def label_indicator(entry: CompetencyRubric | None, indicator: str, language: Language) -> str:
    """The id itself when unknown."""
    if indicator in _STRUCTURE_LABELS:
        return _STRUCTURE_LABELS[indicator][language]
    known = (*entry.indicators, *entry.negatives) if entry else ()
    return next((item.label[language] for item in known if item.id == indicator), indicator)
