from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import PASSWORD, MockServer
from tests.browser.hr.story import INTERVIEW, Story, begin

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def logged_out(server: MockServer) -> None:
    server.logged_in = False


def log_in(page: Page, email: str = "hr@example.com", password: str = PASSWORD) -> None:
    page.get_by_test_id("login-email").fill(email)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()


def test_a_wrong_password_is_explained_and_another_try_succeeds(open_page: OpenPage) -> None:
    page = open_page("/hr/")
    log_in(page, password="guess")
    expect(page.get_by_test_id("login-error")).to_contain_text("do not belong together")
    log_in(page)
    expect(page.get_by_test_id("board-empty")).to_be_visible()
    expect(page.get_by_test_id("login-email")).to_be_hidden()


def test_too_many_attempts_are_told_apart_from_a_wrong_password(open_page: OpenPage) -> None:
    page = open_page("/hr/")
    log_in(page, email="throttled@example.com")
    expect(page.get_by_test_id("login-error")).to_contain_text("Wait a minute")


def test_a_password_may_be_pasted(open_page: OpenPage) -> None:
    page = open_page("/hr/")
    page.get_by_test_id("login-email").fill(PASSWORD)
    page.get_by_test_id("login-email").press("ControlOrMeta+a")
    page.get_by_test_id("login-email").press("ControlOrMeta+c")
    page.get_by_test_id("login-password").press("ControlOrMeta+v")
    expect(page.get_by_test_id("login-password")).to_have_value(PASSWORD)


def test_an_interview_page_asks_for_the_login_and_comes_back(open_page: OpenPage, server: MockServer) -> None:
    server.story = begin(Story())
    page = open_page(f"/hr/interviews/{INTERVIEW}")
    log_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lin Example")
    assert page.url == f"{server.url}/hr/interviews/{INTERVIEW}"


@pytest.mark.parametrize("target", ["//example.org", "/hr/interviews/../../evil"])
def test_after_the_login_nobody_is_sent_elsewhere(open_page: OpenPage, server: MockServer, target: str) -> None:
    page = open_page(f"/hr/?next={target}")
    log_in(page)
    expect(page.get_by_test_id("board-empty")).to_be_visible()
    assert page.url.startswith(f"{server.url}/hr/?next=")


def test_logging_out_ends_at_the_login(open_page: OpenPage, server: MockServer) -> None:
    page = open_page("/hr/")
    log_in(page)
    page.get_by_test_id("logout").click()
    expect(page.get_by_test_id("login-email")).to_be_visible()
    assert not server.logged_in


def test_the_language_is_switched_and_kept(open_page: OpenPage) -> None:
    page = open_page("/hr/")
    page.get_by_test_id("language").select_option("zh-CN")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_login_and_landing_page_have_no_barriers(
    open_page: OpenPage, find_violations: Callable[[Page], list[str]], scheme: str
) -> None:
    page = open_page("/hr/", color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    expect(page.get_by_test_id("login-email")).to_be_focused()
    assert find_violations(page) == []
    landing = open_page("/", color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    landing.get_by_role("link", name="HR login").wait_for()
    assert find_violations(landing) == []
