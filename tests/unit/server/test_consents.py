"""Consent texts and the disclosure are complete in both languages."""

from __future__ import annotations

import hashlib

from server.hr.consents import consents, disclosure


def test_recording_is_required_and_scoring_is_a_choice() -> None:
    assert [(consent.kind, consent.required) for consent in consents()] == [("recording", True), ("ai_scoring", False)]


def test_every_text_stands_in_both_languages_and_has_its_own_hash() -> None:
    texts = [text for consent in consents() for text in consent.texts.values()]
    assert all(set(consent.texts) == {"en", "zh-CN"} for consent in consents())
    assert len({text.hash for text in texts}) == 4
    for text in texts:
        assert text.hash == hashlib.sha256((text.title + "\n" + text.text).encode()).hexdigest()


def test_observers_are_mentioned_and_the_ai_is_disclosed() -> None:
    recording = consents()[0].texts
    assert "watch and listen live" in recording["en"].text
    assert "实时观看" in recording["zh-CN"].text
    assert "AI interviewer" in disclosure()["en"]
    assert "AI 面试官" in disclosure()["zh-CN"]
