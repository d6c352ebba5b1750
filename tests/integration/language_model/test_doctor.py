"""What `viva doctor` says of the language model."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli.checks import check_language_model
from server.settings import Settings, load_settings
from tests.integration.language_model.conftest import KEY
from tests.integration.language_model.model_server import ModelServer, Step, answer, say, wait, wrap

READY = {"answer": "ready"}


def settle(server: ModelServer, **others: object) -> Settings:
    return load_settings({"llm": {"url": server.url, "model": "small-model", "key": KEY, **others}})


async def test_one_that_answers_in_time_is_fine(server: ModelServer) -> None:
    server.steps = [say(READY)]
    finding = await check_language_model(settle(server, live_budget_ms=5000))
    assert (finding.status, finding.name) == ("ok", "language model")
    assert finding.detail.startswith("small-model answers in ")
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"


async def test_one_that_is_too_slow_for_follow_ups_is_told_of(server: ModelServer) -> None:
    server.steps = [wait(0.2, say(READY))]
    finding = await check_language_model(settle(server, live_budget_ms=50))
    assert finding.status == "optional"
    assert "VIVA_LLM_LIVE_BUDGET_MS is 50" in finding.detail


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (answer(b"", 401), "llm_not_accepted"),
        (answer(b"", 500), "llm_failed"),
        (answer(wrap("no JSON at all")), "llm_reply_unreadable"),
    ],
)
async def test_one_that_does_not_answer_fails(server: ModelServer, step: Step, code: str) -> None:
    server.steps = [step]
    finding = await check_language_model(settle(server))
    assert finding.status == "failed"
    assert finding.detail.startswith(f"{code}: ")
    assert KEY not in finding.detail


async def test_none_is_fine_and_a_key_that_cannot_be_read_is_not(server: ModelServer, tmp_path: Path) -> None:
    assert (await check_language_model(load_settings({}))).status == "ok"
    settings = load_settings({"llm": {"url": server.url, "model": "small-model", "key_file": tmp_path / "none"}})
    finding = await check_language_model(settings)
    assert finding.status == "failed"
    assert "VIVA_LLM_KEY_FILE" in finding.detail
    assert server.seen == []
