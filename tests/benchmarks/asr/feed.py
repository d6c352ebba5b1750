"""Talks on a real clock: a packet is handed over when the last of its sound would have been said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from media.frames import EncodedFrame
from tests.benchmarks.asr.material import PACKET_MS, Talk, make_frame

_SLOT_S = PACKET_MS / 1000


@dataclass(slots=True)
class _Speaker:
    talk: Talk
    first_slot: int
    push: Callable[[EncodedFrame], None]


@dataclass(slots=True)
class Feed:
    """One timer for all. Each talk runs from its first packet to its last; `late_s` is how late the timer was at the
    most. Times are `time.monotonic`."""

    start_s: float = field(default_factory=time.monotonic)
    late_s: float = 0.0
    _speakers: list[_Speaker] = field(default_factory=list)

    def add(self, talk: Talk, begin_s: float, push: Callable[[EncodedFrame], None]) -> float:
        """`begin_s` from the feed's start, to be rounded to a packet. Returns the moment at which the talk begins."""
        slot = round(begin_s / _SLOT_S)
        self._speakers.append(_Speaker(talk, slot, push))
        return self.start_s + slot * _SLOT_S

    async def run(self, until_s: float | None = None, *, silence: tuple[bytes, ...] = ()) -> None:
        """From the start until all has been said; or to `until_s` after it, and then `silence` for those who were still
        speaking. With `until_s` talks may be added meanwhile."""
        if until_s is None:
            slots = max(speaker.first_slot + len(speaker.talk.packets) for speaker in self._speakers)
        else:
            slots = round(until_s / _SLOT_S)
        for slot in range(slots):
            await self._wait_for(slot)
            for speaker in self._speakers:
                number = slot - speaker.first_slot
                if 0 <= number < len(speaker.talk.packets):
                    speaker.push(speaker.talk.frame(number))
        for slot, packet in enumerate(silence, start=slots):
            await self._wait_for(slot)
            for speaker in self._speakers:
                if slots - speaker.first_slot < len(speaker.talk.packets):
                    speaker.push(make_frame(packet, slot - speaker.first_slot))

    async def _wait_for(self, slot: int) -> None:
        due_s = self.start_s + (slot + 1) * _SLOT_S
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        self.late_s = max(self.late_s, time.monotonic() - due_s)
