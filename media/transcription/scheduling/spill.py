"""Audio of finals that do not fit into memory.

In temporary files without a name: nobody else can open them, and they are gone when closed or when the process ends.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from media.transcription.types import Request


class SpillFile:
    """`write` and `read` block; `close` may be called at any moment, also while they are at work on another thread."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._unwanted = False

    def write(self, request: Request, folder: Path | None) -> None:
        """The request's samples. Raises OSError when there is no room."""
        with_samples = TemporaryFile(dir=folder)  # noqa: SIM115 - closed when its text is there
        try:
            with_samples.write(np.ascontiguousarray(request.samples, np.float32).tobytes())
            with_samples.flush()
        except OSError:
            with_samples.close()
            raise
        self._file = with_samples
        if self._unwanted:
            self.close()

    def read(self, request: Request) -> Request:
        """`request` with its samples again. Raises OSError; ValueError when it has been closed."""
        if self._file is None:
            raise ValueError("nothing was written")
        self._file.seek(0)
        return replace(request, samples=np.frombuffer(self._file.read(), np.float32))

    def close(self) -> None:
        self._unwanted = True
        if self._file is not None:
            self._file.close()


def without_samples(request: Request) -> Request:
    return replace(request, samples=np.zeros(0, np.float32))
