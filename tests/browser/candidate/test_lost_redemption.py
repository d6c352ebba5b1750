"""The answer that would have let the candidate in gets lost on the way: the same browser gets in all the same."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.candidate.conftest import OpenPage

pytestmark = pytest.mark.browser

LOSE_THE_FIRST_ANSWER = """
const reach = window.fetch.bind(window);
window.fetch = async (address, request) => {
  const answer = await reach(address, request);
  if (!String(address).endsWith("/v1/invites/redeem")) return answer;
  const bodies = JSON.parse(sessionStorage.getItem("bodies") ?? "[]");
  sessionStorage.setItem("bodies", JSON.stringify([...bodies, request.body]));
  if (bodies.length === 0) throw new TypeError("the line went dead");
  return answer;
};
"""


def bodies_sent(page: Page) -> list[str]:
    """Polled from here: a predicate that waits inside the page would need `eval`, which its policy forbids."""
    sent: list[str] = json.loads(page.evaluate("() => sessionStorage.getItem('bodies') ?? '[]'"))
    return sent


def test_the_link_is_opened_again_with_the_key_of_the_first_time(open_page: OpenPage) -> None:
    page = open_page(before=LOSE_THE_FIRST_ANSWER)
    for _ in range(200):
        if len(bodies_sent(page)) == 1:
            break
        page.wait_for_timeout(100)
    page.reload()
    expect(page.get_by_test_id("language-en")).to_be_visible()
    first, second = (json.loads(body) for body in bodies_sent(page))
    assert first == second
    assert 16 <= len(first["key"]) <= 128
