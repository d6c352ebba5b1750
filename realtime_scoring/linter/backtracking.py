"""Regular expressions that may take forever on some text: found by their form, without running them.

A repetition whose rounds can be cut in many ways is tried in all of them before a match is given up (Davis et al. 2018,
"The impact of regular expression denial of service", section 2). The rule here errs on the safe side: it may refuse a
pattern that would do no harm. It is no proof: a rare one gets by, such as `(?:a*(?:b|ab))*`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from re import _parser  # type: ignore[attr-defined]  # the only reader of this syntax there is; a test holds its form
from typing import Any

MANY = 3
"""Rounds from which on what stands inside a repetition is looked at."""
LONG = 50
"""By so much two repetitions that follow each other must vary to be looked at: they cost less."""

_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
_PROBES = frozenset("abz059 ,.'-_\n的我客")
_CATEGORIES = {"CATEGORY_DIGIT": str.isdigit, "CATEGORY_SPACE": str.isspace, "CATEGORY_WORD": str.isalnum}

Node = tuple[Any, Any]
Sequences = list[list[Node]]
Characters = frozenset[str]


def find_danger(pattern: str) -> str | None:
    """What is dangerous in a pattern that compiles, in a few words; None when nothing is."""
    tree = list(_parser.parse(pattern))
    characters = _PROBES | {character for node in _walk(tree) for character in _literals(node)}
    for node in _walk(tree):
        if _name(node) in _REPEATS and any(map(_may_be_nothing, _inner(node))):
            return "a repetition of what may be nothing"
        if _name(node) in _REPEATS and int(node[1][1]) >= MANY:
            for body in _spell(list(node[1][2])):
                if any(_swallows(inner, body, characters) for inner in body):
                    return "something of no fixed length inside a repetition, with nothing between the rounds"
            if _chooses_twice(list(node[1][2]), characters):
                return "a repeated choice that can be made in two ways"
    if any(_runs_on(body, characters) for body in _spell(tree)):
        return "two long repetitions of the same characters behind each other"
    return None


def _name(node: Node) -> str:
    return str(node[0])


def _variation(node: Node) -> int:
    """By how many rounds a repetition may vary."""
    least, most, _ = node[1]
    return int(most) - int(least)


def _inner(node: Node) -> Sequences:
    """The sequences inside a node; more than one only for alternatives."""
    name, value = _name(node), node[1]
    if name in _REPEATS or name == "POSSESSIVE_REPEAT":
        return [list(value[2])]
    if name == "SUBPATTERN":
        return [list(value[-1])]
    if name == "ATOMIC_GROUP":
        return [list(value)]
    if name == "BRANCH":
        return [list(branch) for branch in value[1]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [list(value[1])]
    if name == "GROUPREF_EXISTS":
        return [list(branch) for branch in value[1:] if branch is not None]
    return []


def _walk(sequence: Sequence[Node]) -> Iterator[Node]:
    for node in sequence:
        yield node
        for inner in _inner(node):
            yield from _walk(inner)


def _spell(sequence: list[Node], limit: int = 64) -> Sequences:
    """The sequence with its groups opened, once for each choice of alternatives; no more than `limit` of them."""
    spelled: Sequences = [[]]
    for node in sequence:
        parts: Sequences = [[node]]
        if _name(node) in ("SUBPATTERN", "BRANCH"):
            parts = [one for inner in _inner(node) for one in _spell(inner, limit)]
        spelled = [[*before, *part] for before in spelled for part in parts][:limit]
    return spelled


def _literals(node: Node) -> Iterator[str]:
    name, value = _name(node), node[1]
    if name in ("LITERAL", "NOT_LITERAL"):
        yield chr(value)
    elif name == "IN":
        for kind, inner in value:
            if str(kind) == "LITERAL":
                yield chr(inner)
            elif str(kind) == "RANGE":
                yield from map(chr, inner)


def _characters(node: Node, among: Characters) -> Characters:
    """Those that a match of the node can hold."""
    name, value = _name(node), node[1]
    if name == "LITERAL":
        return frozenset(chr(value))
    if name == "NOT_LITERAL":
        return among - {chr(value)}
    if name in ("ANY", "GROUPREF"):
        return among
    if name == "IN":
        return frozenset(character for character in among if _holds(value, character))
    if name in ("ASSERT", "ASSERT_NOT"):
        return frozenset()
    return frozenset().union(*(_characters(inner, among) for sequence in _inner(node) for inner in sequence))


def _holds(members: Sequence[Node], character: str) -> bool:
    negated = any(str(kind) == "NEGATE" for kind, _ in members)
    return negated != any(_is_member(str(kind), value, character) for kind, value in members)


def _is_member(kind: str, value: Any, character: str) -> bool:
    if kind == "LITERAL":
        return bool(chr(value) == character)
    if kind == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    if kind == "CATEGORY":
        name = str(value)
        known = _CATEGORIES.get(name.replace("_NOT_", "_"))
        return known is not None and known(character) != ("_NOT_" in name)
    return False


def _is_needed(node: Node) -> bool:
    """Whether it cannot match nothing."""
    name = _name(node)
    if name in ("AT", "ASSERT", "ASSERT_NOT", "GROUPREF"):
        return False
    if name in _REPEATS or name == "POSSESSIVE_REPEAT":
        return int(node[1][0]) > 0 and not any(map(_may_be_nothing, _inner(node)))
    inner = _inner(node)
    return not any(map(_may_be_nothing, inner)) if inner else True


def _may_be_nothing(sequence: list[Node]) -> bool:
    return not any(map(_is_needed, sequence))


def _separates(node: Node, run: Characters, among: Characters) -> bool:
    """Whether the node must match something that the run cannot swallow."""
    return _is_needed(node) and not _characters(node, among) & run


def _swallows(inner: Node, body: list[Node], among: Characters) -> bool:
    """Whether a repetition in the body of another can take over what belongs to the next round."""
    if _name(inner) not in _REPEATS or not _variation(inner):
        return False
    run = _characters(inner, among)
    return not any(_separates(node, run, among) for node in body if node is not inner)


def _chooses_twice(body: list[Node], among: Characters) -> bool:
    for node in _walk(body):
        if _name(node) != "BRANCH":
            continue
        branches = _inner(node)
        beginnings = [_begin(branch, among) for branch in branches]
        for index, one in enumerate(beginnings):
            if any(one & other for other in beginnings[index + 1 :]):
                return True
        left_out = sum(map(_may_be_nothing, branches))
        if left_out > 1:
            return True
        if left_out:
            # Taken or left out: what it takes must not be what the next round begins with.
            run = _characters(node, among)
            if not any(_separates(part, run, among) for part in body if node not in _walk([part])):
                return True
    return False


def _begin(sequence: list[Node], among: Characters) -> Characters:
    found: Characters = frozenset()
    for node in sequence:
        inner = _inner(node) if _name(node) not in ("ASSERT", "ASSERT_NOT") else []
        opened = [_begin(part, among) for part in inner]
        found |= frozenset().union(*opened) if opened else _characters(node, among)
        if _is_needed(node):
            break
    return found


def _runs_on(body: list[Node], among: Characters) -> bool:
    """Two long runs with nothing between them that one of them cannot swallow."""
    open_run: Characters = frozenset()
    for node in body:
        if _name(node) in _REPEATS and _variation(node) >= LONG:
            run = _characters(node, among)
            bodies = [body for inner in _inner(node) for body in _spell(inner)]
            if any(open_run & run and not any(_separates(part, open_run, among) for part in body) for body in bodies):
                return True
            open_run = run
        elif open_run and _separates(node, open_run, among):
            open_run = frozenset()
    return False
