"""A real peer publishes: facts, recording, transcript, reconnect, silence, departure."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from media.errors import SdpRejected, SessionClosed
from media.settings import MediaSettings
from media.types import (
    AudioLevel,
    FinalTranscript,
    Flushed,
    MediaFact,
    MediaFault,
    PartialTranscript,
    PeerConnected,
    PeerInterrupted,
    PeerRecovered,
    QualityReport,
    RecordingClosed,
    RecordingOpened,
    SpeechStarted,
    SpeechStopped,
)
from media.webrtc.observer_peer import ObserverPeer
from media.webrtc.publisher_peer import PublisherPeer
from tests.fakes.loopback import Observer, PictureTrack, Publisher, VoiceTrack, make_voice
from tests.fakes.playback import play
from tests.integration.media.conftest import Studio

OpenStudio = Callable[..., Studio]


async def test_an_answer_is_heard_recorded_and_flushed_in_order(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish(video=PictureTrack())
    connected = await studio.sink.wait_for(PeerConnected)
    assert (connected.epoch, connected.audio, connected.video) == (1, True, True)
    await studio.sink.wait_for(SpeechStopped)
    await studio.session.flush("turn-1")
    await studio.sink.wait_for(Flushed)

    started, stopped = studio.sink.of(SpeechStarted)[0], studio.sink.of(SpeechStopped)[-1]
    assert 1_600 <= stopped.t_ms - started.t_ms <= 2_500
    finals = studio.sink.finals
    assert " ".join(final.text for final in finals).startswith("one two three four")
    order = [type(fact) for fact in studio.sink.facts]
    assert order.index(SpeechStarted) < order.index(PartialTranscript) < order.index(FinalTranscript)
    assert len(order) - 1 - order[::-1].index(FinalTranscript) < order.index(Flushed)
    for final in finals:
        assert all(final.t_start_ms <= word.t_start_ms <= word.t_end_ms <= final.t_end_ms for word in final.words)

    levels = studio.sink.of(AudioLevel)
    assert max(level.rms_dbfs for level in levels) > -25
    assert any(level.speaking for level in levels)
    assert levels[-1].t_ms - levels[0].t_ms == (len(levels) - 1) * 200
    quality = await studio.sink.wait_for(QualityReport, lambda report: report.audio_kbps > 5 and report.video_kbps > 5)
    assert quality.word in ("excellent", "good", "poor")
    assert (quality.video_width, quality.video_height) == (320, 240)

    await studio.session.close_publisher(1)
    closed = await studio.sink.wait_for(RecordingClosed)
    assert (await studio.sink.wait_for(PeerInterrupted)).reason == "closed"
    playback = play(closed.path)
    assert playback.video_frames > 20
    assert abs(max(playback.audio_s, playback.video_s) - closed.duration_ms / 1000) < 0.2
    assert playback.audio_s == pytest.approx(playback.audio_frames * 0.02, abs=0.5)
    assert closed.size_bytes == closed.path.stat().st_size


async def test_a_reconnecting_publisher_takes_over_and_is_recorded_anew(open_studio: OpenStudio) -> None:
    studio = open_studio(first_epoch=4)
    await studio.publish(video=PictureTrack())
    await studio.sink.wait_for(RecordingOpened)
    _, answer = await studio.publish(video=PictureTrack())
    assert answer.epoch == 5
    interrupted = await studio.sink.wait_for(PeerInterrupted)
    assert (interrupted.epoch, interrupted.reason) == (4, "replaced")
    await studio.sink.wait_for(PeerConnected, lambda fact: fact.epoch == 5)
    opened = await studio.sink.wait_for(RecordingOpened, lambda fact: fact.epoch == 5)
    assert opened.path.name == "005-001.webm"
    closed = await studio.sink.wait_for(RecordingClosed, lambda fact: fact.epoch == 4)
    assert play(closed.path).audio_frames > 0
    await asyncio.sleep(0.5)
    assert not studio.sink.of(PeerRecovered)


async def test_a_silent_peer_is_noticed_and_recovers(open_studio: OpenStudio) -> None:
    studio = open_studio(MediaSettings(silent_after_ms=700))
    publisher, _ = await studio.publish()
    await studio.sink.wait_for(RecordingOpened)
    senders = publisher.connection.getSenders()
    tracks = [sender.track for sender in senders]
    for sender in senders:
        sender.replaceTrack(None)
    interrupted = await studio.sink.wait_for(PeerInterrupted)
    assert (interrupted.epoch, interrupted.reason) == (1, "silent")
    for sender, track in zip(senders, tracks, strict=True):
        sender.replaceTrack(track)
    assert (await studio.sink.wait_for(PeerRecovered)).epoch == 1


async def test_audio_alone_is_recorded(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish()
    connected = await studio.sink.wait_for(PeerConnected)
    assert not connected.video
    await studio.sink.wait_for(RecordingOpened)
    await asyncio.sleep(1)
    await studio.session.close()
    closed = await studio.sink.wait_for(RecordingClosed)
    playback = play(closed.path)
    assert playback.video_frames == 0
    assert playback.audio_s > 1


async def test_pictures_alone_are_recorded(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish(silent=True, video=PictureTrack())
    connected = await studio.sink.wait_for(PeerConnected)
    assert (connected.audio, connected.video) == (False, True)
    await studio.sink.wait_for(RecordingOpened)
    await asyncio.sleep(1)
    await studio.session.close()
    playback = play((await studio.sink.wait_for(RecordingClosed)).path)
    assert playback.first_is_key
    assert playback.video_frames > 5


async def test_a_recording_goes_on_through_a_change_of_size(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish(video=PictureTrack(resize_after=20))
    await studio.sink.wait_for(RecordingOpened)
    await asyncio.sleep(3)
    await studio.session.close()
    closed = await studio.sink.wait_for(RecordingClosed)
    assert play(closed.path).sizes == [(320, 240), (160, 120)]
    assert len(studio.recordings()) == 1


async def test_flush_answers_at_once_without_anybody(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.session.flush("nobody")
    assert (await studio.sink.wait_for(Flushed, within_s=5)).token == "nobody"


async def test_a_bad_offer_leaves_the_present_connection_alone(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish()
    await studio.sink.wait_for(PeerConnected)
    with pytest.raises(SdpRejected):
        await studio.session.accept_publisher("v=0\r\nnonsense\r\n")
    await asyncio.sleep(0.3)
    assert not studio.sink.of(PeerInterrupted)
    _, answer = await studio.publish()
    assert answer.epoch == 2


@pytest.mark.parametrize("kind", ["publisher", "observer"])
async def test_who_negotiates_while_the_interview_ends_is_refused_and_closed(
    open_studio: OpenStudio, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    studio = open_studio()
    person = Publisher(audio=None, video=PictureTrack()) if kind == "publisher" else Observer()
    studio.people.append(person)
    peers: list[PublisherPeer | ObserverPeer] = []
    peer_class = PublisherPeer if kind == "publisher" else ObserverPeer
    negotiate = peer_class.answer

    async def answer(self: Any, offer_sdp: str) -> str:
        sdp: str = await negotiate(self, offer_sdp)
        peers.append(self)
        await studio.session.close()
        return sdp

    monkeypatch.setattr(peer_class, "answer", answer)
    join = studio.session.accept_publisher if kind == "publisher" else studio.session.add_observer
    with pytest.raises(SessionClosed):
        await join(await person.offer())
    assert [peer.state for peer in peers] == ["closed"]
    assert studio.session.observer_count == 0


async def test_a_recording_that_ends_badly_does_not_keep_the_connection(
    open_studio: OpenStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio()
    _, answer = await studio.publish()
    publisher = studio.session._sources.present
    assert publisher is not None

    async def fail(epoch: int) -> list[MediaFact]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(studio.session._recorder, "end_epoch", fail)
    await studio.session.close_publisher(answer.epoch)
    assert (await studio.sink.wait_for(MediaFault)).code == "close_failed"
    assert publisher.source.state == "closed"


async def test_nothing_is_left_behind(open_studio: OpenStudio) -> None:
    threads_before = _list_our_threads()
    studio = open_studio()
    tasks_before = asyncio.all_tasks()
    await studio.publish(audio=VoiceTrack(make_voice(((0.3, False), (1.0, True)))), video=PictureTrack())
    observer, _ = await studio.observe()
    await observer.receive("video", 1)
    await studio.sink.wait_for(RecordingOpened)
    await asyncio.gather(*(person.close() for person in studio.people))
    await studio.session.close()
    await studio.session.close()
    await studio.scheduler.close()
    with pytest.raises(SessionClosed):
        await studio.session.accept_publisher("v=0")
    for _ in range(400):
        left = (asyncio.all_tasks() - tasks_before) | (_list_our_threads() - threads_before)
        if not left:
            break
        await asyncio.sleep(0.05)
    assert not left


def _list_our_threads() -> set[threading.Thread]:
    """Those of the media plane, and decoder threads that aiortc would start for a receiver that is not tapped."""
    prefixes = ("hearing", "recorder", "asr", "audio-", "video-")
    return {thread for thread in threading.enumerate() if thread.name.startswith(prefixes)}
