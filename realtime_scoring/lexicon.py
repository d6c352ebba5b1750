"""The words by which clauses are read, per language. Data: `lexicons/*.yaml`; this module gives it its shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from realtime_scoring.errors import DataError
from realtime_scoring.tagger import Tagger
from realtime_scoring.types import Language


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Patterns run over folded clauses (see `text.fold`); `filler` also takes the commas around it.

    Equal only to itself, so that what was read with it can be kept by it.
    """

    language: Language
    tagger: Tagger
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
    carries_on: re.Pattern[str]
    """Opens a sentence in which the one who acted before goes on acting."""
    done: re.Pattern[str]
    """Marks an act without a subject as done."""
    others: re.Pattern[str]
    """Opens a clause of what somebody else did."""
    mishap: re.Pattern[str]
    """What went wrong by one's own hand: an act, but nothing that speaks for anybody."""
    scene: re.Pattern[str]
    """Before the first act: sets the scene, however much is done in it. Optional, like the next."""
    lesson_follows: re.Pattern[str]
    """Only leads in what was learned: the next clause of the sentence says it."""
    placed: re.Pattern[str]
    """Says where, when or why it was."""
    undergone: re.Pattern[str]
    """What was done, told without the one who did it. Optional, like the next."""
    moves: re.Pattern[str]
    """Only says that somebody went or stayed somewhere."""
    past: re.Pattern[str]
    """Shows that a clause tells of the past."""
    dependent: re.Pattern[str]
    """Opens a clause that belongs to the one before it, and is quoted with it."""
    no_step: re.Pattern[str]
    """Sounds like something one would do, and is none: a wish, a guess, a question, what is rounded off. Optional."""
    aim: re.Pattern[str]
    """Leads in what was to come, not what came."""
    stative: re.Pattern[str]
    negation: re.Pattern[str]
    hypothetical: re.Pattern[str]
    habitual: re.Pattern[str]
    general: re.Pattern[str]
    """Says that something is usually so: no single event."""
    vague: re.Pattern[str]
    when: re.Pattern[str]
    circumstance: re.Pattern[str]
    setting: re.Pattern[str]
    """Says in which work or place it was."""
    task: re.Pattern[str]
    outcome: re.Pattern[str]
    outcome_marker: re.Pattern[str]
    degree: re.Pattern[str]
    """More or less of something: what a number could stand for."""
    quantity: re.Pattern[str]
    reflection: re.Pattern[str]
    retraction: re.Pattern[str]
    boast: re.Pattern[str]
    """Says how good one is, and nothing that was done."""
    about_person: re.Pattern[str]
    to_the_rater: re.Pattern[str]
    aside: re.Pattern[str]
    """What has nothing to do with any question: left out."""
    terms_of_job: re.Pattern[str]
    """Talk of pay and conditions instead of an answer."""
    asks_to_repeat: re.Pattern[str]
    declines: re.Pattern[str]
    protected: re.Pattern[str]
    """Who a person is and what happened in private life: never picked up."""
    grave: re.Pattern[str]
    """Death, harassment, dismissal: whoever tells of it is not probed about it."""


_OPTIONAL = frozenset(
    {"scene", "lesson_follows", "placed", "undergone", "moves", "past", "dependent", "aim", "no_step"}
)
_NEVER = re.compile(r"(?!)")


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


def parse_lexicon(data: object, language: Language, source: str, tagger: Tagger | None = None) -> Lexicon:
    """A lexicon from its parsed file, and the weights that go with it, if any; `{name}` inside a pattern stands for the
    word list `name` of `words`."""
    root = as_mapping(data, source)
    words: dict[str, str] = {}
    for name, value in as_mapping(root.get("words", {}), f"{source}: words").items():
        # A list may use those before it.
        texts = as_texts(value, f"{source}: words.{name}")
        words[name] = "|".join(_fill(text, words, f"{source}: words.{name}") for text in texts)
    values: dict[str, object] = {"language": language, "tagger": tagger or Tagger(language, {})}
    for name, kind in ((item.name, str(item.type)) for item in fields(Lexicon)):
        if name in ("language", "tagger"):
            continue
        place = f"{source}: {name}"
        if name not in root:
            if name not in _OPTIONAL:
                raise DataError(f"{place} is missing")
            values[name] = _NEVER
            continue
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
