"""All that can be said of one rubric."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.linter.findings import Finding
from realtime_scoring.linter.meaning import check_meaning
from realtime_scoring.linter.shape import check_shape
from realtime_scoring.types import Language


def check_rubric(
    data: object, lexicons: Mapping[Language, Lexicon], taken: Collection[str] = ()
) -> tuple[Finding, ...]:
    """`data`: a parsed file. `taken`: competencies that are described elsewhere. Empty when nothing is wrong.

    What the patterns mean is looked at only when the file has all its parts.
    """
    found = list(check_shape(data))
    if isinstance(data, Mapping):
        name = data.get("id")
        if isinstance(name, str) and name in taken:
            found.append(Finding(("id",), f"the competency `{name}` is described already", "take another id"))
        if not found:
            found.extend(check_meaning(data, lexicons))
    return tuple(found)
