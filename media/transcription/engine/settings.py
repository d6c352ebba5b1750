"""How much work the engine puts into a text."""

from __future__ import annotations

from dataclasses import dataclass

from media.types import RecogniserInfo

WINDOWS_S = (5, 10, 15, 30)
"""Lengths a stretch of audio is filled up to: what is listened to together has to be of one length."""
LONGEST_S = WINDOWS_S[-1]


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """The shortest window that may be listened through, or the next longer one that there is. Whisper was trained on
    30 s; the shorter, the cheaper, and at some length the worse. A window of 10 s costs an eighth of one of 30 s."""

    partial_s: int = 5
    final_s: int = 10
    final_quiet_s: float = 2.5
    """So much silence a window has behind a final: with 2.56 s others saw no loss against the full window (Common
    Voice, base.en; whisper.cpp issue 1855), and without any, loops (issue 1951)."""

    def choose_s(self, duration_s: float, *, final: bool) -> int:
        wanted_s = max(duration_s + self.final_quiet_s, self.final_s) if final else max(duration_s, self.partial_s)
        return next(window_s for window_s in WINDOWS_S if window_s >= min(wanted_s, LONGEST_S))

    def __post_init__(self) -> None:
        if not 0 < min(self.partial_s, self.final_s) <= max(self.partial_s, self.final_s) <= LONGEST_S:
            raise ValueError(f"a window is at most {LONGEST_S} seconds long")


def choose_final_s(info: RecogniserInfo, device: str) -> int:
    """The least window of a final for this model, while nothing is measured that says otherwise."""
    # The demonstration recogniser was trained on short windows. Whisper knows 30 s only, and is reported to lose words
    # in windows below some 4 s (CTranslate2 issue 2100). On a GPU the full window costs a few ms. On a core of a CPU
    # 30 s take base half a second for each final, and each pause that is taken for an end, before the first word is
    # decoded: eight times what 10 s cost. What goes wrong in a short window shows (loops, improbable words), and is
    # listened to again in the longest.
    return LONGEST_S if device != "cpu" and not info.demonstration else WINDOWS_S[1]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    windows: WindowSettings = WindowSettings()
    final_beam: int = 2
    """How many hypotheses a final is searched with. A partial has one."""
    fallback_temperatures: tuple[float, ...] = (0.4,)
    """A final that is improbable or goes in circles is listened to again in the longest window, and if that does not
    help decoded by chance."""
    skipped_ms: float = 1_000.0
    """A final with so much sound in one piece that no word was found for is decoded again, without a search. Of 372
    stretches of the shipped answers without a word left out none had more than 400 ms; of 39 with a sentence left out
    none had less than 1,400."""
    prompt_tokens: int = 32
    """Place for the terms to expect. All requests that have any take this much: so they can be decoded together."""
    tokens_base: int = 10
    tokens_per_s: float = 9.0
    """A text longer than base + rate x seconds is cut off: fast Mandarin has eight tokens a second, endless repetition
    any number."""
    language_above_s: float = 3.0
    """Which language is spoken is asked of finals of this length."""
