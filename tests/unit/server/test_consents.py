"""Consent texts and the disclosure are complete in both languages."""

from __future__ import annotations

import hashlib

from server.hr.consents import consents, disclosure
from server.protocol.flow import Language

MODEL: dict[Language, str] = {"en": "language model", "zh-CN": "语言模型"}


def test_recording_is_required_and_scoring_is_a_choice() -> None:
    assert [(consent.kind, consent.required) for consent in consents(names_model=False)] == [
        ("recording", True),
        ("ai_scoring", False),
    ]


def test_every_text_stands_in_both_languages_and_has_its_own_hash() -> None:
    texts = [text for consent in consents(names_model=False) for text in consent.texts.values()]
    assert all(set(consent.texts) == {"en", "zh-CN"} for consent in consents(names_model=False))
    assert len({text.hash for text in texts}) == 4
    for text in texts:
        assert text.hash == hashlib.sha256((text.title + "\n" + text.text).encode()).hexdigest()


def test_where_a_language_model_reads_answers_the_texts_name_it() -> None:
    plain, named = consents(names_model=False)[1], consents(names_model=True)[1]
    assert consents(names_model=True)[0] == consents(names_model=False)[0]
    assert (plain.names_model, named.names_model) == (False, True)
    assert named.version != plain.version
    for language, words in MODEL.items():
        assert words not in plain.texts[language].text
        assert words not in disclosure(names_model=False)[language]
        assert words in named.texts[language].text
        assert words in disclosure(names_model=True)[language]
        assert named.texts[language].text.startswith(plain.texts[language].text)
        assert named.texts[language].hash != plain.texts[language].hash


def test_observers_are_mentioned_and_the_ai_is_disclosed() -> None:
    recording = consents(names_model=False)[0].texts
    assert "watch and listen live" in recording["en"].text
    assert "实时观看" in recording["zh-CN"].text
    assert "AI interviewer" in disclosure(names_model=False)["en"]
    assert "AI 面试官" in disclosure(names_model=False)["zh-CN"]
