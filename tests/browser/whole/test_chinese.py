"""A whole interview on Chinese pages, understood by the bundled recogniser."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.answers import load_answers
from tests.browser.whole.course import (
    WHOLE_S,
    check_follow_ups,
    check_log,
    check_transcripts,
    finish,
    go_through,
    read_completed,
    watch_captions,
)
from tests.browser.whole.microphone import write_silence
from tests.browser.whole.speaker import give_voice, speaking
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_chromium, open_context
from tests.integration.interviewing import open_house

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(420)]


async def test_an_interview_in_chinese(tmp_path: Path) -> None:
    answers = load_answers("zh-1")
    write_silence(tmp_path / "room.wav", WHOLE_S)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "room.wav") as browser:
        link = await house.invite("zh-CN")
        context = await open_context(browser, house, DESKTOP, "zh-CN")
        await give_voice(context)
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        assert await candidate.page.locator("html").get_attribute("lang") == "zh-CN"
        async with speaking(house, link.interview, candidate, answers) as said:
            await watch_captions(candidate)
            await finish(candidate, "zh-CN")
        events = await read_completed(house, link.interview)
        check_log(events)
        check_transcripts(events, answers, said)
        check_follow_ups(events)
        assert candidate.errors == []
