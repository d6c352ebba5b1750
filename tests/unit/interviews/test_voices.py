"""What HR says to the candidate: captioned, in the log under the user's name, and no word of it in an answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from media.errors import VoiceUnavailable
from media.types import AudioLevel, FinalTranscript, PartialTranscript, SpeakerTranscript, TranscriptionFailed
from media.voices.facts import VoiceConnected, VoiceEnded, VoiceHeard, VoiceReach
from server.interviews.bridge import translate
from server.interviews.clock import RunningClock, SystemClock
from server.interviews.mailbox import CAPACITY, Heard, Mailbox
from server.interviews.media_desk import MediaDesk
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s
from tests.unit.interviews.test_actor import CANDIDATE, SilentSessions, open_house, start, until

STATE = InterviewState("i")
PARTIAL = PartialTranscript("voice-1-1", 0, 900, "Hello", " there", 1)


def test_captions_and_pauses_are_shown_and_not_logged() -> None:
    caption = translate(SpeakerTranscript("user-3", PARTIAL), STATE)
    assert caption.intent is None
    assert caption.signal == s.VoiceCaptioned("user-3", "voice-1-1", "Hello", " there", 1)
    heard = translate(VoiceHeard("user-3", 900, speaking=False), STATE)
    assert (heard.intent, heard.signal) == (None, s.VoiceHeard("user-3", speaking=False))
    reach = translate(VoiceReach("user-3", "websocket"), STATE)
    assert (reach.intent, reach.signal) == (None, s.VoiceReach("user-3", "websocket"))


def test_a_stretch_without_words_is_nothing() -> None:
    meaning = translate(SpeakerTranscript("user-3", FinalTranscript("voice-1-1", 0, 900, "", (), 0.2)), STATE)
    assert (meaning.intent, meaning.signal) == (None, None)


async def test_hr_s_words_are_in_the_log_and_in_no_answer(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        async with house.running() as interview:
            await start(interview)
            await interview.publish("v=0")
            await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
            sink = house.sessions.sink
            assert sink is not None
            now_ms = interview._clock.now_ms()
            await sink.put(VoiceConnected("user-3", video=False))
            await sink.put(VoiceHeard("user-3", now_ms, speaking=True))
            said = FinalTranscript("voice-1-1", now_ms, now_ms + 900, "Please take your time.", (), 0.9)
            await sink.put(SpeakerTranscript("user-3", said))
            lost = TranscriptionFailed("voice-1-2", now_ms, now_ms + 900, "asr_unavailable")
            await sink.put(SpeakerTranscript("user-3", lost))
            await sink.put(VoiceHeard("user-3", now_ms + 900, speaking=False))
            await sink.put(VoiceEnded("user-3", "silent"))
            before = interview.state.seq
            await until(lambda: interview.state.seq >= before + 4)
            await asyncio.sleep(0.15)
            turn = interview.state.turn
            assert turn is not None
            assert turn.id == "customer-0", "HR's silence ends no answer"
            assert not turn.segments
            assert not interview._hearing.speaking
        logged = [event.data for event in await house.log.read("i")]
    assert [each for each in logged if type(each).__name__.startswith("Voice")] == [
        e.VoiceConnected("user-3", False),
        e.VoiceTranscribed("user-3", "voice-1-1", now_ms, now_ms + 900, "Please take your time.", 0.9),
        e.VoiceUntranscribed("user-3", "voice-1-2", now_ms, now_ms + 900, "asr_unavailable"),
        e.VoiceEnded("user-3", "silent"),
    ]


async def test_a_busy_interview_drops_hr_s_captions_and_none_of_the_words() -> None:
    mailbox = Mailbox()
    for number in range(CAPACITY):
        await mailbox.put(AudioLevel(number, -30, -20, False, False, None))
    await mailbox.put(SpeakerTranscript("user-3", PARTIAL))
    final = SpeakerTranscript("user-3", FinalTranscript("voice-1-1", 0, 900, "Hello.", (), 0.9))
    putting = asyncio.create_task(mailbox.put(final))
    async with asyncio.timeout(5):
        left = [await mailbox.receive(None) for _ in range(CAPACITY + 1)]
    await putting
    assert left[-1] == Heard(final)


async def test_there_is_no_voice_to_give_before_there_are_media(tmp_path: Path) -> None:
    desk = MediaDesk(Mailbox(), RunningClock(SystemClock()), SilentSessions(tmp_path))
    desk.give_voice(None)
    await desk.close_voice("user-3")
    with pytest.raises(VoiceUnavailable):
        desk.give_voice("user-3")
