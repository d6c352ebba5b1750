"""A language model's second opinion on HR's page: beside the level that counts, its source named, never before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from server.protocol.events import AnswerAssessed, LevelOpinion, OpinionGiven, QuestionAsked, Star
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import HOSTILE, INTERVIEW, QUOTE, SECOND_ANSWER, Story, answer, asked, begin, claim

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"
APART = LevelOpinion(
    "problem_solving",
    "Problem solving",
    4,
    (2, 2, None),
    3,
    "hybrid",
    "levels_apart",
    f"Only measured_result is shown. {HOSTILE}",
    "",
    (claim("turn_2", SECOND_ANSWER, QUOTE),),
)
NONE = LevelOpinion("communication", "Communication", 3, (), 3, "embedded", None, "", "speaks_to_machine")
GIVEN = OpinionGiven("turn_2", "introduction", "small-model", 5_200, (APART, NONE))


@pytest.fixture
def story(server: MockServer) -> Story:
    server.story = answer(begin(Story()))
    server.story.add(GIVEN, 45_000)
    return server.story


def test_an_opinion_stands_beside_the_level_that_counts(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("show-levels")).to_be_visible()
    expect(page.locator("hr-opinions")).to_be_hidden()
    page.get_by_test_id("show-levels").click()
    opinion = page.get_by_test_id("opinion")
    expect(opinion).to_contain_text("by small-model")
    expect(page.locator("hr-opinions")).to_contain_text("The score is made of the rules' levels alone.")
    apart = page.get_by_test_id("opinion-level").and_(page.locator('[data-competency="problem_solving"]'))
    expect(apart.get_by_test_id("opinion-embedded")).to_have_text("4")
    expect(apart.get_by_test_id("opinion-given")).to_contain_text("2, 2")
    expect(apart.get_by_test_id("opinion-review")).to_contain_text("Please review")
    expect(apart).to_contain_text(HOSTILE)
    none = page.get_by_test_id("opinion-level").and_(page.locator('[data-competency="communication"]'))
    expect(none.get_by_test_id("opinion-given")).to_contain_text("the answer speaks to the software")
    expect(none.get_by_test_id("opinion-review")).to_have_count(0)
    apart.get_by_test_id("opinion-quote").click()
    expect(page.locator("hr-transcript mark")).to_have_text(QUOTE)
    assert page.title() != "broken"


def test_an_answer_that_is_assessed_anew_takes_its_opinion_away(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    story.add(AnswerAssessed("turn_2", "introduction", Star(0.9, 0.3, 1.0, 0.8), (), ()), 46_000)
    page = open_page(PATH)
    page.get_by_test_id("show-levels").click()
    expect(page.get_by_test_id("total")).to_be_visible()
    expect(page.locator("hr-opinions")).to_be_hidden()


def test_whose_words_a_follow_up_has_is_told(open_page: OpenPage, server: MockServer, story: Story) -> None:
    follow_ups = (each.data for each in story.events if isinstance(each.data, QuestionAsked) and each.data.why)
    told = next(follow_ups)
    assert told.why is not None
    question = asked("turn_4", "customer", "situation", 2, "What came of that?", remaining_ms=1)
    worded = replace(told.why, source="llm", model="small-model", took_ms=412, planned="What was the result?")
    story.add(replace(question, asked_as="follow_up", why=worded), 50_000)
    planned = replace(told.why, fallback="llm_too_slow")
    story.add(replace(question, turn_id="turn_5", asked_as="follow_up", why=planned), 52_000)
    page = open_page(PATH)
    whys = page.get_by_test_id("why")
    expect(whys.nth(1)).to_contain_text("In the words of small-model, 412 ms")
    expect(whys.nth(1)).to_contain_text("What was the result?")
    expect(whys.nth(2)).to_contain_text("the language model took too long")
    expect(whys.nth(0)).not_to_contain_text("In the")
