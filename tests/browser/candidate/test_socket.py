"""The page's socket against a server that refuses a watch."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.candidate.conftest import OpenPage

pytestmark = pytest.mark.browser

WATCH = """async (refusals) => {
  const asked = [];
  class Line extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    constructor() { super(); setTimeout(() => this.onopen()); }
    answer(type, data) { this.onmessage({ data: JSON.stringify({ seq: null, interview: null, type, data }) }); }
    send(text) {
      const { id, type, data } = JSON.parse(text);
      if (type === "session.hello") return setTimeout(() => this.answer("session.welcomed", { role: "hr" }));
      if (type !== "interview.watch") return;
      asked.push(id);
      const refusal = refusals[asked.length - 1];
      if (refusal) setTimeout(() => this.answer("command.rejected", { command: id, detail: "", ...refusal }));
    }
    close() {}
  }
  window.WebSocket = Line;
  const { VivaSocket } = await import("/assets/lib/socket.js");
  const refused = [];
  const socket = new VivaSocket({ onEnvelope: () => {}, onWatchRefused: (error) => refused.push(error.code) });
  socket.watch("interview.watch", "itv_1");
  socket.open();
  const end = Date.now() + 15000;
  while (asked.length <= refusals.length && refused.length === 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.close();
  return { asked: new Set(asked).size, refused };
}"""


@pytest.mark.parametrize(
    ("refusals", "outcome"),
    [
        ([{"code": "not_found", "retryable": False}], {"asked": 1, "refused": ["not_found"]}),
        ([{"code": "busy", "retryable": True}], {"asked": 2, "refused": []}),
    ],
)
def test_a_refused_watch_is_told_or_asked_again(
    open_page: OpenPage, refusals: list[dict[str, Any]], outcome: dict[str, Any]
) -> None:
    assert open_page("unknown").evaluate(WATCH, refusals) == outcome
