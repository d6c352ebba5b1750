"""The captions of one segment of speech: what to ask while it is being said, and what to show of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media.transcription.policy.agreement import Heard, agree, count_common
from media.transcription.policy.revision import Revision, compare
from media.transcription.policy.settings import CaptionSettings
from media.transcription.policy.timing import place_tokens
from media.transcription.policy.tokens import Token, append_tokens
from media.transcription.policy.window import Known, Window, choose_window
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples, Transcription

_PER_MS = SAMPLE_RATE_HZ // 1000
_SEAM_WORDS = 5
_SKIPPED = "…"


@dataclass(frozen=True, slots=True)
class Captions:
    """`committed` only ever grows at its end; `unstable` may be another with every answer. The one simply follows the
    other: `unstable` begins with the space that belongs between them."""

    committed: str
    unstable: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a partial is asked. Comes back with the answer, which is about `t_start_ms` to `t_end_ms` of the segment."""

    request: Request
    number: int
    known: int
    t_start_ms: int
    t_end_ms: int


class SegmentCaptions:
    """One per segment. Several questions may be on their way, and their answers come in any order or never."""

    def __init__(
        self, language: LanguageCode, settings: CaptionSettings | None = None, *, terms: tuple[str, ...] = ()
    ) -> None:
        self._language = language
        self._settings = settings or CaptionSettings()
        self._terms = terms
        self._committed: list[Token] = []
        self._text = ""
        self._heard = Heard((), 0)
        self._window = Window(0, 0, 0)
        self._asked = self._answered = 0

    @property
    def captions(self) -> Captions:
        """As after the last answer."""
        shown = append_tokens(self._text, self._shown(), self._language)
        return Captions(self._text, shown[len(self._text) :])

    @property
    def committed_words(self) -> int:
        """In Chinese characters. What false commits are a share of."""
        return sum(bool(token.key) for token in self._committed)

    def ask(self, samples: Samples, *, speech_share: float = 1.0, window_ms: int | None = None) -> Question:
        """For a partial. `samples` are all of the segment until now; the request gets a copy of what it needs.
        `window_ms` is for a recogniser under pressure: shorter than the setting."""
        known = Known(samples, self._committed, self._heard)
        window_ms = min(window_ms or self._settings.window_ms, self._settings.window_ms)
        self._window = choose_window(self._window, known, self._settings, window_ms)
        if self._window.skipped:
            self._mark_skipped()
        window = self._window
        prefix = append_tokens("", _from_word(self._committed[window.first :]), self._language)
        self._asked += 1
        return Question(
            Request(
                samples[window.t_start_ms * _PER_MS : window.t_end_ms * _PER_MS].copy(),
                self._language,
                "partial",
                prefix=prefix,
                terms=self._terms,
                speech_share=speech_share,
            ),
            self._asked,
            len(self._committed),
            window.t_start_ms,
            window.t_end_ms,
        )

    def take(self, question: Question, answer: Transcription) -> Captions:
        """An answer older than one that was taken changes nothing."""
        if question.number <= self._answered:
            return self.captions
        self._answered = question.number
        tokens = place_tokens(
            answer, self._language, t_ms=question.t_start_ms, duration_ms=question.t_end_ms - question.t_start_ms
        )
        unknown = _drop_said(tokens, self._committed[question.known :], self._committed)
        tokens = list(_without_repetition(unknown, self._committed))
        heard = Heard(tuple(tokens), question.t_end_ms)
        count = agree(self._heard, heard, self._settings)
        self._commit(tokens[:count])
        self._heard = replace(heard, tokens=heard.tokens[count:])
        return self.captions

    def adopt(self, final: Transcription, duration_ms: int) -> Captions:
        """The segment goes on although it had its final text already: what that has behind the committed words is
        committed too. Answers to questions asked before change nothing any more."""
        tokens = place_tokens(final, self._language, t_ms=0, duration_ms=duration_ms)
        while tokens and not tokens[-1].key:
            tokens.pop()
        self._commit(_drop_said(tokens, self._committed, self._committed))
        self._answered = self._asked
        self._heard = Heard((), duration_ms)
        return self.captions

    def finish(self, final: str) -> Revision | None:
        """Which committed words the final text changes. Changes nothing here: speech may go on and end again."""
        return compare(self._committed, final, self._language)

    def _shown(self) -> Sequence[Token]:
        """The unstable words without punctuation at the seam, and without a last word that is being spoken."""
        tokens = list(_from_word(self._heard.tokens))
        settings = self._settings
        while tokens and (
            not tokens[-1].key
            or (
                tokens[-1].t_end_ms > self._heard.t_end_ms - settings.fresh_ms
                and tokens[-1].probability < settings.fresh_above
            )
        ):
            tokens.pop()
        return tokens

    def _commit(self, tokens: Sequence[Token]) -> None:
        self._committed += tokens
        self._text = append_tokens(self._text, tokens, self._language)

    def _mark_skipped(self) -> None:
        """What was heard last is all there will be of it until the final text."""
        at_ms = self._window.t_start_ms
        self._commit([*self._heard.tokens, Token(_SKIPPED, "", True, at_ms, at_ms, 1.0)])
        self._heard = Heard((), at_ms)
        self._window = replace(self._window, first=len(self._committed))


def _drop_said(tokens: Sequence[Token], said: Sequence[Token], committed: Sequence[Token]) -> Sequence[Token]:
    """`tokens` begin with `said`, or else (the recogniser has changed its mind) overlap with it in time."""
    words = [token for token in said if token.key]
    if not words:
        return tokens
    common = count_common(words, tokens)
    if sum(len(token.key) for token in tokens[:common]) == sum(len(word.key) for word in words):
        return tokens[common:]
    return [token for token in tokens if _middle_ms(token) >= committed[-1].t_end_ms]


def _without_repetition(tokens: Sequence[Token], committed: Sequence[Token]) -> Sequence[Token]:
    """A recogniser may say the last words of its prefix again. Only the time tells them from words said twice."""
    words = [token for token in committed if token.key]
    if not words:
        return tokens
    inside = [token for token in tokens if token.key and _middle_ms(token) < words[-1].t_end_ms][:_SEAM_WORDS]
    for count in range(len(inside), 0, -1):
        if [token.key for token in inside[:count]] == [word.key for word in words[-count:]]:
            last = inside[count - 1]
            return tokens[next(at for at, token in enumerate(tokens) if token is last) + 1 :]
    return tokens


def _from_word(tokens: Sequence[Token]) -> Sequence[Token]:
    first = next((number for number, token in enumerate(tokens) if token.key), len(tokens))
    return tokens[first:]


def _middle_ms(token: Token) -> float:
    return (token.t_start_ms + token.t_end_ms) / 2
