"""Who keeps the server busy: candidates one after the other in each place, observers now and then."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from websockets.exceptions import WebSocketException

from server.protocol.commands import InterviewEnd
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.errors import Refused, SimulationError
from simulation.impairment.profiles import NetworkProfile, find_profile
from simulation.impairment.settings import Blackout, GilbertElliott, Impairment
from simulation.manner import Manner
from tests.integration.interviewing import House
from tests.integration.watching import watching

ANSWER_SETS = ("en-1", "zh-1", "en-2", "zh-2")
PACE = 0.6
WATCHES_S = (5.0, 15.0)
PAUSES_S = (10.0, 30.0)
REST_S = 2.0
SEEDS_APART = 10_000


def _flap(start_ms: float, length_ms: float, every_ms: float) -> Impairment:
    return Impairment(
        burst=GilbertElliott.of(0.03, 4),
        delay_ms=40,
        jitter_ms=20,
        blackouts=(Blackout(start_ms, length_ms, every_ms=every_ms),),
    )


NETWORKS = (
    NetworkProfile.both_ways("short gaps", _flap(12_000, 2_500, 30_000)),
    NetworkProfile.both_ways("long gaps", _flap(20_000, 9_000, 50_000)),
    find_profile("train"),
    find_profile("busy-wifi"),
)


@dataclass
class Tally:
    """What the crowd has been through."""

    interviews: int = 0
    completed: int = 0
    connections: int = 0
    publications: int = 0
    watched: int = 0
    pictures_seen: int = 0
    failures: Counter[str] = field(default_factory=Counter)


class Crowd:
    """`live` is everything; it ends by itself soon after `until_s`."""

    def __init__(self, house: House, until_s: float, seed: int) -> None:
        self._house = house
        self._until_s = until_s
        self._seed = seed
        self._present: dict[int, str] = {}
        self.tally = Tally()

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._until_s

    async def live(self, places: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            filling = [tasks.create_task(self._fill(place)) for place in range(places)]
            watching = [tasks.create_task(self._watch(place)) for place in range(places)]
            await asyncio.wait(filling)
            for task in watching:
                task.cancel()

    async def _fill(self, place: int) -> None:
        rounds = 0
        await asyncio.sleep(place * 1.5)  # nobody comes at the same moment
        while not self.over:
            try:
                await self._interview(place, rounds)
            except (SimulationError, httpx.HTTPError, TimeoutError) as error:
                self.tally.failures[f"{type(error).__name__}: {error}"[:160]] += 1
            rounds += 1
            await asyncio.sleep(REST_S)

    async def _interview(self, place: int, rounds: int) -> None:
        answers = load_answers(ANSWER_SETS[(place + rounds) % len(ANSWER_SETS)])
        link = await self._house.invite(answers.language, f"Virtual Candidate {place + 1}.{rounds + 1}")
        candidate = VirtualCandidate(
            link.invite_url,
            answers,
            Manner(pace=PACE, appearance=place, patience_s=8),
            network=NETWORKS[place % len(NETWORKS)],
            network_seed=self._seed + place * SEEDS_APART + rounds * 100,
        )
        self._present[place] = link.interview
        try:
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(candidate.run())
                ending = tasks.create_task(self._end_in_time(candidate))
                await asyncio.wait([running])
                ending.cancel()
        except BaseExceptionGroup as group:
            raise _first_of(group) from None
        finally:
            self._present.pop(place, None)
        result = running.result()
        self.tally.interviews += 1
        self.tally.completed += result.completed
        self.tally.connections += result.connections
        self.tally.publications += result.publications

    async def _end_in_time(self, candidate: VirtualCandidate) -> None:
        """When the time is up, whoever is in an interview ends it."""
        await asyncio.sleep(max(0.0, self._until_s - time.monotonic()))
        while not hasattr(candidate, "socket"):
            await asyncio.sleep(0.1)
        try:
            await candidate.socket.send(InterviewEnd())
        except (Refused, TimeoutError):
            pass  # it has just ended

    async def _watch(self, place: int) -> None:
        """HR looks in on this place now and then."""
        dice = random.Random(f"{self._seed}/{place}")
        while not self.over:
            await asyncio.sleep(dice.uniform(*PAUSES_S))
            interview = self._present.get(place)
            if interview is None or self.over:
                continue
            try:
                http = self._house.hr.http
                async with watching(http, interview):
                    self.tally.pictures_seen += await look_in(http, interview, dice.uniform(*WATCHES_S))
                self.tally.watched += 1
            except (httpx.HTTPError, Refused, WebSocketException, TimeoutError, ConnectionError) as error:
                self.tally.failures[f"observer: {type(error).__name__}: {error}"[:160]] += 1


async def look_in(http: httpx.AsyncClient, interview: str, seconds: float) -> int:
    """By WHEP. Pictures seen; 0 when the interview has no media just now."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receivers = [peer.addTransceiver(kind, direction="recvonly").receiver for kind in ("audio", "video")]
    location = None
    try:
        await peer.setLocalDescription(await peer.createOffer())
        answer = await http.post(
            f"/v1/interviews/{interview}/whep",
            content=peer.localDescription.sdp,
            headers={"Content-Type": "application/sdp"},
        )
        if answer.status_code != httpx.codes.CREATED:
            return 0
        location = answer.headers["Location"]
        await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        async with asyncio.TaskGroup() as tasks:
            watching = [tasks.create_task(_consume(receiver.track, seconds)) for receiver in receivers]
        return watching[1].result()
    finally:
        if location is not None:
            await http.delete(location)
        await asyncio.wait_for(peer.close(), 10)


async def _consume(track: object, seconds: float) -> int:
    count = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                await track.recv()  # type: ignore[attr-defined]
                count += 1
    except (TimeoutError, MediaStreamError):
        return count


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
