"""Whether the patterns of a rubric of good shape find what they are meant to find, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from realtime_scoring.errors import DataError
from realtime_scoring.features import is_denied
from realtime_scoring.lexicon import Lexicon, compile_pattern
from realtime_scoring.linter.backtracking import find_danger
from realtime_scoring.linter.findings import Finding, Place
from realtime_scoring.rubric import LANGUAGES
from realtime_scoring.text import fold, split_clauses
from realtime_scoring.types import AnswerText, Language

_NO_WORD = "zzz"
Lexicons = Mapping[Language, Lexicon]
Patterns = dict[tuple[str, int, Language], list[re.Pattern[str]]]


def check_meaning(data: Mapping[str, object], lexicons: Lexicons) -> Iterator[Finding]:
    """`data` must have passed `check_shape`."""
    patterns: Patterns = {}
    for part in ("indicators", "negatives"):
        for index, item in enumerate(_items(data, part)):
            for language in LANGUAGES:
                place: Place = (part, index, language)
                compiled = []
                for number, text in enumerate(item[language]):
                    found = list(_check_pattern(text, language, (*place, number), lexicons[language]))
                    yield from found
                    if not found:
                        compiled.append(compile_pattern([text], language, ""))
                patterns[part, index, language] = compiled
    yield from _check_examples(data, patterns, lexicons)
    yield from _check_topics(data, (), lexicons)


def _items(data: Mapping[str, object], part: str) -> list[dict[str, Any]]:
    items = data[part]
    return items if isinstance(items, list) else []


def _check_pattern(text: str, language: Language, place: Place, lexicon: Lexicon) -> Iterator[Finding]:
    try:
        pattern = compile_pattern([text], language, "")
    except DataError as error:
        reason = str(error).removeprefix(": not a regular expression: ")
        yield Finding(place, f"this is no regular expression: {reason}", "put \\ before ( ) [ ] ? + * . meant as such")
        return
    except (RecursionError, OverflowError):
        yield Finding(place, "this regular expression is too deep or too large", "write several simple ones")
        return
    danger = find_danger(text)
    if danger is not None:
        mend = "bound it, as in `(?: [a-z]+){0,3}` or `[^,]{0,8}`, and begin each round with something of its own"
        yield Finding(place, f"this may take forever on some answers: {danger}", mend)
        return
    if pattern.search("") or pattern.search(_NO_WORD):
        yield Finding(place, "this is found in everything, even in an empty answer", "ask for at least one word")
        return
    # Within a sentence: a pattern may well ask for a word at the beginning of a clause.
    frame = "zzz {} zzz" if language == "en" else "甲{}乙"
    common = sorted(word for word in lexicon.stop_words if pattern.search(frame.format(word)))
    if common:
        message = f"this is found wherever somebody says `{common[0]}`"
        yield Finding(place, message, "ask for the words beside it that make it a behaviour")
    if text != fold(text) and not re.search(r"\\[A-Z]", text):
        yield Finding(place, "answers are read in small letters, so capitals are never found", "write small letters")


def _check_examples(data: Mapping[str, object], patterns: Patterns, lexicons: Lexicons) -> Iterator[Finding]:
    for part in ("indicators", "negatives"):
        for index, item in enumerate(_items(data, part)):
            example = item.get("example")
            if not isinstance(example, dict):
                continue
            for language in LANGUAGES:
                place: Place = (part, index, "example", language)
                text, own = example[language], patterns[part, index, language]
                positive = part == "indicators"
                if own and not _is_found(text, own, positive, lexicons[language], language):
                    message = f"no pattern under `{language}` finds this example of `{item['id']}`"
                    yield Finding(place, message, "mend the pattern, or take a sentence that it is meant for")
                if positive:
                    yield from _check_against_negatives(data, text, place, patterns, lexicons[language], language)


def _check_against_negatives(
    data: Mapping[str, object], text: str, place: Place, patterns: Patterns, lexicon: Lexicon, language: Language
) -> Iterator[Finding]:
    for index, negative in enumerate(_items(data, "negatives")):
        if _is_found(text, patterns["negatives", index, language], False, lexicon, language):
            message = f"the negative behaviour `{negative['id']}` is found in this good example"
            yield Finding(place, message, f"narrow the patterns of `negatives[{index}].{language}`")


def _is_found(text: str, patterns: list[re.Pattern[str]], positive: bool, lexicon: Lexicon, language: Language) -> bool:
    """As the scorer would: clause by clause, and a good behaviour that is denied does not count."""
    for clause in split_clauses(AnswerText("example", text, language), 0, lexicon):
        negation = lexicon.negation.search(clause.text)
        negation_at = negation.start() if negation else None
        for pattern in patterns:
            match = pattern.search(clause.text)
            if match and not (positive and is_denied(match, negation_at)):
                return True
    return False


def _check_topics(value: object, place: Place, lexicons: Lexicons) -> Iterator[Finding]:
    """In names, labels, anchors and examples alike: who somebody is, is no behaviour."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            # Patterns are no prose; the words beside them say what they stand for.
            if not (place and place[0] in ("indicators", "negatives") and len(place) == 2 and key in LANGUAGES):
                yield from _check_topics(inner, (*place, key), lexicons)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _check_topics(inner, (*place, index), lexicons)
    elif isinstance(value, str):
        for lexicon in lexicons.values():
            match = lexicon.protected.search(fold(value))
            if match:
                message = f"`{match.group()}` is about who somebody is, which no score may rest on"
                yield Finding(place, message, "describe what is done, not who does it")
                return
