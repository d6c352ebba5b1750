"""YAML with places: plain data beside the line of every value, so that an error can point at it.

Anchors, tags and repeated keys are refused: a data file that people edit is better off without them, and a few nested
aliases would grow to gigabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

MAX_FILE_BYTES = 256 * 1024

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1; 0 when unknown."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        parts = [f"line {self.line}" if self.line else "", self.place, self.message]
        return ": ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Document:
    data: object
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int:
        """Of the value, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


class DocumentInvalid(ValueError):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def read_document(path: Path) -> str:
    """The file's text. Raises DocumentInvalid: unreadable, too large, or not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise DocumentInvalid((Problem(0, "", f"larger than {MAX_FILE_BYTES // 1024} KiB"),))
        return content.decode("utf-8")
    except OSError as error:
        raise DocumentInvalid((Problem(0, "", str(error.strerror)),)) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentInvalid((Problem(line, "", "not UTF-8"),)) from None


def parse_document(text: str) -> Document:
    """Raises DocumentInvalid."""
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DocumentInvalid((Problem(line, "", f"not YAML: {error.problem}"),)) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentInvalid((Problem(0, "", f"not YAML: {error}"),)) from None
    if root is None:
        raise DocumentInvalid((Problem(0, "", "the file is empty"),))
    reader = _Reader()
    data = reader.value(root, ())
    if reader.problems:
        raise DocumentInvalid(tuple(reader.problems))
    return Document(data, reader.lines)


def write_place(place: Place) -> str:
    """`("stages", 0, "title")` as `stages[0].title`."""
    written = ""
    for part in place:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written


def _refuse_aliases(text: str) -> None:
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
            raise DocumentInvalid(
                (Problem(token.start_mark.line + 1, "", "anchors, aliases and tags are not used here"),)
            )


class _Reader:
    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node, place: Place) -> object:
        line: int = node.start_mark.line + 1
        self.lines[place] = line
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:  # a date that is none, for instance
            self.problems.append(Problem(line, write_place(place), str(error)))
            return None

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if not key or key in mapping:
                what = f"the key {key!r} stands here twice" if key else "a key must be a word"
                self.problems.append(Problem(key_node.start_mark.line + 1, write_place(place), what))
                continue
            mapping[key] = self.value(value_node, (*place, key))
            # A wrong key is reported where the key stands.
            self.lines[(*place, key)] = key_node.start_mark.line + 1
        return mapping
