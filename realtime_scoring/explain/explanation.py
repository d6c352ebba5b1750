"""From an assessment to words that a candidate can follow."""

from __future__ import annotations

from realtime_scoring.coverage import IMAGINED_KINDS
from realtime_scoring.explain import words
from realtime_scoring.explain.changes import climbs_without_counter, find_changes
from realtime_scoring.explain.types import Change, ExplainedChange, ExplainedQuote, Explanation, Reason, ReasonCode
from realtime_scoring.labels import label_indicator
from realtime_scoring.rubric import CompetencyRubric, Rubric
from realtime_scoring.steps import BEHAVIOUR_WEIGHT, HIGHEST, STRUCTURE_WEIGHTS, UNRATED
from realtime_scoring.types import Assessment, CompetencyLevel, Evidence, Flag, Language, Question, QuestionKind

_LABELS_NAMED = 3
_REASON_OF: dict[Flag, ReasonCode] = {
    Flag.UNANSWERED: "unanswered",
    Flag.TOO_SHORT: "too_short",
    Flag.OFF_TOPIC: "off_topic",
    Flag.LOW_ASR_CONFIDENCE: "low_asr_confidence",
}


def explain(question: Question, assessment: Assessment, rubric: Rubric, language: Language) -> tuple[Explanation, ...]:
    """One for each level of the assessment, in its order. `rubric` is the one it was made with."""
    return tuple(
        explain_level(question, assessment.flags, level, rubric.find(level.competency), language)
        for level in assessment.levels
    )


def explain_level(
    question: Question,
    flags: frozenset[Flag],
    level: CompetencyLevel,
    entry: CompetencyRubric | None,
    language: Language,
) -> Explanation:
    shown = tuple(_explain_quote(item, question.kind, entry, language) for item in level.evidence if item.sign > 0)
    against = tuple(_explain_quote(item, question.kind, entry, language) for item in level.evidence if item.sign < 0)
    name = entry.competency.name[language] if entry else level.competency
    if entry is None or level.level is None:
        reasons = _find_reasons(flags, entry, language)
        sentences = (words.NOT_ENOUGH[language].format(name=name), *(reason.text for reason in reasons))
        return Explanation(
            question.id, level.competency, name, language, None, "", "", shown, against, (), reasons, sentences
        )
    anchors = entry.competency.anchors[language]
    changes = tuple(
        ExplainedChange(change, _word_change(change, question.kind, entry, language))
        for change in find_changes(entry, question.kind, flags, level.evidence, level.level)
    )
    said_against = climbs_without_counter(question.kind, flags, level.evidence, level.level)
    return Explanation(
        question_id=question.id,
        competency=level.competency,
        name=name,
        language=language,
        level=level.level,
        anchor=anchors[level.level - 1],
        next_anchor=anchors[level.level] if level.level < HIGHEST else "",
        shown=shown,
        against=against,
        changes=changes,
        reasons=(),
        sentences=_write(name, level.level, anchors, changes, against if said_against else (), language),
    )


def _explain_quote(
    item: Evidence, kind: QuestionKind, entry: CompetencyRubric | None, language: Language
) -> ExplainedQuote:
    whole = STRUCTURE_WEIGHTS.get(item.indicator, BEHAVIOUR_WEIGHT)
    remark = words.GENERAL_REMARK[language] if item.sign > 0 and item.weight < whole else ""
    if kind in IMAGINED_KINDS and item.indicator == "own_action":
        return ExplainedQuote(item, words.IMAGINED_ACT[language], remark)
    return ExplainedQuote(item, label_indicator(entry, item.indicator, language), remark)


def _find_reasons(flags: frozenset[Flag], entry: CompetencyRubric | None, language: Language) -> tuple[Reason, ...]:
    codes: list[ReasonCode] = ["no_scale"] if entry is None else []
    codes += [_REASON_OF[flag] for flag in UNRATED if flag in flags]
    if "unanswered" in codes and "too_short" in codes:
        codes.remove("too_short")  # no answer at all is no short answer
    return tuple(Reason(code, words.REASONS[code][language]) for code in codes)


def _word_change(change: Change, kind: QuestionKind, entry: CompetencyRubric, language: Language) -> str:
    texts = words.CHANGES[change.kind]
    if kind in IMAGINED_KINDS:
        texts = words.IMAGINED_CHANGES.get(change.kind, texts)
    if change.kind == "behaviour" and not change.indicators:
        texts = words.FURTHER_ACTS
    labels = [label_indicator(entry, indicator, language) for indicator in change.indicators]
    if change.kind == "behaviour":
        labels = labels[: max(_LABELS_NAMED, change.count)]
    numbers = words.NUMBERS[language]
    number = numbers[change.count - 1] if change.count <= len(numbers) else str(change.count)
    things = "thing" if change.count == 1 else "things"
    return texts[language].format(number=number, things=things, labels=words.BETWEEN_LABELS[language].join(labels))


def _write(
    name: str,
    level: int,
    anchors: tuple[str, ...],
    changes: tuple[ExplainedChange, ...],
    against: tuple[ExplainedQuote, ...],
    language: Language,
) -> tuple[str, ...]:
    """`against`: what alone kept the answer from the next level."""
    reached = words.REACHED[language].format(name=name, level=level, anchor=anchors[level - 1])
    if level == HIGHEST:
        return reached, words.HIGHEST_REACHED[language]
    sentences = [reached, words.NEXT[language].format(level=level + 1, anchor=anchors[level])]
    if changes:
        listed = words.BETWEEN[language].join(change.text for change in changes)
        sentences.append(words.MISSING[language].format(changes=listed))
    if against:
        labels = words.BETWEEN_LABELS[language].join(quote.label for quote in against)
        sentences.append(words.WITHOUT_COUNTER[language].format(labels=labels))
    return tuple(sentences)
