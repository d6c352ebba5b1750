"""The words by which clauses are read, per language. Data: `lexicons/*.yaml`; this module gives it its shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from realtime_scoring.types import Language


class DataError(ValueError):
    """A lexicon or rubric is wrong; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns run over folded clauses (see `text.fold`); `filler` also takes the commas around it."""

    language: Language
    shortest_clause: int
    """A piece of fewer words does not stand alone: it leads in what follows."""
    shortest_before_subject: int
    """A new subject opens a clause only after this many words, since speech may come without punctuation."""
    shortest_answer: int
    """Words (Chinese: characters) below which no level is given."""
    quote_words: int
    """Longest quote in a question to the candidate."""
    stop_words: frozenset[str]
    topic_words: tuple[str, ...]
    filler: re.Pattern[str]
    clause_start: re.Pattern[str]
    subject_start: re.Pattern[str]
    lead_in: re.Pattern[str]
    own: re.Pattern[str]
    team: re.Pattern[str]
    action: re.Pattern[str]
    action_without_subject: re.Pattern[str]
    intended_action: re.Pattern[str]
    stative: re.Pattern[str]
    negation: re.Pattern[str]
    hypothetical: re.Pattern[str]
    habitual: re.Pattern[str]
    vague: re.Pattern[str]
    when: re.Pattern[str]
    circumstance: re.Pattern[str]
    task: re.Pattern[str]
    outcome: re.Pattern[str]
    outcome_marker: re.Pattern[str]
    quantity: re.Pattern[str]
    reflection: re.Pattern[str]
    retraction: re.Pattern[str]
    about_person: re.Pattern[str]
    to_the_rater: re.Pattern[str]
    asks_to_repeat: re.Pattern[str]
    declines: re.Pattern[str]
    protected: re.Pattern[str]
    """Who a person is and what happened in private life: never picked up."""
    grave: re.Pattern[str]
    """Death, harassment, dismissal: whoever tells of it is not probed about it."""


def compile_pattern(
    alternatives: list[str], language: Language, source: str, *, whole_words: bool = True
) -> re.Pattern[str]:
    """One pattern of many; English alternatives match whole words only, unless they see to their edges themselves."""
    joined = "|".join(f"(?:{alternative})" for alternative in alternatives)
    # The end is a word's end too, unless the alternative itself ends outside a word (before a look-ahead).
    whole = rf"(?<![a-z0-9'])(?:{joined})(?:(?<![a-z0-9])|(?![a-z0-9]))" if language == "en" and whole_words else joined
    try:
        return re.compile(whole)
    except re.error as error:
        raise DataError(f"{source}: not a regular expression: {error}") from error


def parse_lexicon(data: object, language: Language, source: str) -> Lexicon:
    """A lexicon from its parsed file; `{name}` inside a pattern stands for the word list `name` of `words`."""
    root = as_mapping(data, source)
    words = {
        name: "|".join(as_texts(value, f"{source}: words.{name}"))
        for name, value in as_mapping(root.get("words", {}), f"{source}: words").items()
    }
    values: dict[str, object] = {"language": language}
    for name, kind in ((item.name, str(item.type)) for item in fields(Lexicon)):
        if name == "language":
            continue
        place = f"{source}: {name}"
        if name not in root:
            raise DataError(f"{place} is missing")
        if kind == "int":
            values[name] = as_count(root[name], place)
        elif kind == "frozenset[str]":
            values[name] = frozenset(as_texts(root[name], place))
        elif kind == "tuple[str, ...]":
            values[name] = tuple(as_texts(root[name], place))
        else:
            alternatives = [_fill(text, words, place) for text in as_texts(root[name], place)]
            values[name] = compile_pattern(alternatives, language, place, whole_words=name != "filler")
    unknown = sorted(set(root) - set(values) - {"words"})
    if unknown:
        raise DataError(f"{source}: unknown entries: {', '.join(unknown)}")
    return Lexicon(**values)  # type: ignore[arg-type]  # every field is set above by its declared type


def _fill(pattern: str, words: Mapping[str, str], source: str) -> str:
    for name in re.findall(r"\{([a-z_]+)\}", pattern):
        if name not in words:
            raise DataError(f"{source}: no word list is called {name}")
        pattern = pattern.replace(f"{{{name}}}", f"(?:{words[name]})")
    return pattern


def as_mapping(value: object, source: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise DataError(f"{source}: expected named entries")
    return value


def as_texts(value: object, source: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise DataError(f"{source}: expected a list of texts")
    return value


def as_text(value: object, source: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{source}: expected a text")
    return value


def as_count(value: object, source: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DataError(f"{source}: expected a whole number")
    return value
