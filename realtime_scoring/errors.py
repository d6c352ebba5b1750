"""What this package raises."""

from __future__ import annotations


class DataError(ValueError):
    """A lexicon, a rubric or a table of weights is wrong; the message names the file and the place."""
