"""Decodes JSON of a stranger: bounded in depth, no name twice, no number that JSON does not know."""

from __future__ import annotations

import json
import re

from server.language_model.errors import ReplyUnreadable

DEEPEST = 24
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.?)*(?:"|\Z)|[\[\]{}]', re.DOTALL)
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r"\A```(?:json)?\s*\n(.*)\n\s*```\Z", re.DOTALL)


def decode_json(text: str) -> object:
    """Raises ReplyUnreadable."""
    if _measure_depth(text) > DEEPEST:
        raise ReplyUnreadable("the reply is nested too deeply")
    try:
        decoded: object = json.loads(text, object_pairs_hook=_take_pairs, parse_constant=_refuse_constant)
    except ValueError as error:
        raise ReplyUnreadable("the reply is no JSON") from error
    return decoded


def decode_content(text: str) -> object:
    """What a model wrote: models asked without a schema may think aloud before it, or fence it as Markdown."""
    text = _THOUGHTS.sub("", text).strip()
    fenced = _FENCED.match(text)
    return decode_json(fenced.group(1) if fenced else text)


def _measure_depth(text: str) -> int:
    """Before anything is decoded: a decoder goes down as deep as the text does."""
    depth = deepest = 0
    for match in _STRUCTURE.finditer(text):
        sign = match.group()
        if sign in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif sign in ("]", "}"):
            depth -= 1
    return deepest


def _take_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    taken = dict(pairs)
    if len(taken) != len(pairs):
        raise ValueError("a name stands twice")
    return taken


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
