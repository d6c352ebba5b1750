"""Speech that waits for a recogniser, on disk, readable by the server only:
FOLDER/INTERVIEW/SEGMENT-REVISION.LANGUAGE.speech

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
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media.transcription.shelf import UnheardSegment
from media.transcription.types import Request
from media.types import LanguageCode
from server.recognition.framing import LARGEST_SAMPLES, FrameInvalid, pack, read_pcm, unpack
from server.recognition.job import LONGEST_TERM, MOST_TERMS, Name

MAGIC = b"VU"
SUFFIX = ".speech"
LARGEST_BYTES = 2 * LARGEST_SAMPLES + 128 * 1024
LEAST_FREE_BYTES = 200 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FOLDER_TRIES = 3
_LONGEST_MS = 10 * 24 * 3_600_000

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Spooled:
    """How many segments wait, and for how long the oldest has."""

    count: int = 0
    oldest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """Ours until it is closed."""

    file: BinaryIO
    unheard: UnheardSegment

    def close(self) -> None:
        self.file.close()


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    interview_id: Name
    segment_id: Name
    revision: int = Field(ge=0, le=1_000_000)
    t_start_ms: int = Field(ge=0, le=_LONGEST_MS)
    t_end_ms: int = Field(ge=0, le=_LONGEST_MS)
    language: LanguageCode
    terms: tuple[str, ...] = Field(max_length=MOST_TERMS)
    speech_share: float = Field(ge=0, le=1)
    samples: int = Field(ge=0, le=LARGEST_SAMPLES)


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
        path, written = self._path_of(unheard), _encode(unheard)
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
        return Spooled(len(ages), ages[0][0] if ages else 0.0)

    def claim(self, path: Path) -> Claim | None:
        """None: another worker has it, or has done it. Raises FrameInvalid, OSError."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists():
                return Claim(file, _decode(file.read(LARGEST_BYTES + 1)))
        except BlockingIOError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()
        return None

    def set_aside(self, path: Path) -> None:
        """A file that cannot be read stays for whoever wants to look at it, and is not tried again."""
        path.replace(path.with_suffix(".spoilt"))

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        try:
            path.parent.rmdir()
        except OSError:
            return  # there is more of this interview

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
    draft = path.with_suffix(".draft")
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


def segment_of(path: Path) -> str:
    return path.name.partition(".")[0].rpartition("-")[0]


def language_of(path: Path) -> str:
    return path.name.removesuffix(SUFFIX).rpartition(".")[2]


def _encode(unheard: UnheardSegment) -> bytes:
    """Without the request's prefix: the text is the whole segment's."""
    request = unheard.request
    try:
        header = _Header(
            interview_id=unheard.interview_id,
            segment_id=unheard.segment_id,
            revision=unheard.revision,
            t_start_ms=unheard.t_start_ms,
            t_end_ms=unheard.t_end_ms,
            language=request.language,
            terms=tuple(term for term in request.terms if len(term) <= LONGEST_TERM)[:MOST_TERMS],
            speech_share=min(1.0, max(0.0, request.speech_share)),
            samples=len(request.samples),
        )
    except ValidationError:
        raise FrameInvalid("no segment of an interview") from None
    return pack(MAGIC, header.model_dump_json().encode(), request.samples)


def _decode(written: bytes) -> UnheardSegment:
    """Raises FrameInvalid."""
    head, sound = unpack(MAGIC, written)
    try:
        header = _Header.model_validate_json(head)
    except ValidationError:
        raise FrameInvalid("no segment of an interview") from None
    request = Request(
        read_pcm(sound, header.samples), header.language, "final", terms=header.terms, speech_share=header.speech_share
    )
    return UnheardSegment(
        header.interview_id, header.segment_id, header.t_start_ms, header.t_end_ms, request, header.revision
    )


def _age_of(path: Path) -> float:
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return 0.0


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
