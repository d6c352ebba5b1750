"""When each packet of each candidate leaves: one heap and one timer for all of them."""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from dataclasses import dataclass, field

from tests.benchmarks.media.messages import Pace
from tests.benchmarks.media.observer import Observer
from tests.benchmarks.media.publisher import AUDIO_INTERVAL_S, REPORT_INTERVAL_S, VIDEO_INTERVAL_S, Publisher

BURST_PACKETS, PACED_PACKETS, PACE_S = 8, 2, 0.005
"""Of a frame, so many packets leave at once, the others as many each 5 ms: a frame of usual size whole, a key frame
drawn out. `paced` is nearer to what browsers do (2.5 times the bit rate in slots of 5 ms)."""
START_AFTER_S = 0.3
"""The far end makes its receivers after the handshake: what comes before is not counted by it."""


@dataclass(slots=True, order=True)
class _Due:
    at_s: float
    order: int
    name: str = field(compare=False)
    task: str = field(compare=False)
    packets: list[bytes] = field(compare=False, default_factory=list)


class Schedule:
    """Of all peers that were started, as long as they are among `publishers` or `observers`, which the owner fills.
    `late_s` grows by one entry for each thing done, until the owner empties it."""

    def __init__(self, publishers: dict[str, Publisher], observers: dict[str, Observer], chance: random.Random) -> None:
        self._publishers = publishers
        self._observers = observers
        self._chance = chance
        self._pace: Pace = "spread"
        self._due: list[_Due] = []
        self._order = 0
        self._timer: asyncio.TimerHandle | None = None
        self._zero_s = time.monotonic()
        self.late_s: list[float] = []

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def forget(self, names: tuple[str, ...]) -> None:
        self._due = [due for due in self._due if due.name not in names]
        heapq.heapify(self._due)

    def start(self, name: str, after_s: float = START_AFTER_S) -> None:
        now_s = time.monotonic() + after_s
        publisher = self._publishers.get(name)
        tasks = {"report": REPORT_INTERVAL_S}
        if publisher is not None and publisher.audio:
            tasks["audio"] = AUDIO_INTERVAL_S
        if publisher is not None and publisher.video:
            tasks["video"] = VIDEO_INTERVAL_S
        for task, interval_s in tasks.items():
            phase = 0.0 if self._pace == "together" and task != "report" else self._chance.random()
            periods = int((now_s - self._zero_s) / interval_s) + 1
            self._plan(self._zero_s + (periods + phase) * interval_s, name, task)
        self._arm()

    def lay_out(self, pace: Pace) -> None:
        """New phases for all."""
        self._pace = pace
        names = list(dict.fromkeys(due.name for due in self._due))
        self._due = []
        for name in names:
            self.start(name, after_s=0.0)

    def _plan(self, at_s: float, name: str, task: str, packets: list[bytes] | None = None) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(at_s, self._order, name, task, packets or []))

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due:
            wait_s = max(0.0, self._due[0].at_s - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._work)

    def _work(self) -> None:
        """Everything that is due; a later packet waits for the next millisecond of the timer."""
        self._timer = None
        now_s = time.monotonic()
        while self._due and self._due[0].at_s <= now_s:
            due = heapq.heappop(self._due)
            self.late_s.append(now_s - due.at_s)
            self._do(due)
        self._arm()

    def _do(self, due: _Due) -> None:
        publisher = self._publishers.get(due.name)
        if due.task == "report":
            (publisher or self._observers[due.name]).report()
            self._plan(due.at_s + REPORT_INTERVAL_S, due.name, "report")
        elif publisher is None:
            return
        elif due.task == "audio":
            publisher.send_audio()
            self._plan(due.at_s + AUDIO_INTERVAL_S, due.name, "audio")
        else:
            packets = due.packets
            if due.task == "video":
                packets = publisher.next_frame()
                self._plan(due.at_s + VIDEO_INTERVAL_S, due.name, "video")
            at_once = PACED_PACKETS if self._pace == "paced" else BURST_PACKETS
            publisher.send_video(packets[:at_once])
            if packets[at_once:]:
                self._plan(due.at_s + PACE_S, due.name, "rest", packets[at_once:])
