"""Speech that waits for a recogniser, on disk, readable by the server only:
FOLDER/INTERVIEW/SEGMENT-REVISION.LANGUAGE.speech (see `unheard_file`)

A file is written under another name, flushed, and renamed, so that there are whole ones only. Several workers of a
server share the folder: who works on a file holds a lock on it, which ends with its process.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog
from anyio import to_thread

from media.transcription.shelf import UnheardSegment
from server.recognition.framing import FrameInvalid
from server.recognition.unheard_file import (
    ASIDE_SUFFIXES,
    DRAFT_SUFFIX,
    LARGEST_BYTES,
    SUFFIX,
    AsideReason,
    decode_unheard,
    encode_unheard,
)

LEAST_FREE_BYTES = 200 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FOLDER_TRIES = 3
DRAFT_LIFE_S = 600.0
"""Nobody writes for so long: whoever began it has died."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Spooled:
    """How many segments wait, and for how long the oldest has. `aside`: those that wait no more (see `set_aside`)."""

    count: int = 0
    oldest_s: float = 0.0
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """Ours until it is closed."""

    file: BinaryIO
    unheard: UnheardSegment

    def close(self) -> None:
        self.file.close()


class Spool:
    """A `Shelf`. Only `keep` is for the event loop; the rest blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, unheard: UnheardSegment) -> bool:
        try:
            await to_thread.run_sync(self.write, unheard)
        except (OSError, FrameInvalid) as error:
            detail = error.strerror if isinstance(error, OSError) else str(error)
            logger.error("spool.refused", interview=unheard.interview_id, error=type(error).__name__, detail=detail)
            return False
        return True

    def write(self, unheard: UnheardSegment) -> None:
        """Raises OSError, FrameInvalid."""
        path, written = self._path_of(unheard), encode_unheard(unheard)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < LEAST_FREE_BYTES:
            raise OSError(errno.ENOSPC, "the disk is nearly full")
        for _ in range(_FOLDER_TRIES - 1):
            with suppress(FileNotFoundError):  # the interview's last file was done, and its folder went with it
                _write_whole(path, written)
                return
        _write_whole(path, written)

    def list_ages(self) -> list[tuple[float, Path]]:
        """How many seconds each has waited; the oldest first."""
        found = [(_age_of(path), path) for path in self._folder.glob(f"*/*{SUFFIX}")]
        return sorted(found, reverse=True)

    def count(self) -> Spooled:
        ages = self.list_ages()
        return Spooled(len(ages), ages[0][0] if ages else 0.0, self.count_aside())

    def count_aside(self) -> int:
        return sum(path.suffix in ASIDE_SUFFIXES for path in self._folder.glob("*/*"))

    def claim(self, path: Path) -> Claim | None:
        """None: another worker has it, or has done it. Raises FrameInvalid, OSError."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists():
                return Claim(file, decode_unheard(file.read(LARGEST_BYTES + 1)))
        except BlockingIOError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()
        return None

    def set_aside(self, path: Path, reason: AsideReason) -> None:
        """It is not tried again, and stays for whoever wants to see to it, from now on for as long as `sweep` allows.
        Raises OSError."""
        with suppress(FileNotFoundError):
            os.utime(path)
            path.replace(path.with_suffix(f".{reason}"))

    def remove(self, path: Path) -> None:
        """Raises OSError."""
        path.unlink(missing_ok=True)
        _remove_empty(path.parent)

    def sweep(self, aside_life_s: float) -> int:
        """Removes what was set aside for longer, and drafts of those who died; how many there were."""
        removed = 0
        for path in list(self._folder.glob("*/*")):
            is_draft = path.suffix == DRAFT_SUFFIX
            life_s = DRAFT_LIFE_S if is_draft else aside_life_s
            if (is_draft or path.suffix in ASIDE_SUFFIXES) and _age_of(path) > life_s:
                try:
                    self.remove(path)
                except OSError as error:
                    logger.error("spool.not_swept", file=path.name, error=error.strerror)
                else:
                    logger.warning("spool.swept", interview=path.parent.name, file=path.name)
                    removed += 1
        return removed

    def _path_of(self, unheard: UnheardSegment) -> Path:
        if not (_NAME.fullmatch(unheard.interview_id) and _NAME.fullmatch(unheard.segment_id)):
            raise FrameInvalid("a name that cannot be one of a file")
        return (
            self._folder
            / unheard.interview_id
            / f"{unheard.segment_id}-{unheard.revision}.{unheard.request.language}{SUFFIX}"
        )


def _write_whole(path: Path, written: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_suffix(DRAFT_SUFFIX)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _age_of(path: Path) -> float:
    """0 for what is not there any more, or cannot be looked at."""
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return 0.0


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # there is more of this interview


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
