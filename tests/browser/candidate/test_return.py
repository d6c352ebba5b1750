"""Coming back: reloads, lost lines, lost media, a second tab, links that lead nowhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from server.protocol import commands as c
from server.protocol import events as e
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import choose_language, consent, count, enter_room, expect_state

pytestmark = pytest.mark.browser


def wait_for_media(page: Page, rehearsal: Rehearsal, peers: int) -> None:
    for _ in range(300):
        if len(rehearsal.peers) == peers and rehearsal.peers[-1].connectionState == "connected":
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(rehearsal.peers)} peers came, {peers} were expected")


def test_a_reload_in_the_lobby_comes_back_to_the_same_step(open_page: OpenPage) -> None:
    page = open_page()
    choose_language(page)
    expect(page.get_by_test_id("consent-recording")).to_be_visible()
    page.reload()
    consent(page)
    expect(page.get_by_test_id("skip-devices")).to_be_visible()
    page.reload()
    page.get_by_test_id("skip-devices").click()
    expect(page.get_by_test_id("start")).to_be_enabled()
    page.reload()
    expect(page.get_by_test_id("start")).to_be_enabled()


def test_a_reload_comes_back_to_the_same_question(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    wait_for_media(page, rehearsal, 1)
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "My name is Lin.", 0.9))
    page.reload()
    expect(page.get_by_test_id("question-text")).to_have_text("Please introduce yourself in about two minutes.")
    expect(page.get_by_test_id("captions")).to_have_text("My name is Lin.")
    expect_state(page, "listening")
    assert count(rehearsal, c.QuestionPresent) == 1
    assert count(rehearsal, c.InterviewStart) == 1
    page.wait_for_function("() => document.querySelector('self-view video').srcObject !== null")
    expect(page.get_by_test_id("done")).to_be_enabled()
    wait_for_media(page, rehearsal, 2)


def test_a_page_that_may_store_nothing_works_all_the_same(open_page: OpenPage) -> None:
    forbidden = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page = open_page(before=forbidden, aloud=True)
    enter_room(page)
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill("Half a thought")
    expect(page.get_by_test_id("submit-answer")).to_be_enabled()


def test_a_draft_survives_a_reload(open_page: OpenPage) -> None:
    page = open_page()
    enter_room(page)
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill("Half a thought")
    page.reload()
    expect(page.get_by_test_id("answer-text")).to_have_value("Half a thought")
    expect(page.get_by_test_id("submit-answer")).to_be_enabled()


def test_a_lost_line_loses_nothing(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    rehearsal.hang_up(1012, stay_down=True)
    expect_state(page, "reconnecting")
    expect(page.get_by_test_id("reconnecting")).to_contain_text("Your answers are saved up to")
    page.get_by_test_id("done").click()
    assert count(rehearsal, c.AnswerFinish) == 0
    rehearsal.up = True
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    expect(page.get_by_test_id("reconnecting")).to_have_count(0)
    assert count(rehearsal, c.AnswerFinish) == 1


def test_lost_media_comes_back_as_a_new_peer(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    wait_for_media(page, rehearsal, 1)
    with page.expect_response(lambda response: response.url.endswith("/v1/whip"), timeout=30_000) as answer:
        rehearsal.cut_media()
    assert answer.value.status == 201
    assert len(rehearsal.peers) == 2
    expect_state(page, "listening")


def test_a_restarted_server_gets_a_new_peer_at_once(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    wait_for_media(page, rehearsal, 1)
    with page.expect_response(lambda response: response.url.endswith("/v1/whip"), timeout=8_000):
        rehearsal.tell(e.ServerRestarted())


def test_a_newer_tab_takes_over(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    rehearsal.hang_up(4000)
    expect(page.get_by_test_id("error")).to_contain_text("The interview goes on in another window")
    page.wait_for_timeout(1200)
    assert rehearsal.interview.sockets == []
    page.get_by_text("Go on here").click()
    expect_state(page, "listening")


@pytest.mark.parametrize(
    ("invite", "words"),
    [
        ("used", "This link is in use on another device"),
        ("expired", "This link is no longer valid"),
        ("unknown", "We do not know this link"),
    ],
)
def test_a_link_that_leads_nowhere_says_why(open_page: OpenPage, invite: str, words: str) -> None:
    expect(open_page(invite).get_by_test_id("error")).to_contain_text(words)


def test_a_closed_interview_stays_closed(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    rehearsal.interview.phase = "archived"
    page = open_page()
    expect(page.get_by_test_id("closing")).to_contain_text("Thank you, Lin")
