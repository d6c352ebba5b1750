"""The collector of cycles leaves alone what the start of a server has made."""

from __future__ import annotations

import gc

from server.cli.memory import settle_memory


def test_what_is_there_at_the_start_is_not_looked_through_again() -> None:
    there = [[at] for at in range(1_000)]
    try:
        settle_memory()
        assert gc.get_freeze_count() > len(there)
        watched = gc.get_objects()
        assert not any(each is there for each in watched)
    finally:
        gc.unfreeze()
