from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from server.protocol.events import (
    AnswerClosing,
    CandidateConnected,
    CandidateDisconnected,
    InterviewAborted,
    MediaConnected,
    MediaFaulted,
    MediaInterrupted,
    SegmentFailed,
    ServerRestarted,
)
from server.protocol.signals import CaptionUpdated, QualityMeasured
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import (
    FIRST_ANSWER,
    HOSTILE,
    INTERVIEW,
    QUOTE,
    SECOND_ANSWER,
    Story,
    answer,
    begin,
    completed,
    finish,
    live_signals,
    segment,
)

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"


@pytest.fixture
def story(server: MockServer) -> Story:
    """In the middle of the second question, with one follow-up behind."""
    server.story = answer(begin(Story()))
    server.signals = live_signals(server.story)
    return server.story


def test_the_head_says_who_and_where(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_role("heading", level=1)).to_have_text(story.candidate_name)
    expect(page.get_by_test_id("progress")).to_contain_text("Question 2/2, 8 minutes left")
    expect(page.get_by_test_id("phase")).to_have_text("Live")
    expect(page.locator("hr-interview-head")).to_contain_text("2/3 Situational questions")
    expect(page.get_by_test_id("demonstration-recogniser")).to_contain_text("understands only its own vocabulary")


def test_captions_show_both_sides_and_dim_what_may_change(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    captions = page.get_by_test_id("captions")
    expect(captions).to_contain_text("Please introduce yourself.")
    expect(captions).to_contain_text(FIRST_ANSWER)
    expect(captions).to_contain_text("Last year a customer was")
    expect(page.get_by_test_id("unstable")).to_have_text("very angry becau")
    server.send(story.signal(CaptionUpdated("turn_3", "seg_31", "Last year a customer was very angry", " because the")))
    expect(page.get_by_test_id("unstable")).to_have_text("because the")
    server.append(segment("turn_3", "seg_31", 47_000, "Last year a customer was very angry because of us."), 52_000)
    expect(captions).to_contain_text("0:47Last year a customer was very angry because of us.")
    expect(page.get_by_test_id("unstable")).to_have_count(0)


def test_a_caption_that_comes_after_its_final_text_is_dropped(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("unstable")).to_be_visible()
    server.append(segment("turn_3", "seg_31", 47_000, "The final words."), 52_000)
    server.send(story.signal(CaptionUpdated("turn_3", "seg_31", "The", " stale words")))
    server.append(SegmentFailed("turn_3", "seg_32", 53_000, 55_000, "model_unavailable"), 56_000)
    expect(page.get_by_test_id("captions")).to_contain_text("[0:53: not written down, the recogniser is not available]")
    expect(page.get_by_test_id("captions")).not_to_contain_text("stale words")


def test_the_timeline_tells_what_was_asked_and_why(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    entries = page.get_by_test_id("timeline").locator("li")
    expect(entries).to_have_count(3)
    expect(entries.nth(0)).to_contain_text("Question 1")
    expect(entries.nth(0)).to_contain_text("Answered in 0:11, ended by silence")
    expect(entries.nth(1)).to_contain_text("Follow-up")
    expect(entries.nth(1)).to_contain_text("Asked for a moment (0:30)")
    why = entries.nth(1).get_by_test_id("why")
    expect(why).to_contain_text("the answer told of no single event")
    expect(why).to_contain_text("It asks for a specific example. Also considered: their own part, the result.")
    expect(why).to_contain_text("Chosen by the built-in rules.")
    expect(entries.nth(2).get_by_test_id("why")).to_have_count(0)
    expect(entries.nth(2)).to_contain_text("listening")
    server.append(AnswerClosing("turn_3", "silence"), 54_000)
    expect(entries.nth(2)).to_contain_text("thinking")
    expect(entries.nth(1).get_by_test_id("star")).to_have_attribute(
        "aria-label", r"STAR coverage: situation 90 %, task 30 %, action 100 %, result 80 %"
    )
    why.get_by_test_id("why-quote").click()
    expect(page.locator("mark")).to_have_text("I usually help the team with difficult problems")


def test_levels_are_hidden_until_asked_for(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("show-levels")).to_have_text("Show levels")
    expect(page.get_by_test_id("level")).to_have_count(0)
    expect(page.get_by_test_id("total")).to_have_count(0)
    page.get_by_test_id("show-levels").click()
    reached = page.locator('[data-testid="level"][data-competency="problem_solving"]')
    expect(reached.get_by_role("img", name="Level 4 of 5")).to_be_visible()
    expect(reached).to_contain_text("Level 4: Names an own action with a measured result. Medium confidence.")
    expect(reached).to_contain_text("Supports: a result with a number")
    expect(reached).to_contain_text("Speaks against: gave up or waited")
    missing = page.locator('[data-testid="level"][data-competency="communication"]')
    expect(missing).to_contain_text("Not enough evidence")
    expect(missing.get_by_role("img")).to_have_count(0)
    expect(page.get_by_test_id("total")).to_contain_text("80 of 100")
    expect(page.get_by_test_id("total")).to_contain_text("demonstration only")
    page.get_by_test_id("show-levels").click()
    expect(page.get_by_test_id("level")).to_have_count(0)


def test_levels_are_shown_at_once_where_the_organisation_wants_it(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    server.scores_hidden = False
    page = open_page(PATH)
    expect(page.locator('[data-testid="level"][data-competency="problem_solving"]')).to_be_visible()
    expect(page.get_by_test_id("show-levels")).to_have_text("Hide levels")


def test_a_quote_leads_to_its_exact_place(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    page.get_by_test_id("show-levels").click()
    page.get_by_test_id("evidence-quote").nth(0).click()
    mark = page.locator("mark")
    # Characters outside the basic plane stand before it: the span counts code points, the page's strings do not.
    expect(mark).to_have_text(QUOTE)
    expect(mark).to_be_in_viewport()
    expect(page.locator('[data-turn="turn_2"] [data-answer]')).to_contain_text(QUOTE)
    assert page.locator('[data-turn="turn_2"] mark').count() == 1
    page.get_by_test_id("evidence-quote").nth(1).click()
    expect(mark).to_have_text("usually help the team")
    page.get_by_role("button", name="Back to the quote").click()
    expect(page.get_by_test_id("evidence-quote").nth(1)).to_be_focused()


def test_an_answer_is_cut_without_losing_a_character(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    joined = page.evaluate(
        """async ([text, count]) => {
            const { cutAnswer } = await import("/assets/hr/spans.js");
            const segments = [
                {startMs: 1, text: text.slice(0, 20)},
                {startMs: 2, text: "not in it"},
                {startMs: 3, text: text.slice(21)},
            ];
            const join = (pieces) => pieces.map((piece) => piece.text).join("");
            const found = [];
            for (let start = 0; start < count; start += 1) {
                const pieces = cutAnswer(text, segments, {start, end: start + 3});
                found.push([join(pieces), join(pieces.filter((piece) => piece.marked))]);
            }
            return found;
        }""",
        [SECOND_ANSWER, len(SECOND_ANSWER) - 3],
    )
    assert joined == [[SECOND_ANSWER, SECOND_ANSWER[start : start + 3]] for start in range(len(SECOND_ANSWER) - 3)]


def test_a_refused_scoring_shows_no_levels(open_page: OpenPage, server: MockServer) -> None:
    server.story = begin(Story(), ai_scoring=False)
    page = open_page(PATH)
    expect(page.get_by_test_id("scoring-refused")).to_contain_text("refused scoring by AI")
    expect(page.get_by_test_id("show-levels")).to_have_count(0)
    expect(page.get_by_test_id("consents")).to_contain_text("refused")


def test_no_demonstration_no_label(open_page: OpenPage, server: MockServer) -> None:
    server.story = begin(Story(), demonstration=False)
    page = open_page(PATH)
    expect(page.get_by_test_id("phase")).to_have_text("Live")
    expect(page.get_by_test_id("demonstration-recogniser")).to_have_count(0)


def test_after_a_drop_the_view_resumes_from_its_last_event(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("captions")).to_contain_text("unhappy customer")
    last = story.events[-1].seq
    server.refuse_sockets = True
    server.drop_sockets()
    expect(page.get_by_test_id("banner")).to_contain_text("Trying again")
    story.add(segment("turn_3", "seg_31", 47_000, "Said while nobody listened."), 52_000)
    story.add(completed("turn_3", "Said while nobody listened.", 6_000), 53_000)
    server.refuse_sockets = False
    expect(page.get_by_test_id("captions")).to_contain_text("Said while nobody listened.")
    expect(page.get_by_test_id("banner")).to_have_count(0)
    assert server.watches == [0, last]
    assert page.get_by_test_id("captions").inner_text().count("Said while nobody listened.") == 1
    # An event sent twice is folded once.
    server.send(story.events[-2])
    page.get_by_test_id("event-log").locator("summary").click()
    expect(page.get_by_test_id("event-log").locator("tbody tr")).to_have_count(len(story.events))


def test_catching_up_is_said(open_page: OpenPage, server: MockServer, story: Story) -> None:
    server.held_back = 3
    page = open_page(PATH)
    expect(page.get_by_test_id("banner")).to_contain_text("Catching up")
    server.held_back = 0
    server.drop_sockets()
    expect(page.get_by_test_id("captions")).to_contain_text("unhappy customer")
    expect(page.get_by_test_id("banner")).to_have_count(0)


def test_the_picture_says_why_there_is_none(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    state = page.get_by_test_id("video-state")
    expect(state).to_have_text("Connecting to the candidate's picture and sound …")
    server.append(CandidateDisconnected("con_1"), 54_000)
    expect(state).to_have_text("The candidate is disconnected")
    server.append(CandidateConnected("con_2"), 55_000)
    server.append(MediaInterrupted(1, "silent"), 56_000)
    expect(state).to_have_text("Picture and sound have stopped; waiting for the candidate")
    assert page.get_by_test_id("video").evaluate("element => element.muted") is True
    page.get_by_test_id("sound").click()
    assert page.get_by_test_id("video").evaluate("element => element.muted") is False


def test_before_the_start_no_picture_is_asked_for(open_page: OpenPage, server: MockServer) -> None:
    story = begin(Story())
    story.events = story.events[:4]
    server.story = story
    asked: list[str] = []
    page = open_page("/hr/")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PATH)
    expect(page.get_by_test_id("video-state")).to_have_text("The interview has not started")
    expect(page.get_by_test_id("captions")).to_contain_text("appear here when the interview starts")
    assert not [url for url in asked if url.endswith("/whep")]


def test_connection_quality_is_drawn_with_numbers(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    connection = page.get_by_test_id("connection")
    expect(page.get_by_test_id("connection-word")).to_have_text("good")
    expect(connection).to_contain_text("640 × 360")
    expect(connection.get_by_role("img")).to_have_attribute(
        "aria-label", "Last 3 minutes: rate between 134 and 646 kbit/s, loss up to 11 %"
    )
    server.send(story.signal(QualityMeasured("lost", 1.0, 0.0, 0.0, 0.0, 0, 0, None)))
    expect(page.get_by_test_id("connection-word")).to_have_text("lost")
    expect(connection).to_contain_text("100 %")


def test_a_finished_interview_offers_its_recordings(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    recordings = page.get_by_test_id("recordings")
    expect(recordings).to_contain_text("still recording")
    expect(recordings.get_by_role("link")).to_have_count(0)
    before = len(story.events)
    finish(story)
    server.send(*story.events[before:])
    link = recordings.get_by_role("link", name="epoch-1-0.mka")
    expect(link).to_have_attribute("href", f"/v1/interviews/{INTERVIEW}/recordings/epoch-1-0.mka")
    expect(page.get_by_test_id("phase")).to_have_text("Finished")
    expect(page.get_by_test_id("progress")).to_have_text("2 of 2 questions answered")
    expect(page.get_by_test_id("captions")).to_contain_text("Thank you. You will hear from us.")
    expect(page.get_by_test_id("video-state")).to_have_text("The interview is over")


def test_an_early_end_is_told_with_its_reason(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("phase")).to_have_text("Live")
    server.append(InterviewAborted("candidate_ended", 1, 2), 54_000)
    expect(page.get_by_test_id("phase")).to_have_text("Ended early")
    expect(page.get_by_test_id("end-reason")).to_have_text("by the candidate")
    expect(page.get_by_test_id("progress")).to_have_text("1 of 2 questions answered")


def test_a_restart_and_a_fault_are_shown(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("phase")).to_have_text("Live")
    server.append(MediaFaulted("disk_full", "no space left"), 54_000)
    expect(page.locator("hr-facts")).to_contain_text("the disk is full")
    server.append(ServerRestarted(), 55_000)
    expect(page.get_by_test_id("video-state")).to_have_text("The candidate is disconnected")
    server.append(MediaConnected(2, True, True), 56_000)
    page.get_by_test_id("event-log").locator("summary").click()
    expect(page.get_by_test_id("event-log").locator("tbody tr").first).to_contain_text("media.connected")


def test_words_of_others_stay_words(open_page: OpenPage, server: MockServer) -> None:
    server.story = begin(Story(HOSTILE))
    story = server.story
    server.signals = [story.signal(CaptionUpdated("turn_1", "seg_1", HOSTILE, HOSTILE))]
    page = open_page(PATH)
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.get_by_test_id("unstable")).to_have_text(HOSTILE)
    server.append(segment("turn_1", "seg_1", 5_000, HOSTILE), 9_000)
    server.append(replace(completed("turn_1", HOSTILE, 4_000), hint=HOSTILE), 10_000)
    expect(page.get_by_test_id("timeline")).to_contain_text(f"Told the candidate: {HOSTILE}")
    expect(page.get_by_test_id("captions")).to_contain_text(HOSTILE)
    assert page.locator("main img").count() == 0
    assert page.title() == f"{HOSTILE} – Viva"


def test_an_unknown_interview_is_said(open_page: OpenPage) -> None:
    page = open_page("/hr/interviews/int_other")
    expect(page.get_by_test_id("banner")).to_contain_text("There is no such interview.")


def test_an_event_of_a_newer_server_is_ignored_but_counted(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("phase")).to_have_text("Live")
    added = page.evaluate(
        """async () => {
            const { evolve } = await import("/assets/hr/interview-fold.js");
            const { emptyState } = await import("/assets/hr/interview-state.js");
            const state = emptyState("int_1");
            const at = "2030-01-01T00:00:00Z";
            const parts = evolve(state, {
                v: 1, id: "e", seq: 7, interview: "int_1", type: "weather.changed", at, t_ms: null, data: {},
            });
            return [parts, state.seq, state.log.length];
        }"""
    )
    assert added == [["log"], 7, 1]


@pytest.mark.parametrize(("width", "language", "scheme"), [(390, "zh-CN", "dark"), (1280, "en-US", "light")])
def test_the_view_has_no_barriers(
    open_page: OpenPage,
    story: Story,
    find_violations: Callable[[Page], list[str]],
    scheme: str,
    width: int,
    language: str,
) -> None:
    page = open_page(
        PATH, width=width, language=language, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    expect(page.get_by_test_id("connection").get_by_role("img")).to_be_visible()
    page.get_by_test_id("show-levels").click()
    page.get_by_test_id("evidence-quote").nth(0).click()
    page.get_by_test_id("event-log").locator("summary").click()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
