"""A task group that leaves nothing behind when it is cancelled."""

from __future__ import annotations

import asyncio
from types import TracebackType


class TaskGroup(asyncio.TaskGroup):
    """As asyncio's, which in Python 3.11 keeps a cancellation in a variable of a frame that the cancellation's
    traceback leads to: a cycle, and with it all that the frames around know (an interview's sound, filters and texts)
    stays until the collector of cycles comes. Measured: 0.3 MB an interview, and an hour until it comes.
    """

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, trace)
        except asyncio.CancelledError as cancelled:
            error = trace = None
            raise cancelled.with_traceback(None)  # noqa: B904 - it is the same one
        finally:
            self._parent_task = None
