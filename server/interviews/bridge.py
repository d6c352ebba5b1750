"""Media facts into intents and signals: the one place where the media plane and the interview meet."""

from __future__ import annotations

from dataclasses import dataclass

from media import types as m
from media.voices import facts as v
from server.interviews import intents as i
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a fact means to the interview: something to decide on, something to show, or both."""

    intent: object | None = None
    signal: object | None = None


def translate(fact: m.MediaFact, state: InterviewState) -> Meaning:
    match fact:
        case m.FinalTranscript():
            return Meaning(intent=_heard(fact))
        case m.TranscriptionFailed():
            missed = i.MissSegment(fact.segment_id, fact.t_start_ms, fact.t_end_ms, fact.code, fact.revision)
            return Meaning(intent=missed)
        case m.TranscriptionDeferred(segment_id, t_start_ms, t_end_ms, revision):
            return Meaning(intent=i.DeferSegment(segment_id, t_start_ms, t_end_ms, revision))
        case m.Flushed(token):
            return Meaning(intent=i.EndTranscription(token, complete=True))
        case m.PartialTranscript():
            turn = state.turn
            if turn is None or turn.form == "text":
                return Meaning()
            caption = s.CaptionUpdated(turn.id, fact.segment_id, fact.committed, fact.unstable, fact.revision)
            return Meaning(signal=caption)
        case m.SpeechStarted() | m.SpeechStopped():
            return Meaning()  # `Hearing.show` tells when somebody is seen to speak
        case m.AudioLevel():
            return Meaning(signal=s.LevelMeasured(fact.rms_dbfs, fact.peak_dbfs, fact.clipped, fact.snr_db))
        case m.QualityReport():
            return _quality(fact, state)
        case m.SpeakerTranscript() | v.VoiceHeard() | v.VoiceReach():
            return _translate_voice(fact)
        case _:
            return Meaning(intent=i.Record(_logged_as_is(fact)))


def _translate_voice(fact: m.SpeakerTranscript | v.VoiceHeard | v.VoiceReach) -> Meaning:
    """Of somebody of HR: told and logged, and no part of an answer."""
    match fact:
        case v.VoiceHeard(user_id, speaking=speaking):
            return Meaning(signal=s.VoiceHeard(user_id, speaking))
        case v.VoiceReach(user_id, obstacle):
            return Meaning(signal=s.VoiceReach(user_id, obstacle))
        case m.SpeakerTranscript(user_id, said):
            return _translate_words(user_id, said)


def _translate_words(user_id: str, said: m.PartialTranscript | m.FinalTranscript | m.TranscriptionFailed) -> Meaning:
    match said:
        case m.PartialTranscript(segment_id, committed=committed, unstable=unstable, revision=revision):
            return Meaning(signal=s.VoiceCaptioned(user_id, segment_id, committed, unstable, revision))
        case m.FinalTranscript(segment_id, t_start_ms, t_end_ms, text):
            if not text:
                return Meaning()
            return Meaning(
                i.Record(
                    e.VoiceTranscribed(user_id, segment_id, t_start_ms, t_end_ms, text, said.confidence, said.revision)
                )
            )
        case m.TranscriptionFailed(segment_id, t_start_ms, t_end_ms, code, revision):
            return Meaning(i.Record(e.VoiceUntranscribed(user_id, segment_id, t_start_ms, t_end_ms, code, revision)))


def _heard(fact: m.FinalTranscript) -> i.HearSegment:
    words = tuple(
        e.Word(word.char_start, word.char_end, word.t_start_ms, word.t_end_ms, word.probability) for word in fact.words
    )
    return i.HearSegment(
        fact.segment_id, fact.t_start_ms, fact.t_end_ms, fact.text, fact.confidence, words, fact.revision
    )


def _quality(fact: m.QualityReport, state: InterviewState) -> Meaning:
    signal = s.QualityMeasured(
        word=fact.word,
        audio_loss=fact.audio_loss,
        audio_jitter_ms=fact.audio_jitter_ms,
        audio_kbps=fact.audio_kbps,
        video_kbps=fact.video_kbps,
        video_width=fact.video_width,
        video_height=fact.video_height,
        rtt_ms=fact.rtt_ms,
        reason=fact.reason,
        video_loss=fact.video_loss,
        fps=fact.frames_per_second,
        available_kbps=fact.available_kbps,
        limitation=fact.limitation,
        camera=fact.camera,
        audio_recovered=fact.audio_recovered,
        audio_concealed=fact.audio_concealed,
    )
    changed = i.Record(e.ConnectionChanged(fact.word, fact.reason)) if fact.word != state.connection else None
    return Meaning(intent=changed, signal=signal)


def read_statistics(report: c.QualityReportCommand) -> m.ClientStatistics:
    """What the page told, for the media plane."""
    return m.ClientStatistics(
        rtt_ms=report.rtt_ms,
        available_kbps=report.available_kbps,
        sent_kbps=report.sent_kbps,
        loss=report.loss,
        limitation=report.limitation,
        frames_per_second=report.fps,
        width=report.width,
        height=report.height,
        camera=report.camera,
    )


def _logged_as_is(fact: m.MediaFact) -> object:
    match fact:
        case m.PeerConnected(epoch, audio, video, transport):
            return e.MediaConnected(epoch, audio, video, transport)
        case m.PeerInterrupted(epoch, reason):
            return e.MediaInterrupted(epoch, reason)
        case m.PeerRecovered(epoch):
            return e.MediaRecovered(epoch)
        case m.ProfileChanged():
            return e.QualityProfileChanged(
                fact.profile,
                fact.video,
                fact.video_kbps,
                fact.width,
                fact.height,
                fact.frames_per_second,
                fact.audio_kbps,
                fact.reason,
            )
        case m.RecordingOpened(epoch, path, t_ms):
            return e.RecordingOpened(epoch, path.name, t_ms)
        case m.RecordingClosed(epoch, path, duration_ms, size_bytes):
            return e.RecordingClosed(epoch, path.name, duration_ms, size_bytes)
        case v.VoiceConnected(user_id, video):
            return e.VoiceConnected(user_id, video)
        case v.VoiceEnded(user_id, reason):
            return e.VoiceEnded(user_id, reason)
        case m.AsrDegraded(level, word):
            return e.AsrDegraded(level, word)
        case m.LanguageDoubted(segment_id, spoken):
            return e.LanguageDoubted(segment_id, spoken)
        case m.MediaFault(code, detail):
            return e.MediaFaulted(code, detail)
        case _:
            raise TypeError(type(fact).__name__)
