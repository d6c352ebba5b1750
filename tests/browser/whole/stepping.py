"""HR steps into a spoken interview: everything that two people of HR and a candidate do, in turn, in three browsers.

What must be true is asserted here; how long it took is measured and returned, for a test and a benchmark to judge.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jiwer
from playwright.async_api import expect

from simulation.answers import load_answers
from tests.browser.whole.course import of_type
from tests.browser.whole.microphone import read_wave
from tests.browser.whole.people import (
    SPOKEN,
    SPOKEN_BY_HR,
    Person,
    add_user,
    enter,
    kill,
    open_console,
    open_killable,
    read_script,
    write_voices,
)
from tests.browser.whole.speaker import begin_to_say
from tests.browser.whole.stage import CandidatePage, frames_shown, open_chromium
from tests.browser.whole.witness import Entry, Witness, find_delay, find_likeness, now_ms
from tests.integration.interviewing import House, open_house

FIRST_EMAIL, SECOND_EMAIL = "first@example.org", "second@example.org"
HR_SOUND = "hr-voice audio"
HEARD_S = 6.0
SAME_SOUND = 0.3
READING_MS = 60
"""A character, of a question that is being read aloud: as long as a voice would take."""
IN_THE_MIDDLE_S = 2.5
"""Of an utterance, from when the candidate began to speak."""


@dataclass
class Measured:
    """`one_way_ms`: from HR's microphone to what the candidate's page plays. `yield_ms`: from the button to silence,
    with a microphone that was connected before; `yield_command_ms` of it from when the page sends the command, and
    `yield_cold_ms` from the button while the microphone has to be connected first."""

    one_way_ms: list[float] = field(default_factory=list)
    likeness: list[float] = field(default_factory=list)
    yield_ms: float = 0
    yield_command_ms: float = 0
    yield_cold_ms: float = 0
    whisper_idle_ms: float = 0
    floor_freed_ms: float = 0
    words_said: int = 0
    words_lost: int = 0
    words_other: int = 0
    """Of the script, heard as another word; of what was heard, not in the script."""
    hr_words_right: float = 0


@dataclass
class Scene:
    house: House
    interview: str
    candidate: CandidatePage
    witness: Witness
    one: Person
    two: Person
    measured: Measured


async def step_in(folder: Path) -> Measured:
    """A whole interview, from the first look to the last word of the transcript."""
    spoken, said_by_hr = write_voices(folder)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(folder / "data"))
        await add_user(house, FIRST_EMAIL, "HR One")
        await add_user(house, SECOND_EMAIL, "HR Two")
        link = await house.invite("en")
        of_candidate = await stack.enter_async_context(open_chromium(spoken))
        of_one, pid = await stack.enter_async_context(open_killable(said_by_hr))
        of_two = await stack.enter_async_context(open_chromium(said_by_hr))
        candidate = await enter(of_candidate, house, link)
        one = await open_console(of_one, house, FIRST_EMAIL, link.interview)
        two = await open_console(of_two, house, SECOND_EMAIL, link.interview)
        scene = Scene(house, link.interview, candidate, Witness(candidate.page), one, two, Measured())
        await begin(scene)
        await observe(scene)
        await barge_in_while_the_question_is_read(scene, said_by_hr)
        await hand_back_to_the_question(scene)
        await whisper_into_the_answer(scene)
        await take_over_in_the_middle_of_an_answer(scene)
        await see_the_whisper_applied(scene)
        await lose_the_browser_that_has_the_floor(scene, pid)
        await whisper_to_an_idle_interviewer(scene)
        await end(scene)
        assert candidate.errors == []
        assert two.errors == []
        return scene.measured


async def begin(scene: Scene) -> None:
    candidate = scene.candidate
    await candidate.agree("en")
    await candidate.allow_devices()
    await candidate.start()
    await candidate.answer_in_text("Virtual Candidate")
    await scene.witness.hear("question.asked", lambda data: data["question_id"] == "introduction")


async def observe(scene: Scene, watching: str = "2 people watching") -> None:
    """The candidate is told how many people watch; who watches gets the picture and the sound."""
    await expect(scene.candidate.page.get_by_test_id("observers")).to_have_text(watching)
    before = await frames_shown(scene.one.page)
    async with asyncio.timeout(30):
        while await frames_shown(scene.one.page) < before + 5:
            await asyncio.sleep(0.2)
    await scene.one.witness.listen("[data-testid=video]", "candidate")


async def barge_in_while_the_question_is_read(scene: Scene, said_by_hr: Path) -> None:
    one, witness, measured = scene.one, scene.witness, scene.measured
    await one.connect_microphone()
    await witness.pace(READING_MS)
    await scene.two.press("repeat")
    asked = await witness.hear("question.asked", lambda data: data["asked_as"] == "repeat")
    await witness.wait_for("speak", since_ms=asked["at"])
    await asyncio.sleep(0.7)
    pressed_ms = await one.press("mode-barge")
    silent = await witness.wait_for("silent", since_ms=pressed_ms)
    sent = await one.witness.told("floor.take", pressed_ms)
    measured.yield_ms = silent["at"] - pressed_ms
    measured.yield_command_ms = silent["at"] - sent["at"]
    await witness.hear("floor.taken", since_ms=pressed_ms)
    page = scene.candidate.page
    await expect(page.get_by_test_id("company")).to_contain_text("HR One has joined the conversation")
    await expect(page.get_by_test_id("state-word")).to_have_attribute("data-state", "person")
    await scene.two.see_floor("HR One has the floor")
    await expect(scene.two.page.get_by_test_id("mode-barge")).to_be_disabled()
    await hear_hr(scene, said_by_hr)
    await expect(page.get_by_test_id("person-captions")).to_have_text(re.compile(r"\w.{20,}"), timeout=20_000)


async def hear_hr(scene: Scene, said_by_hr: Path) -> None:
    await scene.witness.listen(HR_SOUND, "hr")
    await asyncio.sleep(1.0)
    since_ms = now_ms()
    await asyncio.sleep(HEARD_S)
    heard = await scene.witness.read_sound("hr", since_ms)
    spoken = await scene.one.witness.read_sound("microphone", since_ms)
    delay_ms, likeness = await asyncio.to_thread(find_delay, spoken, heard)
    assert likeness > SAME_SOUND, f"the candidate hears something else: {likeness:.2f}, {heard.level:.4f}"
    recorded = await asyncio.to_thread(find_likeness, read_wave(said_by_hr), heard.samples)
    assert recorded > SAME_SOUND, f"it is not the recording that is heard: {recorded:.2f}"
    scene.measured.one_way_ms.append(round(delay_ms, 1))
    scene.measured.likeness.append(round(likeness, 2))


async def hand_back_to_the_question(scene: Scene) -> None:
    """The interviewer says that it goes on, and puts the question that was open."""
    witness = scene.witness
    open_turn = await current_turn(witness)
    pressed_ms = await scene.one.press("mode-hand_back")
    asked = (await witness.hear("question.asked", since_ms=pressed_ms))["data"]
    assert (asked["asked_as"], asked["turn_id"], asked["text"]) == ("repeat", open_turn["turn_id"], open_turn["text"])
    assert asked["spoken_text"].startswith("HR One has left the conversation. I am the AI interviewer")
    assert asked["spoken_text"].endswith(f"Let us come back to the question: {asked['text']}")
    await witness.wait_for("speak", lambda entry: "HR One has left" in entry["text"], pressed_ms)
    await expect(scene.candidate.page.get_by_test_id("company")).to_have_count(0)
    await scene.two.see_floor("The AI interviewer leads")


async def current_turn(witness: Witness) -> dict[str, Any]:
    asked = [entry["data"] for entry in await witness.entries("heard") if entry["type"] == "question.asked"]
    data: dict[str, Any] = asked[-1]
    return data


async def speak(scene: Scene, turn: tuple[str, int]) -> None:
    """Until the candidate is in the middle of it. Captions would tell that too, but may be left out."""
    began_ms = now_ms()
    await begin_to_say(scene.candidate, load_answers("en-1"), turn)
    await scene.witness.hear("speech.changed", lambda data: bool(data["speaking"]), began_ms)
    await asyncio.sleep(IN_THE_MIDDLE_S)


async def whisper_into_the_answer(scene: Scene) -> None:
    """It waits for the next boundary, and the candidate learns nothing of it."""
    await speak(scene, SPOKEN[0])
    await scene.two.whisper("ask", "the budget")
    waiting = scene.two.page.get_by_test_id("directive").first
    await expect(waiting).to_have_attribute("data-state", "waiting")
    await expect(scene.one.page.get_by_test_id("directive").first).to_contain_text("the budget")
    assert not [entry for entry in await scene.witness.entries("heard") if entry["type"].startswith("directive.")]
    sound = await scene.one.witness.read_sound("candidate", now_ms() - 2000)
    assert sound.level > 0.005, f"HR hears nothing of the candidate, who speaks: {sound.level}"
    await expect(scene.one.page.get_by_test_id("captions")).to_contain_text("software engineer", timeout=60_000)


async def take_over_in_the_middle_of_an_answer(scene: Scene) -> None:
    """Barged in while the candidate speaks, who says something aside then; taken over; handed back while they speak
    again."""
    one, witness = scene.one, scene.witness
    pressed_ms = await one.press("mode-barge")
    await witness.hear("floor.taken", since_ms=pressed_ms)
    await hear_words(witness, "new things")
    await speak(scene, SPOKEN[1])
    await hear_words(witness, "on the first day")
    pressed_ms = await one.press("mode-takeover")
    await witness.hear("floor.changed", lambda data: data["mode"] == "takeover", pressed_ms)
    await expect(scene.candidate.page.get_by_test_id("company-mode")).to_contain_text("goes on being your answer")
    await scene.two.see_floor("HR One leads the interview")
    await speak(scene, SPOKEN[2])
    pressed_ms = await one.press("mode-hand_back")
    asked = (await witness.hear("question.asked", since_ms=pressed_ms))["data"]
    assert asked["question_id"] == "introduction"
    assert "You can go on with your answer. The question was:" in asked["spoken_text"]
    await witness.hear("interviewer.yielded", since_ms=pressed_ms)
    await hear_words(witness, "after two weeks")


async def hear_words(witness: Witness, words: str, within_s: float = 60) -> Entry:
    """Until the candidate has said them."""
    return await witness.hear("segment.transcribed", lambda data: words in data["text"], within_s=within_s)


async def see_the_whisper_applied(scene: Scene) -> None:
    """The next question is HR's; the candidate answers it."""
    witness = scene.witness
    asked = (await witness.hear("question.asked", lambda data: "budget" in data["text"]))["data"]
    log = await scene.house.hr.read_events(scene.interview)
    why = next(each["why"] for each in of_type(log, "question.asked") if each["text"] == asked["text"])
    assert why["source"] == "hr"
    assert asked.get("why") is None, "the candidate is not told whose idea it was"
    await scene.candidate.wait_for_question("budget")
    await speak(scene, SPOKEN[3])
    answered_ms = (await hear_words(witness, "help sooner"))["at"]
    await witness.hear("question.asked", lambda data: data["turn_id"] != asked["turn_id"], answered_ms, 40)


async def lose_the_browser_that_has_the_floor(scene: Scene, pid: int) -> None:
    """Before: the microphone is connected only when it is needed. Then the process ends, without a word."""
    one, two, witness = scene.one, scene.two, scene.witness
    await one.press("microphone")
    await expect(one.page.get_by_test_id("voice-state")).to_have_count(0)
    await two.press("repeat")
    asked_ms = now_ms()
    await witness.wait_for("speak", since_ms=asked_ms)
    pressed_ms = await one.press("mode-barge")
    silent = await witness.wait_for("silent", since_ms=pressed_ms)
    scene.measured.yield_cold_ms = silent["at"] - pressed_ms
    await two.see_floor("HR One has the floor")
    await expect(two.page.get_by_test_id("mode-takeover")).to_be_disabled()
    assert one.errors == []
    killed_ms = kill(pid)
    freed = await two.witness.hear("floor.handed_back", since_ms=killed_ms)
    scene.measured.floor_freed_ms = freed["at"] - killed_ms
    assert freed["data"]["reason"] == "gone"
    await two.press("mode-takeover")
    await two.see_floor("You lead the interview")
    await expect(scene.candidate.page.get_by_test_id("company")).to_contain_text("HR Two has joined the conversation")
    await expect(scene.candidate.page.get_by_test_id("observers")).to_have_text("1 person watching")
    await two.press("mode-hand_back")
    await two.see_floor("The AI interviewer leads")


async def whisper_to_an_idle_interviewer(scene: Scene) -> None:
    """It has asked and listens, and nobody has begun to answer: the question comes at once."""
    two, witness = scene.two, scene.witness
    await witness.pace(4)
    await expect(scene.candidate.page.get_by_test_id("state-word")).to_have_attribute(
        "data-state", "listening", timeout=40_000
    )
    began_ms = now_ms()
    await two.whisper("ask", "the delay")
    sent = await two.witness.told("directive.give", began_ms)
    shown = await witness.wait_for("shown", lambda entry: "delay" in entry["text"], began_ms)
    scene.measured.whisper_idle_ms = shown["at"] - sent["at"]


async def end(scene: Scene) -> None:
    await scene.two.press("close")
    await scene.two.page.get_by_test_id("cancel-close").wait_for()
    await scene.candidate.page.get_by_test_id("closing").wait_for(timeout=30_000)
    async with asyncio.timeout(30):
        while not is_over(log := await scene.house.hr.read_events(scene.interview)):
            await asyncio.sleep(0.2)
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    compare_with_script(log, scene.measured)


def is_over(log: tuple[dict[str, Any], ...]) -> bool:
    return any(of_type(log, f"interview.{how}") for how in ("completed", "aborted"))


def compare_with_script(log: tuple[dict[str, Any], ...], measured: Measured) -> None:
    """Word for word, in the order in which it was said, whoever had the floor."""
    segments = latest(of_type(log, "segment.transcribed"))
    heard = " ".join(each["text"] for each in segments if each["text"])
    told = jiwer.process_words(normalise(read_script("en-1", SPOKEN)), normalise(heard))
    assert told.hits > 0
    measured.words_said = told.hits + told.substitutions + told.deletions
    measured.words_lost = told.deletions
    measured.words_other = told.substitutions + told.insertions
    asides = " ".join(each["text"] for each in segments if each["aside"])
    assert normalise(asides).endswith(normalise(read_script("en-1", SPOKEN[1:2]))), "that was said to a person"
    assert "software engineer" not in asides, "that was said before anybody came"
    told_of = [*of_type(log, "answer.completed"), *of_type(log, "answer.revised")]
    answers = {each["turn_id"]: each["text"] for each in told_of}
    for each in segments:
        assert each["aside"] != (each["text"] in answers.get(each["turn_id"], "")), (each, answers)
    said = " ".join(each["text"] for each in latest(of_type(log, "voice.transcribed")))
    words = normalise(said).split()
    script = set(normalise(read_script("en-2", SPOKEN_BY_HR)).split())
    measured.hr_words_right = round(sum(word in script for word in words) / max(1, len(words)), 2)


def latest(segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id: dict[str, dict[str, Any]] = {}
    for each in segments:
        kept = by_id.get(each["segment_id"])
        if kept is None or each.get("revision", 0) >= kept.get("revision", 0):
            by_id[each["segment_id"]] = each
    return sorted(by_id.values(), key=lambda each: each["t_start_ms"])


def normalise(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s']|_", " ", text.lower()).split())
