"""What the C library does with memory that has been given back."""

from __future__ import annotations

import ctypes
import os

ARENAS = 2
_M_ARENA_MAX = -8  # malloc.h


def limit_arenas() -> bool:
    """glibc gives each thread a heap of its own, up to eight a core, and every interview brings threads: what one has
    left in its heap the next one does not find. Measured, six interviews at a time: 1 MB more for each interview there
    has been; with two heaps hardly any, and 60 MB less in all. Who sets MALLOC_ARENA_MAX knows better. False where the
    library is not glibc.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(set_option(_M_ARENA_MAX, ARENAS))
