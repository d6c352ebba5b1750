from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import HOSTILE, card

pytestmark = pytest.mark.browser


def names(page: Page) -> list[str]:
    return page.locator("hr-board-card:not([hidden]) .hr-card-head a").all_inner_texts()


def expect_names(page: Page, wanted: list[str]) -> None:
    """A card that has moved is drawn a moment later."""
    expect(page.locator("hr-board-card:not([hidden]) .hr-card-head a")).to_have_text(wanted)


def card_of(page: Page, interview: str) -> Locator:
    return page.locator(f'[data-testid="board-card"][data-interview="{interview}"]')


def listed(number: int, phase: str = "archived") -> dict[str, str]:
    return {
        "id": f"int_{number}",
        "candidate_name": f"Candidate {number}",
        "job_title": "Engineer",
        "flow": "standard",
        "language": "en",
        "phase": phase,
        "created_at": "2026-01-02T03:04:05+00:00",
    }


def test_an_empty_board_explains_the_first_step(open_page: OpenPage) -> None:
    page = open_page("/hr/")
    expect(page.get_by_test_id("board-empty")).to_contain_text('Begin with "New interview"')


def test_a_card_says_what_happens_in_the_interview(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1, speaking=True, observers=2, question_number=3)]
    page = open_page("/hr/")
    shown = card_of(page, "int_1")
    for text in (
        "Candidate 1",
        "Software engineer",
        "2/3 Situational questions",
        "Question 3/5",
        "Connection good",
        "Speaking",
        "2 observers",
        "I called the customer",
        "Live",
    ):
        expect(shown).to_contain_text(text)


def test_running_interviews_stand_before_waiting_ones(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1, phase="invited"), card(2, phase="lobby"), card(3), card(4, phase="closing"), card(5)]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_be_visible()
    expect_names(page, ["Candidate 3", "Candidate 5", "Candidate 4", "Candidate 2", "Candidate 1"])
    server.change_card(card(1))
    expect(card_of(page, "int_1")).to_contain_text("Live")
    expect_names(page, ["Candidate 1", "Candidate 3", "Candidate 5", "Candidate 4", "Candidate 2"])


def test_a_changed_card_touches_no_other(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(number, stage_entered_at=None) for number in range(300)]
    page = open_page("/hr/")
    expect(page.get_by_test_id("board-card")).to_have_count(300)
    page.evaluate(
        """() => {
            window.touched = new Set();
            new MutationObserver((changes) => {
                for (const change of changes) {
                    const element = change.target.nodeType === 1 ? change.target : change.target.parentElement;
                    const card = element?.closest("hr-board-card");
                    window.touched.add(card ? card.dataset.interview : element?.className);
                }
            }).observe(document.querySelector(".hr-cards"), {
                subtree: true, childList: true, characterData: true, attributes: true,
            });
        }"""
    )
    server.change_card(card(150, stage_entered_at=None, last_caption="Something new was said."))
    expect(card_of(page, "int_150")).to_contain_text("Something new")
    assert page.evaluate("[...window.touched]") == ["int_150"]


def test_too_long_in_a_stage_is_said_in_words(open_page: OpenPage, server: MockServer) -> None:
    entered = datetime.now(UTC) - timedelta(minutes=5)
    server.cards = [card(1, stage_entered_at=entered.isoformat()), card(2, phase="lobby")]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_contain_text("2/3 Situational questions")
    expect(card_of(page, "int_1")).not_to_contain_text("Over 10 minutes")
    # Time is the server's: another card's news, six minutes ahead, moves this one's clock.
    server.change_card(card(2, phase="lobby"), minutes_on=6)
    expect(card_of(page, "int_1")).to_contain_text("Over 10 minutes in this stage")
    expect(page.get_by_test_id("board-count")).to_have_text("1 live · 1 waiting · 1 over time")


def test_filters_by_text_and_phase(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1), card(2, job_title="Nurse"), card(3, phase="lobby")]
    page = open_page("/hr/")
    page.get_by_test_id("filter-text").fill("nurse")
    expect(page.locator("hr-board-card:not([hidden])")).to_have_count(1)
    assert names(page) == ["Candidate 2"]
    page.get_by_test_id("filter-text").fill("")
    page.get_by_test_id("filter-phase").select_option("lobby")
    assert names(page) == ["Candidate 3"]
    page.get_by_test_id("filter-text").fill("nobody of that name")
    expect(page.get_by_test_id("board-no-match")).to_be_visible()
    # A card that changes while it is filtered out stays out.
    server.change_card(card(1, last_caption="new words"))
    expect(card_of(page, "int_1")).to_be_hidden()


def test_arrow_keys_go_from_card_to_card(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(number) for number in range(1, 4)]
    page = open_page("/hr/")
    page.get_by_role("link", name="Candidate 1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Candidate 2")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Candidate 3")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/hr/interviews/int_3")


def test_a_finished_interview_leaves_the_board_for_the_table(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1)]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_be_visible()
    server.listed = [listed(1)]
    server.change_card(card(1, phase="archived"))
    expect(card_of(page, "int_1")).to_have_count(0)
    expect(page.get_by_test_id("interviews")).to_contain_text("Finished")


def test_the_table_is_read_page_by_page(open_page: OpenPage, server: MockServer) -> None:
    server.listed = [listed(number) for number in range(70)]
    page = open_page("/hr/")
    rows = page.get_by_test_id("interviews").locator("tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(70)


def test_a_new_interview_gives_a_link_to_copy(open_page: OpenPage, server: MockServer) -> None:
    page = open_page("/hr/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_test_id("new-interview").click()
    page.get_by_test_id("create-flow").select_option("standard")
    page.get_by_test_id("create-name").fill(HOSTILE)
    page.get_by_test_id("create-job").fill("Engineer")
    page.get_by_test_id("create-language").select_option("zh-CN")
    page.get_by_test_id("create-expect").click()
    page.get_by_test_id("create-terms").fill("Kubernetes, Acme Pay，支付宝,")
    page.get_by_test_id("create-background").fill("Moved billing to PostgreSQL.")
    page.get_by_test_id("create-submit").click()
    link = f"{server.url}/join/first-link-of-the-interview"
    expect(page.get_by_test_id("invite-url")).to_have_value(link)
    expect(page.get_by_test_id("invite-expiry")).to_contain_text("2030")
    page.get_by_test_id("invite-copy").click()
    expect(page.get_by_test_id("create-dialog")).to_contain_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert server.created == [
        {
            "flow": "standard",
            "candidate_name": HOSTILE,
            "job_title": "Engineer",
            "language": "zh-CN",
            "terms": ["Kubernetes", "Acme Pay", "支付宝"],
            "background": "Moved billing to PostgreSQL.",
        }
    ]
    page.get_by_test_id("create-close").click()
    expect(page.get_by_test_id("create-dialog")).to_be_hidden()


def test_a_new_link_is_made_only_after_a_question(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1, phase="invited")]
    page = open_page("/hr/")
    card_of(page, "int_1").get_by_role("button", name="New link").click()
    expect(page.get_by_test_id("reissue-dialog")).to_contain_text("The links made before stop working")
    assert server.reissued == []
    page.get_by_test_id("reissue-submit").click()
    expect(page.get_by_test_id("invite-url")).to_have_value(f"{server.url}/join/second-link-of-the-interview")
    assert server.reissued == ["int_1"]


def test_words_of_others_stay_words(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1, candidate_name=HOSTILE, last_caption=HOSTILE, job_title=HOSTILE, stage_title=HOSTILE)]
    server.listed = [{**listed(2), "candidate_name": HOSTILE, "id": '"><img src=x>'}]
    page = open_page("/hr/")
    expect(card_of(page, "int_1").locator(".hr-card-head a")).to_have_text(HOSTILE)
    expect(card_of(page, "int_1").get_by_test_id("last-caption")).to_have_text(HOSTILE)
    expect(page.get_by_test_id("interviews")).to_contain_text(HOSTILE)
    assert page.locator("main img").count() == 0
    assert page.title() == "Interviews – Viva"


def test_a_lost_connection_is_said_and_the_board_comes_back(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1), card(2)]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_be_visible()
    server.refuse_sockets = True
    server.drop_sockets()
    expect(page.get_by_test_id("banner")).to_contain_text("Trying again")
    server.cards = [replace(card(1), last_caption="said meanwhile")]
    server.refuse_sockets = False
    expect(card_of(page, "int_1")).to_contain_text("said meanwhile")
    expect(card_of(page, "int_2")).to_have_count(0)
    expect(page.get_by_test_id("banner")).to_have_count(0)


def test_an_ended_login_leads_to_the_login_form(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1)]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_be_visible()
    server.logged_in = False
    server.drop_sockets(4001)
    expect(page.get_by_test_id("login-email")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_board_has_no_barriers(
    open_page: OpenPage, server: MockServer, find_violations: Callable[[Page], list[str]], scheme: str, width: int
) -> None:
    late = (datetime.now(UTC) - timedelta(minutes=20)).isoformat()
    server.cards = [card(1, speaking=True), card(2, stage_entered_at=late, connection="poor"), card(3, phase="invited")]
    server.listed = [listed(4), listed(5, "invited")]
    page = open_page("/hr/", width=width, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    expect(page.get_by_test_id("interviews")).to_be_visible()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_test_id("new-interview").click()
    expect(page.get_by_test_id("create-submit")).to_be_enabled()
    assert find_violations(page) == []
