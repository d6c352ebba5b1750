"""What an explanation says is what the rule says, in words for people."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import pytest

from realtime_scoring.explain import words
from realtime_scoring.explain.types import Explanation
from realtime_scoring.types import AnswerText, Flag, Language, Question
from tests.unit.scoring.material import ENGINE, LANGUAGES, STORIES, Told, ask, say, tell

STYLE = re.compile(
    r"confiden|fluen|voice|tone|smile|accent|pause|filler|speak up|自信|语气|声音|流利|口音|停顿|表情", re.IGNORECASE
)
JARGON = re.compile(r"\b(?:indicator|evidence|STAR|weight|points?|rubric|lexicon|regex|threshold|NE)\b|指标|权重|阈值")
SCORE_TALK = re.compile(r"level|step|score|rating|级|分数|评分|等级|加分|减分", re.IGNORECASE)


def explain(told: Told, language: Language) -> tuple[Explanation, ...]:
    return ENGINE.explain(told.question, told.assessment, language)


def one(told: Told, competency: str, language: Language = "en") -> Explanation:
    return next(item for item in explain(told, language) if item.competency == competency)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_is_explained_with_its_quotes_and_anchors(language: Language, story: str) -> None:
    told = tell(story, language, turns=3)
    by_turn = {answer.turn_id: answer for answer in told.answers}
    anchors = {competency.id: competency.anchors[language] for competency in ENGINE.competencies()}
    explanations = explain(told, language)
    assert [item.competency for item in explanations] == [level.competency for level in told.assessment.levels]
    for level, item in zip(told.assessment.levels, explanations, strict=True):
        assert level.level is not None
        assert item.level == level.level
        assert item.anchor == level.anchor == anchors[level.competency][level.level - 1]
        assert item.next_anchor == (anchors[level.competency][level.level] if level.level < 5 else "")
        assert tuple(quote.evidence for quote in (*item.shown, *item.against)) == level.evidence
        assert item.shown
        for quote in item.shown:
            said = quote.evidence
            assert by_turn[said.turn_id].text[said.char_start : said.char_end] == said.quote
            assert said.t_start_ms is not None
            assert quote.label != said.indicator
        assert bool(item.changes) == (level.level < 5)
        assert any(item.anchor in sentence for sentence in item.sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_plain_and_of_the_language(language: Language) -> None:
    told = [tell(story, language, turns=turns) for story in STORIES for turns in (1, 2, 3)]
    sentences = [text for item in told for explanation in explain(item, language) for text in explanation.sentences]
    sentences += [texts[language] for texts in (*words.REASONS.values(), *words.CHANGES.values())]
    assert len(sentences) > 40
    for sentence in sentences:
        assert not STYLE.search(sentence), sentence
        assert not JARGON.search(sentence), sentence
        assert bool(re.search(r"[\u4e00-\u9fff]", sentence)) == (language == "zh-CN"), sentence


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_other_language_can_be_asked_for(spoken: Language) -> None:
    asked: Language = "en" if spoken == "zh-CN" else "zh-CN"
    told = tell("customer", spoken, turns=2)
    here, there = explain(told, spoken), explain(told, asked)
    assert [item.level for item in here] == [item.level for item in there]
    assert [[change.change for change in item.changes] for item in here] == [
        [change.change for change in item.changes] for item in there
    ]
    assert all(a.sentences != b.sentences for a, b in zip(here, there, strict=True))


NOT_RATED: list[tuple[tuple[AnswerText, ...], str]] = [
    ((), "unanswered"),
    ((say("I called the customer."),), "too_short"),
    ((say("I don't know."),), "unanswered"),
    (tuple(replace(answer, asr_confidence=0.3) for answer in tell("customer", turns=2).answers), "low_asr_confidence"),
    (
        (say("The weather by the sea was lovely and the sand felt warm while seagulls circled over fishing boats near"
             " green hills, far lighthouses, windmills, bridges and old stone walls."),),
        "off_topic",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "reason"), NOT_RATED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_level_there_is_a_reason_and_no_talk_of_levels(
    answers: tuple[AnswerText, ...], reason: str, language: Language
) -> None:
    for item in explain(Told(ask("customer"), answers), language):
        assert (item.level, item.anchor, item.next_anchor, item.changes) == (None, "", "", ())
        assert [found.code for found in item.reasons] == [reason]
        assert item.sentences[1:] == tuple(found.text for found in item.reasons)
        assert not SCORE_TALK.search(" ".join(item.sentences))


def test_a_competency_without_a_scale_says_so() -> None:
    question = replace(ask("customer"), competencies=("astrology",))
    (item,) = explain(Told(question, tell("customer", turns=2).answers), "en")
    assert (item.name, item.level) == ("astrology", None)
    assert [reason.code for reason in item.reasons] == ["no_scale"]


def test_every_reason_for_no_level_has_words() -> None:
    from realtime_scoring.explain.explanation import _REASON_OF
    from realtime_scoring.steps import UNRATED

    assert set(_REASON_OF) == set(UNRATED)
    assert {Flag(name) for name in words.REASONS if name != "no_scale"} == set(UNRATED)


def test_a_general_answer_is_asked_for_a_real_occasion() -> None:
    text = (
        "When a customer is upset I usually listen to them and I would explain the delay and I always try to find some"
        " solution that works for everybody in the shop and in the office."
    )
    item = one(Told(ask("customer"), (say(text),)), "communication")
    assert item.level == 2
    assert "event" in {change.change.kind for change in item.changes}
    assert all(quote.remark == words.GENERAL_REMARK["en"] for quote in item.shown)


def test_counter_evidence_is_told_apart_and_what_it_cost() -> None:
    text = (
        "Last week a customer was angry about a late order. I called the customer in the morning, I listened to her"
        " and I explained the delay to her for half an hour. Then I hung up."
    )
    item = one(Told(ask("customer"), (say(text),)), "communication")
    assert [quote.evidence.indicator for quote in item.against] == ["refused_to_talk"]
    assert any("counted against it" in sentence for sentence in item.sentences)
    clean = one(Told(ask("customer"), (say(text.replace(" Then I hung up.", "")),)), "communication")
    assert item.level is not None
    assert clean.level is not None
    assert clean.level > item.level
    assert not any("counted against it" in sentence for sentence in clean.sentences)


def test_the_highest_level_asks_for_nothing_more() -> None:
    told = tell("teamwork", turns=3)
    text = (
        " I asked everyone for ideas and I helped my colleagues with the tests. We agreed on a schedule. As a result we"
        " finished two weeks early. I learned that a plan saves time, and since then I always make one."
    )
    told = Told(told.question, (*told.answers, say("Last year my team had a problem." + text, turn_id="more")))
    item = one(told, "teamwork")
    assert item.level == 5
    assert item.changes == ()
    assert item.sentences[-1] == words.HIGHEST_REACHED["en"]


def test_the_same_assessment_gives_the_same_explanation() -> None:
    told = tell("customer", turns=3)
    assert [asdict(item) for item in explain(told, "en")] == [asdict(item) for item in explain(told, "en")]


def test_identity_has_nothing_to_explain() -> None:
    question = Question("identity", "Name?", "identity", ("communication",), 0, "en")
    assert ENGINE.explain(question, ENGINE.assess(question, (say("Somebody."),)), "en") == ()
