"""Which recorded segments an interview has: read from its log, which names each when it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from server.db.log import LoggedEvent
from server.protocol.events import RecordingClosed, RecordingOpened


@dataclass(frozen=True, slots=True)
class Recording:
    """`duration_ms` is None while it runs, and for one that a crash ended."""

    name: str
    epoch: int
    start_ms: int
    duration_ms: int | None


def list_recordings(events: Iterable[LoggedEvent]) -> tuple[Recording, ...]:
    found: dict[str, Recording] = {}
    for event in events:
        data = event.data
        if isinstance(data, RecordingOpened):
            found[data.name] = Recording(data.name, data.epoch, data.start_ms, None)
        elif isinstance(data, RecordingClosed) and data.name in found:
            found[data.name] = replace(found[data.name], duration_ms=data.duration_ms)
    return tuple(found.values())


def recording_path(recordings_dir: Path, interview_id: str, name: str) -> Path:
    return recordings_dir / interview_id / name
