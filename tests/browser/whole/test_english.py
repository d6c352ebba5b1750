"""A whole interview on the bundled recogniser: heard, understood, followed up, and watched by HR."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.answers import load_answers
from tests.browser.whole.course import (
    WHOLE_S,
    check_follow_ups,
    check_hr,
    check_log,
    check_transcripts,
    finish,
    go_through,
    of_type,
    read_completed,
    watch_captions,
)
from tests.browser.whole.microphone import write_silence
from tests.browser.whole.speaker import give_voice, speaking
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_chromium, open_context, open_hr
from tests.integration.interviewing import open_house, play

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(420)]


async def test_an_interview_in_english_watched_by_hr(tmp_path: Path) -> None:
    answers = load_answers("en-1")
    write_silence(tmp_path / "room.wav", WHOLE_S)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "room.wav") as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, DESKTOP, "en")
        await give_voice(context)
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        async with speaking(house, link.interview, candidate, answers) as said:
            caption = await watch_captions(candidate)
            hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
            assert "2/5" in await candidate.text_of("progress")
            assert await candidate.text_of("connection")
            await check_hr(hr)
            assert await candidate.page.get_by_test_id("observers").count() == 1
            await finish(candidate, "en")
        events = await read_completed(house, link.interview)
        check_log(events)
        check_transcripts(events, answers, said)
        check_follow_ups(events)
        assert set(caption.lower().split()[:2]) & set(answers.choose("introduction", 0).text.lower().split())
        assert of_type(events, "score.updated")[-1]["demonstration"] is True
        for path in house.recordings(link.interview):
            play(path)
        assert candidate.errors == []
