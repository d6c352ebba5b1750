"""Redis as a worker sees it: what it takes, answers, holds on to, and takes over from those who died."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redis.exceptions import ResponseError

from server.recognition.connection import BLOCK_S, Connection, redis_spoken_to
from server.recognition.keys import CARDS, DEAD, GROUP, JOB_FIELD, WORKERS, Queue, answers_key
from server.recognition.roster import LEASE_MS, WorkerCard
from server.recognition.scripts import BEAT, BURY, LEAVE, SETTLE

ANSWERS_LIMIT = 1_024
ANSWERS_LIFE_MS = 600_000
DEAD_LIMIT = 100
DEAD_LIFE_MS = 86_400_000
FORGOTTEN_MS = 3_600_000
_RELEASED_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A job as it lies in Redis; `arrived_ms` by Redis's clock."""

    queue: Queue
    id: str
    written: bytes
    redelivered: bool = False
    """Another worker had it before."""

    @property
    def place(self) -> tuple[str, str]:
        """Two queues may give the same id."""
        return self.queue.key, self.id

    @property
    def arrived_ms(self) -> int:
        return int(self.id.partition("-")[0])


class WorkerLine:
    """Every call raises RedisAway while Redis is."""

    def __init__(self, url: str, worker: str) -> None:
        self._connection = Connection(url)
        self._worker = worker
        commands = self._connection.commands
        scripts = (BEAT, SETTLE, BURY, LEAVE)
        self._beat, self._settle, self._bury, self._leave = map(commands.register_script, scripts)

    async def beat(self, card: WorkerCard) -> int:
        """Redis's clock, in ms."""
        with redis_spoken_to():
            now_ms = await self._beat(keys=[WORKERS, CARDS], args=[self._worker, LEASE_MS, card.model_dump_json()])
        return int(now_ms)

    async def leave_roster(self) -> None:
        with redis_spoken_to():
            await self._connection.commands.zrem(WORKERS, self._worker)
            await self._connection.commands.hdel(CARDS, self._worker)

    async def take(self, queues: Sequence[Queue], *, wait: bool = True) -> list[Entry]:
        """At most one of each; `wait`: a moment for the first."""
        by_key = {queue.key: queue for queue in queues}
        with redis_spoken_to():
            found = await self._read_group(by_key, wait)
            if found is None:
                await self._make_groups(queues)
                found = await self._read_group(by_key, wait)
        return [entry for key, entries in _streams_of(found) for entry in _entries(by_key[key], entries)]

    async def take_over(self, queue: Queue, idle_ms: int) -> tuple[Entry, int] | None:
        """A job that its worker has not held on to for so long, and how often it has been given to one."""
        commands = self._connection.commands
        start: Any = b"0-0"
        with redis_spoken_to():
            while True:
                try:
                    found = await commands.xautoclaim(queue.key, GROUP, self._worker, idle_ms, start, count=1)
                except ResponseError as error:
                    if _no_group(error):
                        return None
                    raise
                start, entries = found[0], _entries(queue, found[1])
                if entries:
                    break
                if start == b"0-0":
                    return None
            pending = await commands.xpending_range(queue.key, GROUP, entries[0].id, entries[0].id, 1)
        return replace(entries[0], redelivered=True), int(pending[0]["times_delivered"]) if pending else 1

    async def hold(self, entries: Iterable[Entry]) -> None:
        """Tells Redis that they are in hand, so that nobody takes them over."""
        await self._claim(entries, idle_ms=0)

    async def release(self, entries: Iterable[Entry]) -> None:
        """They are anybody's at once."""
        await self._claim(entries, idle_ms=_RELEASED_MS)

    async def settle(self, entry: Entry, asker: str | None, answer: bytes) -> None:
        """The answer is there, and the job gone, as one. Without anybody to answer, the job is gone."""
        keys = [entry.queue.key, answers_key(asker or "")]
        arguments: list[bytes | str | int] = [GROUP, entry.id, answer if asker else b"", ANSWERS_LIMIT, ANSWERS_LIFE_MS]
        with redis_spoken_to():
            await self._settle(keys=keys, args=arguments)

    async def bury(self, entry: Entry, deliveries: int) -> None:
        """Notes a job that nobody could finish; it is settled as well."""
        with redis_spoken_to():
            arguments: list[str | int] = [GROUP, entry.id, DEAD_LIMIT, deliveries, DEAD_LIFE_MS]
            await self._bury(keys=[entry.queue.key, DEAD], args=arguments)

    async def sweep(self, queues: Sequence[Queue], *, own: bool) -> None:
        """Names of workers that have been gone for long are forgotten; `own`: and this one's."""
        name = self._worker if own else ""
        with redis_spoken_to():
            for queue in queues:
                await self._leave(keys=[queue.key], args=[GROUP, name, FORGOTTEN_MS])

    async def close(self) -> None:
        await self._connection.close()

    async def _read_group(self, by_key: dict[str, Queue], wait: bool) -> Any:
        """None: a queue has no group yet, or no more."""
        streams: dict[Any, Any] = dict.fromkeys(by_key, ">")
        try:
            return (
                await self._connection.reads.xreadgroup(
                    GROUP, self._worker, streams, count=1, block=int(BLOCK_S * 1000) if wait else None
                )
                or ()
            )
        except ResponseError as error:
            if _no_group(error):
                return None
            raise

    async def _make_groups(self, queues: Sequence[Queue]) -> None:
        for queue in queues:
            try:
                await self._connection.commands.xgroup_create(queue.key, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):  # it is there already
                    raise

    async def _claim(self, entries: Iterable[Entry], *, idle_ms: int) -> None:
        by_queue: dict[Queue, list[Any]] = {}
        for entry in entries:
            by_queue.setdefault(entry.queue, []).append(entry.id)
        with redis_spoken_to():
            for queue, ids in by_queue.items():
                try:
                    await self._connection.commands.xclaim(
                        queue.key, GROUP, self._worker, 0, ids, idle=idle_ms, justid=True
                    )
                except ResponseError as error:
                    if not _no_group(error):
                        raise


def _no_group(error: ResponseError) -> bool:
    return str(error).startswith("NOGROUP") or "no such key" in str(error)


def _streams_of(found: Any) -> list[tuple[str, Any]]:
    """In either version of Redis's protocol."""
    streams = found.items() if isinstance(found, dict) else found or ()
    return [(key.decode(), entries) for key, entries in streams]


def _entries(queue: Queue, found: Any) -> list[Entry]:
    """Without those that were deleted while somebody had them."""
    entries: list[Entry] = []
    for each in found:
        for entry, fields in each if isinstance(each, list) else [each]:
            if fields is not None:
                entries.append(Entry(queue, entry.decode(), fields.get(JOB_FIELD.encode(), b"")))
    return entries
