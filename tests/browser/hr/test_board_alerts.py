"""The board as a place to step in from: alerts, people, order and filters that are remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from server.protocol.signals import CardAlert
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import card

pytestmark = pytest.mark.browser

HELP = CardAlert("help", None)
SILENCE = CardAlert("silence", None, "Kim Example")


def expect_names(page: Page, wanted: list[str]) -> None:
    expect(page.locator("hr-board-card:not([hidden]) .hr-card-head a")).to_have_text(wanted)


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def test_a_card_tells_who_is_there_and_what_is_the_matter(open_page: OpenPage, server: MockServer) -> None:
    people = {"watchers": ("Kim Example", "Lee Example"), "floor_holder": "Lee Example", "floor_mode": "takeover"}
    server.cards = [card(1, alerts=(HELP, SILENCE), unread=2, paused=True, **people)]
    page = open_page("/hr/")
    shown = page.get_by_test_id("board-card")
    for text in (
        "The candidate asks for a person",
        "Long silence in an answer Kim Example sees to it",
        "Lee Example leads",
        "2 unread messages",
        "Watching: Kim Example, Lee Example",
        "Paused",
    ):
        expect(shown).to_contain_text(text)
    expect(page.get_by_test_id("board-count")).to_have_text("1 live · 0 waiting · 1 alert")
    shown.get_by_test_id("acknowledge").click()
    for _ in range(100):
        if server.commands:
            break
        page.wait_for_timeout(50)
    assert server.commands == [("help.acknowledge", {})]


def test_alerts_come_first_until_somebody_sees_to_them(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1), card(2, alerts=(SILENCE,)), card(3, phase="lobby", alerts=(HELP,))]
    page = open_page("/hr/")
    expect_names(page, ["Candidate 3", "Candidate 2", "Candidate 1"])
    server.change_card(card(1, alerts=(CardAlert("connection_lost", None),)))
    expect_names(page, ["Candidate 1", "Candidate 3", "Candidate 2"])


def test_only_what_is_new_is_told(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1, alerts=(HELP,)), card(2)]
    page = open_page("/hr/")
    expect(page.get_by_test_id("board-card")).to_have_count(2)
    expect(page.get_by_test_id("alarm-text")).to_have_text("")
    server.change_card(card(2, alerts=(HELP,)))
    expect(page.get_by_test_id("alarm-text")).to_have_text("Candidate 2: The candidate asks for a person")


def test_sound_and_notifications_are_off_until_asked_for(open_page: OpenPage, server: MockServer) -> None:
    page = open_page("/hr/", permissions=["notifications"])
    for name in ("alarm-sound", "alarm-notify"):
        expect(page.get_by_test_id(name)).to_have_attribute("aria-pressed", "false")
        page.get_by_test_id(name).click()
        expect(page.get_by_test_id(name)).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_test_id("alarm-sound")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("alarm-sound").click()
    expect(page.get_by_test_id("alarm-sound")).to_have_attribute("aria-pressed", "false")


def test_order_and_filters_are_remembered(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [
        card(1, candidate_name="Zoe", stage_entered_at=ago(9), watchers=("Kim Example",)),
        card(2, candidate_name="Ada", stage_entered_at=ago(2), connection="poor"),
        card(3, candidate_name="Mia", stage_entered_at=ago(5), candidate_connected=False, alerts=(HELP,)),
    ]
    page = open_page("/hr/")
    expect_names(page, ["Mia", "Zoe", "Ada"])
    page.get_by_test_id("sort").select_option("time")
    expect_names(page, ["Zoe", "Mia", "Ada"])
    page.get_by_test_id("sort").select_option("name")
    expect_names(page, ["Ada", "Mia", "Zoe"])
    page.get_by_test_id("filter-connection").select_option("poor")
    expect_names(page, ["Ada"])
    page.get_by_test_id("filter-connection").select_option("away")
    expect_names(page, ["Mia"])
    page.get_by_test_id("filter-connection").select_option("")
    page.get_by_test_id("filter-alert").check()
    expect_names(page, ["Mia"])
    page.get_by_test_id("filter-alert").uncheck()
    page.get_by_test_id("filter-own").check()
    expect_names(page, ["Zoe"])
    page.reload()
    expect_names(page, ["Zoe"])
    expect(page.get_by_test_id("filter-own")).to_be_checked()
    # Created by this person, whoever else is there.
    server.change_card(card(9, candidate_name="Own", owner_id="usr_1"))
    server.change_card(card(8, candidate_name="Theirs", owner_id="usr_2"))
    expect_names(page, ["Own", "Zoe"])
    expect(page.get_by_test_id("sort")).to_have_value("name")


def test_who_waits_for_an_answer_stays_on_the_board_when_it_is_over(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1), card(2, phase="archived", alerts=(HELP,)), card(3, phase="aborted", unread=1)]
    page = open_page("/hr/")
    expect_names(page, ["Candidate 2", "Candidate 1", "Candidate 3"])
    over = page.locator("hr-board-card[data-interview=int_2]")
    expect(over).to_contain_text("Over. The candidate waits for an answer.")
    expect(over.get_by_text("New link")).to_have_count(0)
    server.change_card(card(2, phase="archived"))
    server.change_card(card(1, phase="archived", unread=1))
    expect_names(page, ["Candidate 1", "Candidate 3"])
    server.change_card(card(1, phase="archived"))
    server.change_card(card(3, phase="aborted"))
    expect(page.get_by_test_id("board-empty")).to_be_visible()


def test_who_may_only_watch_is_shown_no_button_that_refuses(open_page: OpenPage, server: MockServer) -> None:
    server.cards = [card(1, phase="invited", alerts=(HELP,))]
    server.role = "observer"
    page = open_page("/hr/")
    expect_names(page, ["Candidate 1"])
    for button in ("acknowledge", "from-job"):
        expect(page.get_by_test_id(button)).to_be_hidden()
    expect(page.locator("#new-interview")).to_be_hidden()
    expect(page.locator("hr-board, hr-interviews").locator("[data-click=reissue]")).to_have_count(0)


def test_a_row_of_alerts_rings_again_once_the_first_has_faded(open_page: OpenPage, server: MockServer) -> None:
    """Not only when they pause, and not before the page was touched."""
    server.cards = [card(number) for number in range(8)]
    page = open_page("/hr/")
    page.get_by_test_id("alarm-sound").click()
    page.reload()
    page.evaluate("""() => {
        window.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
    }""")
    page.get_by_test_id("board-count").click()
    for number in range(8):
        server.change_card(card(number, alerts=(HELP,)))
        page.wait_for_timeout(600)
    assert 4 <= page.evaluate("window.tones") <= 6
