"""Why a level is what it is, what shows while an answer is given, and a candidate who asks for a person."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from realtime_scoring.types import Versions
from server.protocol.events import EvidenceClaim, ReviewRequested, Star
from server.protocol.signals import EvidenceGathered
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import HOSTILE, INTERVIEW, QUOTE, Story, answer, begin, finish, live_signals, segment

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"
SAID = "I called the customer the same day"
GATHERED = EvidenceGathered(
    "turn_3",
    "customer",
    Star(0.0, 1.0, 0.5, 0.0),
    (
        EvidenceClaim("customer_focus", "contacted_customer", 1, 1.0, "turn_3", SAID, 0, 34, 47_000, 49_000, "action"),
        EvidenceClaim("communication", "informed", 1, 1.0, "turn_3", SAID, 0, 34, 47_000, 49_000, "action"),
        EvidenceClaim("customer_focus", "dismissed_customer", -1, 1.0, "turn_3", HOSTILE, 40, 84, 50_000, 51_000, None),
    ),
)


@pytest.fixture
def story(server: MockServer) -> Story:
    server.story = answer(begin(Story()))
    server.signals = live_signals(server.story)
    return server.story


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of a test picture and a tone."""
    path = tmp_path_factory.mktemp("recording") / "minute.webm"
    picture = ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=5", "-f", "lavfi", "-i", "sine=440"]
    coding = ["-t", "60", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "80k", "-c:a", "libopus", "-b:a", "16k"]
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *picture, *coding, str(path)], timeout=120, check=False)
    assert done.returncode == 0
    return path


def reveal(page: Page) -> None:
    page.get_by_test_id("show-levels").click()
    expect(page.get_by_test_id("reasons")).to_have_count(1)


def test_reasons_are_hidden_with_the_levels(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("show-levels")).to_be_visible()
    expect(page.locator("hr-explanations")).to_be_hidden()
    assert server.explained == [], "nothing is fetched before it is asked for"
    reveal(page)
    reason = page.get_by_test_id("reason").and_(page.locator('[data-competency="problem_solving"]'))
    expect(reason).to_contain_text("Problem solving: the answer reached step 4 of 5.")
    expect(reason).to_contain_text("The next step, 5 of 5:")
    expect(reason).to_contain_text("The answer would have reached it with:")
    expect(reason).to_contain_text("What counts against it")
    expect(reason.get_by_role("img", name="Level 4 of 5")).to_be_visible()
    missing = page.get_by_test_id("reason").and_(page.locator('[data-competency="communication"]'))
    expect(missing).to_contain_text("there was not enough to go on")
    expect(page.get_by_test_id("agreement-unknown")).to_contain_text("unknown until you measure it")
    page.get_by_test_id("show-levels").click()
    expect(page.locator("hr-explanations")).to_be_hidden()
    assert server.explained == ["en"]


def test_a_quote_of_a_reason_leads_to_its_place(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    reveal(page)
    page.get_by_test_id("reason-quote").filter(has_text=QUOTE).click()
    expect(page.locator("mark")).to_have_text(QUOTE)


def test_reasons_are_read_anew_when_something_was_assessed_and_in_another_language(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    reveal(page)
    assessed, scored = story.events[-5].data, story.events[-4].data
    server.append(assessed, 54_000)
    server.append(scored, 54_010)
    expect(page.get_by_test_id("reasons")).to_have_count(1)
    page.get_by_test_id("language").select_option("zh-CN")
    expect(page.get_by_test_id("reason").nth(0)).to_contain_text("解决问题")
    expect(page.get_by_test_id("level").nth(0)).to_contain_text("解决问题")
    assert server.explained == ["en", "en", "zh-CN"]


def test_reasons_that_cannot_be_had_are_asked_for_again(open_page: OpenPage, server: MockServer, story: Story) -> None:
    server.unexplainable = True
    page = open_page(PATH)
    page.get_by_test_id("show-levels").click()
    expect(page.locator("hr-explanations").get_by_role("alert")).to_be_visible()
    server.unexplainable = False
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("reasons")).to_have_count(1)
    expect(page.locator("hr-explanations").get_by_role("alert")).to_have_count(0)


def test_a_score_under_earlier_rules_says_so(open_page: OpenPage, server: MockServer, story: Story) -> None:
    server.scoring = replace(server.scoring, versions=Versions("1.0", "1.1", "1.0"))
    page = open_page(PATH)
    reveal(page)
    expect(page.get_by_test_id("rules-changed")).to_contain_text("earlier version of the rules")
    reason = page.get_by_test_id("reason").and_(page.locator('[data-competency="problem_solving"]'))
    expect(reason).to_contain_text("Names an own action with a measured result.")
    expect(reason).not_to_contain_text("The next step")


def test_a_moment_is_played_from_the_recording(
    open_page: OpenPage, server: MockServer, story: Story, recording: Path
) -> None:
    server.recording = recording
    page = open_page(PATH)
    reveal(page)
    expect(page.get_by_test_id("listen")).to_have_count(0)
    before = len(story.events)
    finish(story)
    server.send(*story.events[before:])
    expect(page.get_by_test_id("phase")).to_have_text("Finished")
    assert server.played == []
    page.get_by_test_id("listen").nth(0).click()
    playback = page.get_by_test_id("playback")
    expect(playback).to_be_visible()
    # 31.0 s of the interview, less 0.45 s before the recording began and half a second of lead.
    page.wait_for_function("() => document.querySelector('[data-testid=playback]').currentTime >= 30.05")
    assert playback.evaluate("video => video.currentTime") < 45
    assert set(server.played) == {"epoch-1-0.mka"}


def test_a_recording_that_may_not_be_played_says_so(open_page: OpenPage, server: MockServer, story: Story) -> None:
    finish(story)
    page = open_page(PATH)
    page.get_by_test_id("show-levels").click()
    page.get_by_test_id("listen").nth(0).click()
    expect(page.get_by_test_id("playback-word")).to_contain_text("cannot be played here")


def test_a_moment_is_found_among_several_recordings(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    found = page.evaluate(
        """async () => {
            const { placeOf } = await import("/assets/hr/recording-place.js");
            const recordings = [
                {name: "a", startMs: 1000, durationMs: 5000},
                {name: "b", startMs: 8000, durationMs: null},
                {name: "c", startMs: 20000, durationMs: 1000},
            ];
            return [0, 1000, 5999, 6000, 9500, 20500, 30000].map((ms) => placeOf(recordings, ms));
        }"""
    )
    assert found == [
        None,
        {"name": "a", "seconds": 0},
        {"name": "a", "seconds": 4.999},
        None,
        {"name": "b", "seconds": 1.5},
        {"name": "c", "seconds": 0.5},
        {"name": "b", "seconds": 22},
    ]


def test_evidence_is_seen_while_the_answer_is_given(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    parts = page.get_by_test_id("gathered-parts")
    expect(parts.locator("[data-told=untold]")).to_have_count(4)
    expect(page.locator("hr-evidence")).to_contain_text("Nothing has been found in it yet.")
    server.append(segment("turn_3", "seg_31", 47_000, f"{SAID}."), 52_000)
    server.send(story.signal(GATHERED))
    expect(parts.locator("[data-part=task]")).to_have_attribute("data-told", "whole")
    expect(parts.locator("[data-part=action]")).to_have_attribute("data-told", "partly")
    claims = page.get_by_test_id("gathered-claims")
    expect(claims.get_by_role("listitem")).to_have_count(2)
    expect(claims).to_contain_text("contacted the customer")
    expect(claims).to_contain_text(HOSTILE)
    assert page.locator("main img").count() == 0
    assert "evel 4" not in page.locator("hr-evidence").inner_text()
    finish_at = len(story.events)
    finish(story)
    server.send(*story.events[finish_at:])
    expect(page.locator("hr-evidence")).to_be_hidden()


def test_what_was_gathered_for_one_question_is_not_shown_at_another(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    server.signals = [*server.signals, story.signal(replace(GATHERED, turn_id="turn_2", question_id="introduction"))]
    page = open_page(PATH)
    expect(page.get_by_test_id("gathered-parts").locator("[data-told=untold]")).to_have_count(4)


def test_a_refused_scoring_gathers_nothing(open_page: OpenPage, server: MockServer) -> None:
    server.story = begin(Story(), ai_scoring=False)
    page = open_page(PATH)
    expect(page.get_by_test_id("scoring-refused")).to_be_visible()
    expect(page.locator("hr-evidence")).to_be_hidden()
    expect(page.locator("hr-explanations")).to_be_hidden()


def test_a_candidate_who_asks_for_a_person_is_heard(open_page: OpenPage, server: MockServer, story: Story) -> None:
    finish(story)
    page = open_page(PATH)
    expect(page.get_by_test_id("phase")).to_have_text("Finished")
    server.append(ReviewRequested(HOSTILE), 60_000)
    server.append(ReviewRequested(""), 61_000)
    asked = page.get_by_test_id("review-requested")
    expect(asked).to_have_count(2)
    expect(asked.nth(0)).to_contain_text("The candidate asks that a person look at the answers.")
    expect(asked.nth(0)).to_contain_text(HOSTILE)
    assert page.locator("main img").count() == 0


def test_the_report_is_printed_without_the_rest_of_the_page(open_page: OpenPage, story: Story) -> None:
    page = open_page(PATH)
    reveal(page)
    page.emulate_media(media="print")
    for hidden in ("hr-video", "hr-transcript", "hr-timeline", "hr-event-log", "hr-evidence"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_test_id("print")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("reason").nth(0)).to_be_visible()
    expect(page.get_by_test_id("agreement-unknown")).to_be_visible()
    expect(page.get_by_test_id("total")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_test_id("print").click()
    assert page.title() == "printed"


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(390, "zh-CN", "dark"), (1280, "en-US", "light"), (320, "en-US", "light")]
)
def test_the_reasons_have_no_barriers(
    open_page: OpenPage,
    server: MockServer,
    story: Story,
    find_violations: Callable[[Page], list[str]],
    scheme: str,
    width: int,
    language: str,
) -> None:
    page = open_page(
        PATH, width=width, language=language, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    reveal(page)
    server.send(story.signal(GATHERED))
    page.get_by_test_id("gathered-claims").wait_for()
    assert find_violations(page) == []
    before = len(story.events)
    finish(story)
    server.send(*story.events[before:])
    server.append(ReviewRequested("It cut me off."), 60_000)
    page.get_by_test_id("review-requested").wait_for()
    page.get_by_test_id("listen").nth(0).wait_for()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
