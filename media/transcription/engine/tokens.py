"""Text to tokens and back, in one language of the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import tokenizers
from faster_whisper.tokenizer import Tokenizer

from media.errors import ModelUnavailable
from media.types import LanguageCode

_WHISPER_LANGUAGES: dict[LanguageCode, str] = {"en": "en", "zh-CN": "zh"}
_NEEDED = ("endoftext", "startoftranscript", "startofprev", "transcribe", "notimestamps", "en", "zh")
_FEW = 0.01


class SpokenTokens:
    """Used by several threads at once."""

    def __init__(self, library: tokenizers.Tokenizer, language: LanguageCode) -> None:
        self.language = language
        self._tokens = Tokenizer(library, True, "transcribe", _WHISPER_LANGUAGES[language])
        self.task: tuple[int, ...] = tuple(self._tokens.sot_sequence)
        """What a transcript begins with: start, language, task."""
        self.without_times: int = self._tokens.no_timestamps
        self.end: int = self._tokens.eot
        self.before: int = self._tokens.sot_prev
        """Announces earlier text, which stands before the start."""

    @cached_property
    def unspeakable(self) -> list[int]:
        """Tokens that are never said: brackets, notes, commands."""
        commands = (
            self._tokens.transcribe,
            self._tokens.translate,
            self._tokens.sot,
            self._tokens.sot_prev,
            self._tokens.sot_lm,
            self._tokens.no_speech,
        )
        return sorted({*self._tokens.non_speech_tokens, *(token for token in commands if token is not None)})

    def encode(self, text: str) -> list[int]:
        """As it stands at the beginning of a transcript: with a space in front where words have spaces between them.
        Commands in it are left out: a curriculum vitae may hold any."""
        text = text.strip()
        tokens = self._tokens.encode(text if self.language == "zh-CN" else f" {text}") if text else []
        return [token for token in tokens if token < self.end]

    def split(self, tokens: Sequence[int]) -> list[tuple[str, int]]:
        """The shortest pieces that are text by themselves, each with its number of tokens. What is no text is left
        out."""
        spoken = [token for token in tokens if token < self.end]
        if not spoken:
            return []
        pieces, parts = self._tokens.split_tokens_on_unicode(spoken)
        return [(piece, len(part)) for piece, part in zip(pieces, parts, strict=True)]


def open_tokens(
    folder: Path, languages: Sequence[LanguageCode], names: Sequence[str]
) -> dict[LanguageCode, SpokenTokens]:
    """For each language; `names` are the model's own tokens in order of id. Raises ModelUnavailable for a tokeniser
    that cannot be read or belongs to another model: it would write any text whatever."""
    file = folder / "tokenizer.json"
    try:
        json.loads(file.read_text(encoding="utf-8"))
        library = tokenizers.Tokenizer.from_file(str(file))
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"{file} cannot be read: {error}") from error
    except Exception as error:  # the library raises nothing narrower for a file of another form
        raise ModelUnavailable(f"{file} is no tokeniser: {error}") from error
    _compare(file, library.get_vocab(), names)
    return {language: SpokenTokens(library, language) for language in languages}


def _compare(file: Path, tokens: dict[str, int], names: Sequence[str]) -> None:
    """Time marks may be missing in the tokeniser, and some commands have had several names."""
    missing = [name for name in _NEEDED if f"<|{name}|>" not in tokens]
    if missing:
        raise ModelUnavailable(f"{file} is no tokeniser of Whisper: without {', '.join(missing)}")
    different = [name for name, number in tokens.items() if number >= len(names) or names[number] != name]
    if any(name.strip("<|>") in _NEEDED for name in different) or len(different) > _FEW * len(tokens):
        raise ModelUnavailable(
            f"{file} does not fit the model: {len(different)} of its {len(tokens)} tokens are others there"
        )
