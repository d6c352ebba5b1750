"""The bus between several server processes, over Redis pub/sub.

Readers in the publisher's own process are served directly; Redis carries to the others. Pub/sub keeps nothing, so
every interruption ends with a `Lagged` for those it may have cost something: after a reconnect for the readers here,
and after failed publishing, by a message without a frame, for the readers elsewhere.

Outbound queue: bounded; when full, signals are dropped, and for events a `Lagged` is owed to the topic.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.identifiers import new_id
from server.interviews.bus import MAILBOX_LIMIT, Mailboxes, Subscription
from server.protocol.decoding import decode_envelope
from server.protocol.envelope import Envelope, InvalidMessage, encode_envelope
from server.pubsub import FIRST_RETRY_S, LAST_RETRY_S, heed_cancellation, read_messages

OUTBOUND_LIMIT = 4096
BATCH = 256
SUBSCRIBE_TIMEOUT_S = 2.0
NAMESPACE = "viva:"
CONTROL = f"{NAMESPACE}control"

logger = structlog.get_logger(__name__)


class RedisBus:
    """`run` must be running for anything to pass between processes; readers here are served without it, too."""

    def __init__(self, url: str, limit: int = MAILBOX_LIMIT) -> None:
        # Reconnecting is done here and nowhere below, so that no gap goes unseen.
        self._redis = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=SUBSCRIBE_TIMEOUT_S,
            socket_connect_timeout=SUBSCRIBE_TIMEOUT_S,
            socket_keepalive=True,
        )
        self._node = new_id()
        self._mailboxes = Mailboxes(limit)
        self._pubsub: PubSub | None = None
        self._telling = asyncio.Lock()
        """redis-py opens a second connection for who subscribes while the first is being opened."""
        self._confirmed: dict[str, asyncio.Event] = {}
        self._outbound: deque[tuple[str, Envelope]] = deque()
        self._outbound_filled = asyncio.Event()
        self._owed: set[str] = set()

    @property
    def connected(self) -> bool:
        return self._pubsub is not None

    async def publish(self, topic: str, envelope: Envelope) -> None:
        self._mailboxes.put(topic, envelope)
        if len(self._outbound) < OUTBOUND_LIMIT:
            self._outbound.append((topic, envelope))
        elif envelope.seq is not None:
            self._owed.add(topic)
        self._outbound_filled.set()

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Subscription]:
        mailbox = self._mailboxes.open(topic)
        try:
            await self._await_confirmation(topic)
            yield mailbox
        finally:
            self._mailboxes.close(topic, mailbox)
            if topic not in self._mailboxes.topics:
                self._confirmed.pop(topic, None)
                await self._tell("unsubscribe", topic)

    async def run(self) -> None:
        """Until cancelled. Losing Redis is survived."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._receive_for_ever())
                group.create_task(self._send_for_ever())
        finally:
            await self._redis.aclose()

    # --- inbound

    async def _await_confirmation(self, topic: str) -> None:
        confirmed = self._confirmed.get(topic)
        if confirmed is None:
            confirmed = self._confirmed[topic] = asyncio.Event()
            if not await self._tell("subscribe", topic):
                confirmed.set()
        try:
            async with asyncio.timeout(SUBSCRIBE_TIMEOUT_S):
                await confirmed.wait()
        except TimeoutError:
            confirmed.set()
        # With Redis away, the confirmation will come late and bring a `Lagged`.

    async def _tell(self, verb: str, topic: str) -> bool:
        """False: Redis is away. The receiving task reconnects, and then subscribes to all topics there are."""
        try:
            async with self._telling:
                if self._pubsub is None:
                    return False
                elif verb == "subscribe":
                    await self._pubsub.subscribe(NAMESPACE + topic)
                else:
                    await self._pubsub.unsubscribe(NAMESPACE + topic)
        except (RedisError, OSError) as error:
            logger.info("bus.command_failed", verb=verb, error=type(error).__name__)
            return False
        finally:
            heed_cancellation()
        return True

    async def _receive_for_ever(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            heed_cancellation()
            pubsub = self._redis.pubsub()
            try:
                async with self._telling:
                    await pubsub.subscribe(CONTROL, *(NAMESPACE + topic for topic in self._mailboxes.topics))
                    self._pubsub = pubsub
                retry_s = FIRST_RETRY_S
                await self._receive(pubsub)
            except (RedisError, OSError) as error:
                logger.warning("bus.disconnected", error=type(error).__name__, retry_s=retry_s)
            finally:
                self._pubsub = None
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            heed_cancellation()
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, LAST_RETRY_S)

    async def _receive(self, pubsub: PubSub) -> None:
        """Returns never; raises RedisError when the connection is gone or silent."""
        async for heard in read_messages(pubsub):
            topic = heard.channel.removeprefix(NAMESPACE)
            if heard.kind == "subscribe":
                self._note_subscribed(topic)
            else:
                self._take(topic, heard.data.decode())

    def _note_subscribed(self, topic: str) -> None:
        """Only a first confirmation in time is harmless; every other one ends a stretch in which messages passed by."""
        confirmed = self._confirmed.get(topic)
        if confirmed is None:
            return
        if confirmed.is_set():
            self._mailboxes.put_lagged(topic)
        confirmed.set()

    def _take(self, topic: str, message: str) -> None:
        node, _, frame = message.partition(" ")
        if node == self._node:
            return
        if not frame:
            self._mailboxes.put_lagged(topic)
            return
        try:
            envelope = decode_envelope(frame)
        except InvalidMessage:
            logger.warning("bus.message_invalid", topic=topic)
            return
        if envelope is not None:
            self._mailboxes.put(topic, envelope)

    # --- outbound

    async def _send_for_ever(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            heed_cancellation()
            if not self._outbound and not self._owed:
                self._outbound_filled.clear()
                await self._outbound_filled.wait()
            owed, self._owed = self._owed, set()
            batch = [self._outbound.popleft() for _ in range(min(BATCH, len(self._outbound)))]
            try:
                await self._send(owed, batch)
            except (RedisError, OSError) as error:
                logger.warning("bus.publish_failed", error=type(error).__name__, retry_s=retry_s)
                heed_cancellation()
                self._owed |= owed | {topic for topic, envelope in batch if envelope.seq is not None}
                await asyncio.sleep(retry_s)
                retry_s = min(retry_s * 2, LAST_RETRY_S)
            else:
                retry_s = FIRST_RETRY_S

    async def _send(self, owed: set[str], batch: list[tuple[str, Envelope]]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for topic, envelope in batch:
                pipeline.publish(NAMESPACE + topic, f"{self._node} {encode_envelope(envelope)}")
            # After the batch: what was dropped is in the log already, and the batch may end the same stretch.
            for topic in owed:
                pipeline.publish(NAMESPACE + topic, f"{self._node} ")
            await pipeline.execute()
