from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from server.protocol.signals import CardAlert
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


def listed(number: int, phase: str = "archived", *, asks_for_review: bool = False) -> dict[str, Any]:
    return {
        "id": f"int_{number}",
        "candidate_name": f"Candidate {number}",
        "job_title": "Engineer",
        "flow": "standard",
        "language": "en",
        "phase": phase,
        "review_requested": asks_for_review,
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


STILL = """(fields) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    canvas.getContext("2d").fillRect(0, 0, 8, 8);
    const channel = window.sender ??= new BroadcastChannel("viva.hr.stills");
    return new Promise((done) => canvas.toBlob((picture) => {
        channel.postMessage({ type: "still", picture, ...fields });
        done();
    }));
}"""


def test_a_card_shows_the_picture_that_another_tab_has(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1), card(2), card(3, phase="lobby")]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_be_visible()
    other = page.context.new_page()
    other.goto("/hr/interviews/int_1")
    other.evaluate(STILL, {"user": "usr_2", "interview": "int_2"})
    other.evaluate(STILL, {"user": "usr_1", "interview": "int_3"})
    other.evaluate(STILL, {"user": "usr_1", "interview": "int_1"})
    still = page.get_by_test_id("still")
    expect(card_of(page, "int_1").get_by_test_id("still")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=still]').naturalWidth") == 8
    # Neither of somebody else who logged in beside, nor of an interview that has not begun.
    expect(still).to_have_count(1)
    server.change_card(card(1, last_caption="Words that came later."))
    expect(card_of(page, "int_1")).to_contain_text("Words that came later.")
    expect(still).to_have_count(1)
    # What comes no more is shown no more.
    expect(still).to_have_count(0, timeout=15_000)


SEND = """async () => {
    const { StillSender } = await import("/assets/hr/stills.js");
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 360];
    let shade = 0;
    setInterval(() => {
        const pen = canvas.getContext("2d");
        pen.fillStyle = `rgb(${(shade = (shade + 40) % 250)}, 90, 90)`;
        pen.fillRect(0, 0, 640, 360);
    }, 100);
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = canvas.captureStream(10);
    document.body.append(video);
    await video.play();
    new StillSender({ interview: "int_1", user: "usr_1", video: () => video });
}"""


def test_a_page_sends_its_picture_to_a_board_that_asks(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1)]
    page = open_page("/hr/")
    expect(card_of(page, "int_1")).to_be_visible()
    other = page.context.new_page()
    other.goto("/hr/interviews/int_1")
    other.evaluate(SEND)
    expect(page.get_by_test_id("still")).to_be_visible()
    size = "[...document.querySelectorAll('[data-testid=still]')].map((one) => [one.naturalWidth, one.naturalHeight])"
    assert page.evaluate(size) == [[240, 135]]


def test_hundreds_of_cards_cost_what_changes_and_are_walked_by_keyboard(
    open_page: OpenPage, server: MockServer
) -> None:
    server.cards = [card(number, stage_entered_at=None) for number in range(300)]
    page = open_page("/hr/")
    expect(page.get_by_test_id("board-card")).to_have_count(300)
    page.evaluate(
        """() => {
            window.changes = [];
            new MutationObserver((found) => window.changes.push(...found)).observe(
                document.querySelector(".hr-cards"),
                { subtree: true, childList: true, characterData: true, attributes: true },
            );
        }"""
    )
    for number in range(40, 80):
        server.change_card(card(number, stage_entered_at=None, last_caption=f"Words {number}", speaking=True))
    expect(card_of(page, "int_79")).to_contain_text("Words 79")
    # One that moves to the front: taken out and put in, and no other with it.
    server.change_card(card(200, stage_entered_at=None, alerts=(CardAlert("help", None),)))
    expect(page.locator("hr-board-card").first).to_have_attribute("data-interview", "int_200")
    assert page.evaluate("window.changes.filter((one) => one.target.className === 'hr-cards').length") <= 2
    assert page.evaluate("window.changes.length") <= 41 * 16
    touched = """new Set(window.changes.map((one) =>
        (one.target.closest ? one.target : one.target.parentElement)?.closest("hr-board-card")?.dataset.interview
    ).filter(Boolean)).size"""
    assert page.evaluate(touched) == 41
    page.get_by_role("link", name="Candidate 0", exact=True).focus()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Candidate 299")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Candidate 298")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Candidate 200")).to_be_focused()


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
    expect(page.get_by_test_id("create-past-work")).to_have_count(0)
    page.get_by_test_id("create-experience").select_option("experienced")
    page.get_by_test_id("create-past-work").fill("billing systems")
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
            "experience": "experienced",
            "past_work": "billing systems",
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


def test_who_asks_for_a_person_is_seen_in_the_list(open_page: OpenPage, server: MockServer) -> None:
    server.listed = [listed(1), listed(2, "aborted", asks_for_review=True)]
    page = open_page("/hr/")
    rows = page.get_by_test_id("interviews").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(page.get_by_test_id("asks-for-review")).to_have_count(1)
    expect(rows.nth(1)).to_contain_text("asks for a person")


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
