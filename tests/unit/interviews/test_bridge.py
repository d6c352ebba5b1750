"""Quality on its way from the media plane to log and pages, and from the page to the media plane."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from media import types as m
from server.interviews import intents as i
from server.interviews.bridge import read_statistics, translate
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s

STATE = InterviewState("i")
REPORT = m.QualityReport(
    epoch=1,
    word="poor",
    reason="loss",
    audio_loss=0.12,
    audio_jitter_ms=8.5,
    audio_kbps=28.0,
    video_loss=0.02,
    video_kbps=140.0,
    video_width=320,
    video_height=240,
    frames_per_second=14.5,
    rtt_ms=90,
    available_kbps=300.0,
    limitation="none",
    camera="on",
    audio_recovered=0.08,
    audio_concealed=0.03,
)


def test_a_report_is_shown_and_a_new_word_is_logged_with_its_reason() -> None:
    meaning = translate(REPORT, STATE)
    assert meaning.intent == i.Record(e.ConnectionChanged("poor", "loss"))
    assert meaning.signal == s.QualityMeasured(
        "poor", 0.12, 8.5, 28.0, 140.0, 320, 240, 90, "loss", 0.02, 14.5, 300.0, "none", "on", 0.08, 0.03
    )
    assert translate(REPORT, replace(STATE, connection="poor")).intent is None


def test_every_change_of_profile_is_an_event() -> None:
    change = m.ProfileChanged("low", True, 150, 320, 240, 15, 32, "loss")
    logged = e.QualityProfileChanged("low", True, 150, 320, 240, 15, 32, "loss")
    assert translate(change, STATE).intent == i.Record(logged)


def test_what_the_page_reports_reaches_the_media_plane() -> None:
    report = c.QualityReportCommand(
        rtt_ms=80,
        available_kbps=500.0,
        limitation="cpu",
        sent_kbps=410.0,
        loss=0.01,
        fps=20.0,
        width=480,
        height=360,
        candidate_type="relay",
        camera="off",
    )
    assert read_statistics(report) == m.ClientStatistics(
        rtt_ms=80,
        available_kbps=500.0,
        sent_kbps=410.0,
        loss=0.01,
        limitation="cpu",
        frames_per_second=20.0,
        width=480,
        height=360,
        camera="off",
    )


def test_both_sides_use_the_same_words() -> None:
    pairs = [
        (m.ConnectionWord, e.ConnectionWord),
        (m.ConnectionReason, e.ConnectionReason),
        (m.ProfileName, e.ProfileName),
        (m.ProfileReason, e.ProfileReason),
        (m.Limitation, s.Limitation),
        (m.CameraState, s.CameraState),
    ]
    assert all(get_args(inside) == get_args(wire) for inside, wire in pairs)
