"""The load generator: all candidates and all observers of a measurement, in one process on a core of its own."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import assert_never

import uvloop
from aiortc import RTCCertificate

from tests.benchmarks.media.clip import make_clip
from tests.benchmarks.media.lag import ProcessorMeter, percentile
from tests.benchmarks.media.messages import (
    Begin,
    End,
    LeavePeers,
    LoadWindow,
    Lose,
    MakeOffers,
    ReadTrace,
    Reception,
    SentTrace,
    SetPace,
    TakeAnswers,
    Trace,
)
from tests.benchmarks.media.observer import Observer
from tests.benchmarks.media.process import serve
from tests.benchmarks.media.publisher import Publisher
from tests.benchmarks.media.schedule import Schedule

CONNECT_WITHIN_S = 30.0
GeneratorMessage = MakeOffers | TakeAnswers | LeavePeers | SetPace | Trace | Lose | ReadTrace | Begin | End


def run_generator(connection: Connection, core: int) -> None:
    async def main() -> None:
        generator = _Generator(core)
        try:
            await serve(connection, generator.handle)
        finally:
            await generator.close()

    uvloop.run(main())


@dataclass(slots=True)
class _Counts:
    """What had been counted of an observer and its candidate when the window began."""

    audio_sent: int
    frames_sent: int
    audio: int
    frames: int
    packets: int
    expected: int
    forged: int


class _Generator:
    def __init__(self, core: int) -> None:
        self._clip = make_clip()
        self._certificate = RTCCertificate.generateCertificate()
        self._publishers: dict[str, Publisher] = {}
        self._observers: dict[str, Observer] = {}
        self._chance = random.Random(11)
        self._schedule = Schedule(self._publishers, self._observers, self._chance)
        self._meter = ProcessorMeter(core)
        self._counts: dict[str, _Counts] = {}
        self._totals = (0, 0, 0, 0)

    async def handle(self, message: GeneratorMessage) -> object:
        match message:
            case MakeOffers():
                return await self._offer(message)
            case TakeAnswers():
                await self._connect(message.answers)
            case LeavePeers():
                await self._leave(message.names)
            case SetPace():
                self._schedule.lay_out(message.pace)
            case Trace():
                for name in message.names:
                    self._publishers[name].trace = []
            case Lose():
                self._publishers[message.name].losses.waiting[message.kind] = message.packets
            case ReadTrace():
                return self._read_trace()
            case Begin():
                self._begin()
            case End():
                return self._end()
            case _:
                assert_never(message)
        return True

    async def close(self) -> None:
        self._schedule.stop()
        await self._leave((*self._publishers, *self._observers))

    # --- peers --------------------------------------------------------------------------------------------------------

    async def _offer(self, wanted: MakeOffers) -> dict[str, str]:
        offers = {}
        for at, name in enumerate(wanted.names):
            seed = self._chance.getrandbits(32)
            if wanted.role == "publisher":
                publisher = Publisher(self._certificate, self._clip, audio=wanted.audio, video=wanted.video, seed=seed)
                self._publishers[name] = publisher
                link, ssrcs = publisher.link, publisher.ssrcs
            else:
                observer = Observer(self._certificate, wanted.watched[at], ssrc=seed)
                self._observers[name] = observer
                link, ssrcs = observer.link, {}
            offers[name] = await link.offer(
                sends=wanted.role == "publisher", audio=wanted.audio, video=wanted.video, ssrcs=ssrcs
            )
        return offers

    async def _connect(self, answers: dict[str, str]) -> None:
        async with asyncio.timeout(CONNECT_WITHIN_S), asyncio.TaskGroup() as group:
            for name, answer in answers.items():
                peer = self._publishers.get(name) or self._observers[name]
                group.create_task(peer.link.connect(answer))
        for name in answers:
            self._schedule.start(name)

    async def _leave(self, names: tuple[str, ...]) -> None:
        self._schedule.forget(names)
        for name in names:
            peer = self._publishers.pop(name, None) or self._observers.pop(name, None)
            if peer is not None:
                await peer.link.close()

    # --- measuring ----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._schedule.late_s = []
        self._counts = {name: self._count(observer) for name, observer in self._observers.items()}
        self._totals = self._total()
        self._meter.begin()

    def _end(self) -> LoadWindow:
        wall_s, cpu_s, others_share = self._meter.end()
        packets, unsent, repeated, asked = (now - then for now, then in zip(self._total(), self._totals, strict=True))
        return LoadWindow(
            wall_s=wall_s,
            cpu_s=cpu_s,
            others_share=others_share,
            late_p99_ms=percentile(self._schedule.late_s, 99) * 1000,
            late_max_ms=max(self._schedule.late_s, default=0.0) * 1000,
            packets_sent=packets,
            unsent=unsent,
            repeated=repeated,
            key_frames_asked=asked,
            receptions=tuple(
                self._compare(name, then, self._count(self._observers[name])) for name, then in self._counts.items()
            ),
        )

    def _total(self) -> tuple[int, int, int, int]:
        all_of = self._publishers.values()
        return (
            sum(publisher.audio_packets + publisher.video_packets for publisher in all_of),
            sum(publisher.unsent for publisher in all_of),
            sum(publisher.repeated for publisher in all_of),
            sum(publisher.key_frames_asked for publisher in all_of),
        )

    def _count(self, observer: Observer) -> _Counts:
        publisher = self._publishers[observer.watched]
        return _Counts(
            audio_sent=publisher.audio_packets,
            frames_sent=publisher.frames,
            audio=observer.audio_packets,
            frames=observer.frames,
            packets=observer.packets,
            expected=observer.expected,
            forged=observer.forged,
        )

    @staticmethod
    def _compare(name: str, then: _Counts, now: _Counts) -> Reception:
        packets = now.packets - then.packets
        return Reception(
            name=name,
            audio_sent=now.audio_sent - then.audio_sent,
            audio_received=now.audio - then.audio,
            frames_sent=now.frames_sent - then.frames_sent,
            frames_received=now.frames - then.frames,
            packets=packets,
            gaps=max(0, now.expected - then.expected - packets),
            forged=now.forged - then.forged,
        )

    def _read_trace(self) -> dict[str, SentTrace]:
        return {
            name: SentTrace(tuple(publisher.trace), tuple(publisher.losses.lost), publisher.refused)
            for name, publisher in self._publishers.items()
            if publisher.trace is not None
        }
