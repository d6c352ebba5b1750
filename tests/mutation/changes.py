"""Every change that Cosmic Ray knows to make to a file, but for those that no test could notice."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

_Place = tuple[int, int]
"""Line and column, as characters."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """`occurrence`: which of the operator's places in the file."""

    line: int
    operator: str
    occurrence: int

    def apply(self, source: str) -> str:
        changed: str | None = mutate_code(source, get_operator(self.operator)(), self.occurrence)
        if changed is None:
            raise ValueError(f"{self} is not a place of this source")
        return changed


def find_changes(source: str) -> list[Change]:
    nodes = list(ast_nodes(get_ast(source)))
    silent = list(_find_silent(source))
    found = []
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments():
            continue
        places = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(places):
            if not any(first <= start and end <= last for first, last in silent):
                found.append(Change(start[0], name, occurrence))
    return sorted(found)


def _find_silent(source: str) -> Iterator[tuple[_Place, _Place]]:
    """Annotations, which are never evaluated, and caches: without one the result is the same, later."""
    lines = source.splitlines()

    def place(line: int, column: int) -> _Place:
        return line, len(lines[line - 1].encode()[:column].decode())

    for node in ast.walk(ast.parse(source)):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.FunctionDef):
            parts += [item for item in node.decorator_list if "cache" in ast.unparse(item)]
        for part in parts:
            if isinstance(part, ast.expr):
                last = place(part.end_lineno or part.lineno, part.end_col_offset or 0)
                # The sign of a decorator stands before it.
                yield place(part.lineno, max(0, part.col_offset - 1)), (last[0], last[1] + 1)


def describe(source: str, changed: str) -> str:
    """The lines that differ, before and after."""
    lines = difflib.ndiff(source.splitlines(), changed.splitlines())
    return "\n".join(line for line in lines if line[:2] in ("- ", "+ "))
