"""`python -m tests.benchmarks.reconnect`: how soon a candidate is heard again by a new connection.

Method: one session, real aiortc peers over loopback in the same process. A candidate is heard; a second connection is
offered while the first still sends, as a page does after its network has changed. The time is from the moment the
session is given the offer until the pipeline is given the first sound of the new connection, so that answering, ICE,
DTLS, the first packet and the taking over are in it. The last line of output is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from statistics import median

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from media.frames import EncodedFrame
from media.session import MediaSession
from tests.benchmarks.document import describe_machine, put_section
from tests.benchmarks.impairment.run import open_session
from tests.fakes.loopback import Publisher, VoiceTrack, make_voice

METHOD = """\
## Reconnecting

`python -m tests.benchmarks.reconnect` on {machine}.

A candidate who is heard offers a second connection while the first still sends, as a page does when its network has
changed; aiortc peers over loopback. From the moment the session is given the offer until its pipeline is given the
first sound of the new connection, with answering, ICE, DTLS and the taking over in it:
**{reconnect_ms_median} ms** (median of {times}; {reconnect_ms_min} to {reconnect_ms_max}; the bar is 1 s)."""

WITHIN_S = 10.0
SPEECH_S = 60.0


class _FirstSound:
    """The moment the pipeline was first given sound of an epoch, in seconds of the monotonic clock."""

    def __init__(self, session: MediaSession) -> None:
        self.at_s: dict[int, float] = {}
        self._changed = asyncio.Event()
        pipeline = session._pipeline
        push = pipeline.push

        def note_and_push(frame: EncodedFrame) -> None:
            if frame.epoch not in self.at_s:
                self.at_s[frame.epoch] = time.monotonic()
                self._changed.set()
            push(frame)

        pipeline.push = note_and_push  # type: ignore[method-assign]

    async def wait_for(self, epoch: int) -> float:
        async with asyncio.timeout(WITHIN_S):
            while epoch not in self.at_s:
                await self._changed.wait()
                self._changed.clear()
        return self.at_s[epoch]


async def measure(times: int) -> list[float]:
    """Milliseconds. Raises TimeoutError when a new connection is not heard."""
    voice = make_voice(((SPEECH_S, True),))
    took_ms = []
    async with open_session() as (session, _):
        heard = _FirstSound(session)
        old, _ = await _publish(session, heard, voice)
        for _ in track(range(times), "reconnecting", console=Console(stderr=True)):
            await asyncio.sleep(1.0)
            new, ms = await _publish(session, heard, voice)
            took_ms.append(ms)
            await old.close()
            old = new
        await old.close()
    return took_ms


async def _publish(session: MediaSession, heard: _FirstSound, voice: NDArray[np.int16]) -> tuple[Publisher, float]:
    publisher = Publisher(audio=VoiceTrack(voice), video=None)
    offer = await publisher.offer()
    offered_s = time.monotonic()
    answer = await session.accept_publisher(offer)
    await publisher.connect(answer.sdp)
    return publisher, (await heard.wait_for(answer.epoch) - offered_s) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    found = sorted(asyncio.run(measure(parser.parse_args().times)))
    figures = {
        "times": len(found),
        "reconnect_ms_median": round(median(found)),
        "reconnect_ms_min": round(found[0]),
        "reconnect_ms_max": round(found[-1]),
    }
    put_section("reconnect", METHOD.format(machine=describe_machine("aiortc", "aioice"), **figures))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
