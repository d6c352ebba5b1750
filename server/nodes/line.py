"""The line between workers: Redis pub/sub, a channel for each worker.

Redis says how many heard a message, so that a call to a worker that is gone fails at once. A call whose answer is lost
ends by its time limit; the caller may repeat a command, whose id tells the interview that it was done already.

Notices wait in a bounded queue; when it is full the oldest are dropped and counted. Calls are bounded by those who wait
for them; a worker works on `WORKING_LIMIT` at a time and refuses more.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from media.counters import DropCounters, MediaCounters
from server.errors import Unavailable
from server.nodes.errors import Fault, NodeGone, error_of
from server.nodes.frames import Ask, Done, Failed, Frame, FrameInvalid, Tell, decode_frame, encode_frame
from server.nodes.membership import Membership
from server.pubsub import FIRST_RETRY_S, LAST_RETRY_S, cancellation_heeded, heed_cancellation, read_messages

TIMEOUT_S = 2.0
CONNECTIONS = 16
NOTICES_LIMIT = 1024
BATCH = 128
WORKING_LIMIT = 256

Answer = Callable[[Ask], Awaitable[Done | Failed]]
Hear = Callable[[Tell], None]

logger = structlog.get_logger(__name__)


class Line:
    """`answer` never raises and `hear` never waits; `run` must be running for anything to pass."""

    def __init__(self, url: str, membership: Membership) -> None:
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=TIMEOUT_S,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis(connection_pool=self._pool)
        self._server = membership.server
        self._me = membership.node
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Done]] = {}
        self._notices: deque[tuple[str, Tell]] = deque(maxlen=NOTICES_LIMIT)
        self._noticed = asyncio.Event()
        self._listening = asyncio.Event()
        self._working = 0
        self.refused = 0
        self._dropped = 0

    async def listening(self) -> None:
        """Waits until others can reach this worker."""
        await self._listening.wait()

    async def ask(self, node: str, call: str, interview: str | None, body: bytes, within_s: float) -> Done:
        """Raises NodeGone when nobody has heard it, Unavailable, and whatever error the other worker answers with."""
        number = next(self._numbers)
        answer: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(within_s):
                if not await self._publish(node, Ask(number, self._me, call, interview, body)):
                    raise NodeGone("the worker that has the interview is gone; send it again")
                return await answer
        except TimeoutError:
            raise Unavailable("the worker that has the interview does not answer; send it again") from None
        finally:
            del self._waiting[number]

    def count(self) -> MediaCounters:
        """Notices are the voice of a candidate whose interview is elsewhere."""
        return MediaCounters(dropped=DropCounters(line=self._dropped))

    def tell(self, node: str, call: str, interview: str, body: bytes) -> None:
        if len(self._notices) == NOTICES_LIMIT:
            self._dropped += 1
        self._notices.append((node, Tell(call, interview, body)))
        self._noticed.set()

    async def run(self, answer: Answer, hear: Hear) -> None:
        """Until cancelled. Losing Redis is survived."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send_notices())
                await self._receive_for_ever(tasks, answer, hear)
        finally:
            await self._redis.aclose()
            await self._pool.aclose()

    async def _publish(self, node: str, frame: Frame) -> int:
        try:
            with cancellation_heeded():
                return int(await self._redis.publish(self._channel(node), encode_frame(frame)))
        except (RedisError, OSError) as error:
            raise Unavailable("the workers cannot reach each other; send it again") from error

    async def _send_notices(self) -> None:
        while True:
            heed_cancellation()
            if not self._notices:
                self._noticed.clear()
                await self._noticed.wait()
            batch = [self._notices.popleft() for _ in range(min(BATCH, len(self._notices)))]
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for node, notice in batch:
                        pipeline.publish(self._channel(node), encode_frame(notice))
                    await pipeline.execute()
            except (RedisError, OSError) as error:
                logger.warning("line.notices_lost", error=type(error).__name__, notices=len(batch))
                await asyncio.sleep(FIRST_RETRY_S)

    async def _receive_for_ever(self, tasks: asyncio.TaskGroup, answer: Answer, hear: Hear) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            heed_cancellation()
            pubsub = self._redis.pubsub()
            try:
                await pubsub.subscribe(self._channel(self._me))
                async for heard in read_messages(pubsub):
                    retry_s = FIRST_RETRY_S
                    if heard.kind == "subscribe":
                        self._listening.set()
                    else:
                        self._take(heard.data, tasks, answer, hear)
            except (RedisError, OSError) as error:
                logger.warning("line.disconnected", error=type(error).__name__, retry_s=retry_s)
            finally:
                self._listening.clear()
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            heed_cancellation()
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, LAST_RETRY_S)

    def _take(self, written: bytes, tasks: asyncio.TaskGroup, answer: Answer, hear: Hear) -> None:
        try:
            frame = decode_frame(written)
        except FrameInvalid:
            self.refused += 1
            logger.warning("line.message_invalid", size=len(written))
            return
        match frame:
            case Ask():
                tasks.create_task(self._answer(frame, answer))
            case Tell():
                hear(frame)
            case Done(number) | Failed(number):
                waiting = self._waiting.get(number)
                if waiting is not None and not waiting.done():
                    _settle(waiting, frame)

    async def _answer(self, ask: Ask, answer: Answer) -> None:
        if self._working >= WORKING_LIMIT:
            self.refused += 1
            return  # its sender's time runs out, which is what slows it down
        self._working += 1
        try:
            await self._publish(ask.sender, await answer(ask))
        except Unavailable:
            logger.warning("line.answer_lost", call=ask.call)
        finally:
            self._working -= 1

    def _channel(self, node: str) -> str:
        return f"viva:{self._server}:node:{node}"


def _settle(waiting: asyncio.Future[Done], frame: Done | Failed) -> None:
    if isinstance(frame, Done):
        waiting.set_result(frame)
        return
    try:
        waiting.set_exception(error_of(Fault.model_validate_json(frame.body)))
    except ValidationError:
        waiting.set_exception(Unavailable("the answer of another worker cannot be read"))
