"""Which words of a growing hypothesis have come to stay.

LocalAgreement-2 (Liu et al. 2020; Macháček, Dabre and Bojar 2023): what two successive hypotheses begin with in common.
Added here: a word close to the end of the audio may be cut off and waits; a word of which the recogniser is sure needs
no second hypothesis; a word that waited long is taken as it was heard last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from media.transcription.policy.settings import CaptionSettings
from media.transcription.policy.tokens import Token


@dataclass(frozen=True, slots=True)
class Heard:
    """A hypothesis of what is not committed yet, made of audio up to `t_end_ms` of the segment."""

    tokens: tuple[Token, ...]
    t_end_ms: int


def agree(old: Heard, new: Heard, settings: CaptionSettings) -> int:
    """How many tokens of `new` may be committed. Punctuation stays with what follows it: at an end it is guesswork."""
    waited = sum(token.t_end_ms <= new.t_end_ms - settings.patience_ms for token in new.tokens)
    count = max(waited, count_common(old.tokens, new.tokens))
    if waited == count > 0:
        after_ms = new.tokens[count - 1].t_end_ms
        rest = [token for token in old.tokens if (token.t_start_ms + token.t_end_ms) / 2 >= after_ms]
        count += count_common(rest, new.tokens[count:])
    count = _count_ended(new, settings.guard_ms, count)
    while count < len(new.tokens) and _is_sure(new.tokens[count], old, new, settings):
        count += 1
    while count > 0 and not new.tokens[count - 1].key:
        count -= 1
    return count


def count_common(old: Sequence[Token], new: Sequence[Token]) -> int:
    """How many tokens of `new` say what `old` begins with. Where one writes two words and the other one ("follow up",
    "follow-up"), they are the same from the next border that both have."""
    borders = set(_borders(old))
    letters = "".join(token.key for token in old)
    at = common = 0
    for number, token in enumerate(new, start=1):
        if not letters.startswith(token.key, at):
            break
        at += len(token.key)
        if at in borders:
            common = number
    return common


def _count_ended(new: Heard, guard_ms: int, count: int) -> int:
    for number, token in enumerate(new.tokens[:count]):
        if token.key and token.t_end_ms > new.t_end_ms - guard_ms:
            return number
    return count


def _is_sure(token: Token, old: Heard, new: Heard, settings: CaptionSettings) -> bool:
    """Unless the hypothesis before had heard something else there, and to its end."""
    if not token.key:
        return True
    if token.probability < settings.sure_above or token.t_end_ms > new.t_end_ms - settings.sure_guard_ms:
        return False
    middle_ms = (token.t_start_ms + token.t_end_ms) / 2
    return not any(
        other.key and other.key != token.key and other.t_start_ms <= middle_ms <= other.t_end_ms
        for other in old.tokens
        if other.t_end_ms <= old.t_end_ms - settings.guard_ms
    )


def _borders(tokens: Sequence[Token]) -> Iterator[int]:
    at = 0
    yield at
    for token in tokens:
        at += len(token.key)
        yield at
