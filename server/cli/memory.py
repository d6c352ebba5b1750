"""What becomes of memory that interviews no longer need: of the C library's heaps, and of Python's cycles."""

from __future__ import annotations

import ctypes
import gc
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


def settle_memory() -> None:
    """What a start has made stays for ever: 200,000 objects, which the collector of cycles would look through for 90 ms
    each time, on the loop. From here on it sees what interviews make only, and soon: it comes once there is a quarter
    more than it found the last time, and before this it had found all that the start has made.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # the last time is now: it found nothing
