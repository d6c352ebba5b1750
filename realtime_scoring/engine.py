"""The door of this package: one engine, built once, the same answer for the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from realtime_scoring import follow_ups
from realtime_scoring.coverage import find_flags, find_late_flags, mean_asr_confidence, measure_star
from realtime_scoring.evidence import collect_evidence, match_indicators
from realtime_scoring.explain.explanation import explain
from realtime_scoring.explain.types import Explanation
from realtime_scoring.features import ClauseFacts, read_facts, tokens_of
from realtime_scoring.labels import label_indicator
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.loader import add_rubrics, load_shipped_data
from realtime_scoring.quotes import pick_quote
from realtime_scoring.rubric import CompetencyRubric, Rubric
from realtime_scoring.scorer import combine, judge_confidence, rate
from realtime_scoring.text import content_tokens
from realtime_scoring.types import (
    AnswerText,
    AskedFollowUps,
    Assessment,
    Competency,
    CompetencyLevel,
    FollowUp,
    FollowUpLimits,
    Language,
    Question,
    Score,
    StarCoverage,
    Versions,
)

ENGINE_VERSION = "5"
"""Raised whenever the same words may get another result."""


@dataclass(frozen=True, slots=True)
class ScoringEngine:
    rubric: Rubric
    lexicons: dict[Language, Lexicon]
    versions: Versions

    @classmethod
    def default(cls, own_rubrics: Mapping[str, str] | None = None) -> ScoringEngine:
        """With the shipped rubrics and lexicons, and an organisation's own rubric files (name -> text), if any.

        Raises DataError when one of those is wrong.
        """
        data = load_shipped_data()
        if own_rubrics:
            data = add_rubrics(data, own_rubrics)
        versions = Versions(ENGINE_VERSION, data.rubric_version, data.lexicon_version)
        return cls(data.rubric, data.lexicons, versions)

    def competencies(self) -> tuple[Competency, ...]:
        return tuple(entry.competency for entry in self.rubric.competencies)

    def label_indicator(self, competency: str, indicator: str, language: Language) -> str:
        """What an `Evidence.indicator` means, for a reviewer; the id itself when unknown."""
        return label_indicator(self.rubric.find(competency), indicator, language)

    def assess(self, question: Question, answers: tuple[AnswerText, ...]) -> Assessment:
        """`answers`: the main answer, then those to follow-ups."""
        if question.kind == "identity":
            return Assessment(question.id, StarCoverage(), frozenset(), ())
        facts = read_facts(answers, self.lexicons)
        topic = self._topic(question)
        star = measure_star(facts)
        flags = find_flags(question, answers, facts, topic, self.lexicons)
        confidence = judge_confidence(
            sum(fact.words / self.lexicons[fact.language].shortest_answer for fact in facts),
            mean_asr_confidence(answers),
            (star.situation + star.task + star.action + star.result) / 4,
        )
        levels: list[CompetencyLevel] = []
        for name in dict.fromkeys(question.competencies):
            entry = self.rubric.find(name)
            if entry is None:
                levels.append(CompetencyLevel(name, None, "low", ""))
                continue
            evidence = collect_evidence(entry, question.kind, answers, facts, topic, self.lexicons)
            levels.append(rate(entry, question, flags, evidence, confidence))
        flags |= find_late_flags(question.kind, tuple(levels))
        return Assessment(question.id, star, flags, tuple(levels))

    def explain(self, question: Question, assessment: Assessment, language: Language) -> tuple[Explanation, ...]:
        """Why each level of an assessment of this engine is what it is."""
        return explain(question, assessment, self.rubric, language)

    def plan_follow_up(
        self,
        question: Question,
        answers: tuple[AnswerText, ...],
        assessment: Assessment,
        asked: AskedFollowUps,
        limits: FollowUpLimits,
    ) -> FollowUp | None:
        return follow_ups.plan(
            question,
            answers,
            read_facts(answers, self.lexicons),
            assessment,
            asked,
            limits,
            any(entry.wants_quantity for entry in self._entries(question)),
            self._judge_topical(question),
            self.lexicons,
        )

    def pick_quote(self, answers: tuple[AnswerText, ...], question: Question | None = None) -> str:
        """A few words of the latest answer that an acknowledgement may pick up, or an empty text.

        Only words on the topic: that of the question, or of work in general when no question is given.
        """
        latest = answers[-1:]
        is_topical = self._judge_topical(question)

        def is_act(fact: ClauseFacts) -> bool:
            return fact.action and is_topical(fact)

        def is_statement(fact: ClauseFacts) -> bool:
            return fact.agency is not None and is_topical(fact)

        facts = read_facts(latest, self.lexicons)
        return pick_quote(latest, facts, (is_act, is_statement), is_topical, self.lexicons).text

    def score(self, assessments: tuple[tuple[Question, Assessment], ...]) -> Score:
        language = assessments[0][0].language if assessments else "en"
        entries = {entry.competency.id: entry for entry in self.rubric.competencies}
        return combine(assessments, entries, self.versions, language)

    def _entries(self, question: Question) -> tuple[CompetencyRubric, ...]:
        found = (self.rubric.find(name) for name in question.competencies)
        return tuple(entry for entry in found if entry is not None)

    def _judge_topical(self, question: Question | None) -> Callable[[ClauseFacts], bool]:
        """Whether a clause shares a word or an indicator with the question's topic."""
        topic = self._topic(question)
        entries = self._entries(question) if question else self.rubric.competencies

        def is_topical(fact: ClauseFacts) -> bool:
            shared = tokens_of((fact,), self.lexicons) & topic
            return bool(shared) or any(match_indicators(entry, fact) for entry in entries)

        return is_topical

    def _topic(self, question: Question | None) -> frozenset[str]:
        """Tokens of the question, its competencies and of work in general, in every language an answer may use."""
        entries = self._entries(question) if question else self.rubric.competencies
        topic: set[str] = set()
        for language, lexicon in self.lexicons.items():
            words = [question.text if question else "", *lexicon.topic_words]
            for entry in entries:
                words.extend(entry.vocabulary[language])
            for word in words:
                topic |= content_tokens(word, language, lexicon)
        return frozenset(topic)
