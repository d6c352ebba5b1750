"""The file that `viva audit agreement` reads: one rating a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from realtime_scoring.agreement.types import Rating
from server.errors import InterviewError

REQUIRED = ("answer", "competency", "rater", "level")
OPTIONAL = ("candidate", "question")
MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_RATINGS = 20_000
MAX_FIELD = 200
_NONE = "none"
_PROBLEMS_TOLD = 20


class RatingsInvalid(InterviewError):
    """Every problem at once, one a line: `FILE: line 12: level: ...`; the first twenty of many."""

    code: ClassVar[str] = "ratings_invalid"
    status: ClassVar[int] = 422


def read_ratings(path: Path) -> tuple[Rating, ...]:
    """Raises RatingsInvalid."""
    rows = _read_rows(path)
    header = next(rows, None)
    if header is None:
        raise RatingsInvalid(f"{path}: the file is empty")
    names = [name.strip().lower() for name in header[1]]
    problems = list(_check_header(names))
    if problems:
        raise RatingsInvalid("\n".join(f"{path}: line {header[0]}: {problem}" for problem in problems))
    ratings: list[Rating] = []
    given: dict[tuple[str, str, str], int] = {}
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        found = list(_check_row(row, names, given))
        problems += [f"{path}: line {line}: {problem}" for problem in found]
        if not found:
            ratings.append(_read_row(row, names))
        if len(problems) >= _PROBLEMS_TOLD:
            break
        if len(ratings) > MAX_RATINGS:
            raise RatingsInvalid(f"{path}: more than {MAX_RATINGS} ratings; compare parts of them")
    if problems:
        raise RatingsInvalid("\n".join(problems[:_PROBLEMS_TOLD]))
    if not ratings:
        raise RatingsInvalid(f"{path}: there is a header and no rating")
    return tuple(ratings)


def _read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise RatingsInvalid(f"{path}: larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise RatingsInvalid(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RatingsInvalid(f"{path}: line {line}: not UTF-8; save the table as CSV in UTF-8") from None
    if "\0" in text:
        raise RatingsInvalid(f"{path}: this is no table of text")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise RatingsInvalid(f"{path}: line {reader.line_num}: no CSV: {error}") from None


def _check_header(names: list[str]) -> Iterator[str]:
    known = (*REQUIRED, *OPTIONAL)
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        yield "columns are separated by commas"
        return
    for name in REQUIRED:
        if name not in names:
            yield f"the column {name!r} is missing; columns are {', '.join(known)}"
    for name in dict.fromkeys(names):
        if name not in known:
            yield f"there is no column {name[:MAX_FIELD]!r}; columns are {', '.join(known)}"
        elif names.count(name) > 1:
            yield f"the column {name!r} stands here twice"


def _check_row(row: list[str], names: list[str], given: dict[tuple[str, str, str], int]) -> Iterator[str]:
    """`given`: how often each rater has rated what, which is added to."""
    if len(row) != len(names):
        yield f"expected {len(names)} cells, found {len(row)}"
        return
    cells = {name: cell.strip() for name, cell in zip(names, row, strict=True)}
    for name, cell in cells.items():
        if len(cell) > MAX_FIELD:
            yield f"{name}: longer than {MAX_FIELD} characters"
        elif not cell and name in REQUIRED:
            yield f"{name}: is empty"
    level = cells["level"]
    if level and level.lower() != _NONE and level not in ("1", "2", "3", "4", "5"):
        yield f"level: {level[:20]!r} is none of 1, 2, 3, 4, 5 and none"
    key = (cells["answer"], cells["competency"], cells["rater"])
    given[key] = given.get(key, 0) + 1
    if given[key] == 3:
        yield "this rater has rated this competency of this answer twice already"


def _read_row(row: list[str], names: list[str]) -> Rating:
    cells = {name: cell.strip() for name, cell in zip(names, row, strict=True)}
    return Rating(
        answer=cells["answer"],
        competency=cells["competency"],
        rater=cells["rater"],
        level=None if cells["level"].lower() == _NONE else int(cells["level"]),
        candidate=cells.get("candidate", ""),
        question=cells.get("question", ""),
    )
