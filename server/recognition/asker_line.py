"""Redis as a process sees it that wants text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from media.types import LanguageCode
from server.recognition.connection import BLOCK_S, Connection, redis_spoken_to
from server.recognition.keys import CARDS, GROUP, JOB_FIELD, KINDS, WORKERS, Queue, answers_key, queues
from server.recognition.roster import Backlog, Roster, read_card
from server.recognition.scripts import LOOK, MISSING, PROMOTE, SUBMIT

WAITING_FINALS = 256
"""In Redis, of one language; further ones wait in the process that asks. At most 30 s each: 246 MB."""
WAITING_SPECULATIVE = 64
"""The same of what may turn out to be a final: 61 MB. One that is confirmed waits for a place among the finals."""
WAITING_PARTIALS = 256
"""The oldest make room: a newer one of their stream will follow, or their time is over anyway. 246 MB at most."""
QUEUE_LIFE_MS = 3_600_000
"""Of a queue into which nothing is put any more: nobody's voice stays for longer."""
ANSWERS_AT_ONCE = 64
_LANGUAGES: tuple[LanguageCode, ...] = ("en", "zh-CN")
_QUEUES = queues(_LANGUAGES)


class AskerLine:
    """Every call raises RedisAway while Redis is."""

    def __init__(self, url: str, asker: str) -> None:
        self._connection = Connection(url)
        commands = self._connection.commands
        self._answers = answers_key(asker)
        scripts = (SUBMIT, PROMOTE, MISSING, LOOK)
        self._submit, self._promote, self._missing, self._look = map(commands.register_script, scripts)

    async def submit(self, queue: Queue, job: bytes) -> str | None:
        """The entry's id; None while the queue is full, which is not told of partials."""
        limits = {"final": WAITING_FINALS, "speculative": WAITING_SPECULATIVE, "partial": WAITING_PARTIALS}
        limit, when_full = limits[queue.kind], "trim" if queue.kind == "partial" else "refuse"
        with redis_spoken_to():
            entry = await self._submit(keys=[queue.key], args=[job, limit, QUEUE_LIFE_MS, when_full])
        return None if entry is None else entry.decode()

    async def promote(self, entry: str, source: Queue, target: Queue) -> str | None:
        """Moves what nobody has taken; its new id, or None: somebody has it, or it is gone."""
        with redis_spoken_to():
            moved = await self._promote(keys=[source.key, target.key], args=[entry, GROUP, QUEUE_LIFE_MS])
        return None if moved is None else moved.decode()

    async def withdraw(self, entries: Sequence[tuple[Queue, str]]) -> None:
        """A worker that has one of them already goes on with it, and nobody reads its answer."""
        with redis_spoken_to():
            async with self._connection.commands.pipeline(transaction=False) as pipeline:
                for queue, entry in entries:
                    pipeline.xdel(queue.key, entry)
                await pipeline.execute()

    async def find_missing(self, entries: Sequence[tuple[Queue, str]]) -> list[bool]:
        """Of each, whether it is in Redis no more."""
        if not entries:
            return []
        keys, ids = [queue.key for queue, _ in entries], [entry for _, entry in entries]
        with redis_spoken_to():
            return [bool(missing) for missing in await self._missing(keys=keys, args=ids)]

    async def read_answers(self, known: Sequence[str]) -> list[tuple[str, bytes]]:
        """Waits a moment for the first. Those of before, `known`, are deleted: they are nobody else's business."""
        with redis_spoken_to():
            if known:
                await self._connection.commands.xdel(self._answers, *known)
            streams: dict[Any, Any] = {self._answers: "0-0"}
            found = await self._connection.reads.xread(streams, count=ANSWERS_AT_ONCE, block=int(BLOCK_S * 1000))
        return [(entry.decode(), fields.get(JOB_FIELD.encode(), b"")) for entry, fields in entries_of(found)]

    async def look(self, *, ages: bool = False) -> Roster:
        """Who is there, and how much waits; `ages`, too, for how long, which costs more."""
        keys = [WORKERS, CARDS, *(queue.key for queue in _QUEUES)]
        with redis_spoken_to():
            flat, backlog = await self._look(keys=keys, args=[GROUP, "ages" if ages else ""])
        written = zip(flat[::2], flat[1::2], strict=True)
        cards = {worker.decode(): card for worker, text in written if (card := read_card(text)) is not None}
        counts = {kind: [counted for queue, counted in zip(_QUEUES, backlog, strict=True) if queue.kind == kind]
                  for kind in KINDS}  # fmt: skip
        return Roster(cards, {kind: _add_up(counted) for kind, counted in counts.items()})

    async def close(self) -> None:
        await self._connection.close()


def entries_of(found: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Of one stream's answer to a read, in either version of Redis's protocol."""
    if not found:
        return []
    streams = found.items() if isinstance(found, dict) else found
    entries: list[tuple[bytes, dict[bytes, bytes]]] = []
    for _, of_stream in streams:
        for each in of_stream:
            entries += each if isinstance(each, list) else [each]
    return entries


def _add_up(counted: list[list[int]]) -> Backlog:
    return Backlog(
        waiting=sum(length - taken for length, taken, _ in counted if length >= taken),
        taken=sum(taken for _, taken, _ in counted),
        oldest_ms=max((age_ms for _, _, age_ms in counted), default=0),
    )
