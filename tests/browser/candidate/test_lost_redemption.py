"""The answer that would have let the candidate in gets lost on the way: the same browser gets in all the same."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

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


def test_the_link_is_opened_again_with_the_key_of_the_first_time(open_page: OpenPage) -> None:
    page = open_page(before=LOSE_THE_FIRST_ANSWER)
    page.wait_for_function("JSON.parse(sessionStorage.getItem('bodies') ?? '[]').length === 1")
    page.reload()
    expect(page.get_by_test_id("language-en")).to_be_visible()
    first, second = (json.loads(body) for body in page.evaluate("JSON.parse(sessionStorage.getItem('bodies'))"))
    assert first == second
    assert 16 <= len(first["key"]) <= 128
