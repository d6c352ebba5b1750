"""What observers are told of speaking."""

from __future__ import annotations

from media.types import AudioLevel, MediaFact, PeerInterrupted, SpeechStarted, SpeechStopped
from server.interviews.hearing import SHOWN_PAUSE_MS, Hearing


def level(t_ms: int) -> AudioLevel:
    return AudioLevel(t_ms, -60.0, -50.0, False, False, None)


def show(hearing: Hearing, *facts: MediaFact) -> list[bool | None]:
    told: list[bool | None] = []
    for fact in facts:
        hearing.note(fact, 0)
        told.append(hearing.show(fact))
    return told


def test_a_pause_between_words_is_not_shown() -> None:
    words = SpeechStarted(1_000), SpeechStopped(1_400), level(1_600), SpeechStarted(1_650), SpeechStopped(2_000)
    assert show(Hearing(), *words) == [True, None, None, None, None]


def test_silence_is() -> None:
    hearing = Hearing()
    show(hearing, SpeechStarted(1_000), SpeechStopped(2_000))
    late = 2_000 + SHOWN_PAUSE_MS
    assert show(hearing, level(late - 100), level(late + 100), level(late + 300)) == [None, False, None]


def test_nobody_speaks_who_is_gone() -> None:
    hearing = Hearing()
    assert show(hearing, SpeechStarted(1_000), PeerInterrupted(1, "closed")) == [True, False]
