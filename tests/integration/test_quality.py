"""A candidate whose voice is lost on the way is asked for less, obeys, and is asked for more when the way is clear."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.protocol.events import QualityProfileChanged
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.settings import PERFECT, Impairment
from simulation.manner import Manner
from tests.integration.interviewing import House, open_house

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

PATIENCE_S = 60.0
HEAVY_LOSS = Impairment(loss=0.25)


async def wait_for_profile(house: House, interview: str, after: int, *, video: bool) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            changes = [
                event["data"]
                for event in await house.hr.read_events(interview, after)
                if event["type"] == "quality.profile_changed" and event["data"]["video"] is video
            ]
            if changes:
                return dict(changes[0])
            await asyncio.sleep(0.3)


async def wait_until_sending(candidate: VirtualCandidate, *, video: bool) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while candidate.publisher.sending.video is not video:
            await asyncio.sleep(0.05)


async def sent_kbps(candidate: VirtualCandidate) -> float:
    """Of the two seconds to come."""
    await candidate.publisher.measure(None)
    await asyncio.sleep(2)
    return (await candidate.publisher.measure(None)).sent_kbps or 0.0


async def test_lost_packets_turn_the_picture_off_and_a_clear_way_brings_it_back(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        link = await house.invite("en")
        network = NetworkProfile("perfect")
        candidate = VirtualCandidate(
            link.invite_url, load_answers("en-1"), Manner(pace=3, patience_s=60), network=network, network_seed=5
        )
        attending = asyncio.ensure_future(candidate.run())
        try:
            start = await wait_for_profile(house, link.interview, 0, video=True)
            assert (start["profile"], start["reason"]) == ("medium", "start"), (
                "nobody watches: what the recording needs"
            )
            before = len(await house.hr.read_events(link.interview))
            proxy = candidate.publisher.proxy
            assert proxy is not None
            proxy.change(up=HEAVY_LOSS)
            paused = await wait_for_profile(house, link.interview, before, video=False)
            assert (paused["profile"], paused["reason"], paused["audio_kbps"]) == ("audio", "loss", 32)
            await wait_until_sending(candidate, video=False)
            assert await sent_kbps(candidate) < 80
            proxy.change(up=PERFECT)
            again = len(await house.hr.read_events(link.interview))
            back = await wait_for_profile(house, link.interview, again, video=True)
            assert (back["profile"], back["reason"]) == ("low", "recovered")
            await wait_until_sending(candidate, video=True)
            assert await sent_kbps(candidate) > 80

            events = await house.hr.read_events(link.interview)
            connected = [event for event in events if event["type"] == "media.connected"]
            assert len(connected) == candidate.publisher.publications == 1, "no new negotiation"
            words = [event["data"] for event in events if event["type"] == "connection.changed"]
            assert {"word": "poor", "reason": "loss"} in words
            told = [
                data
                for data in (one.data for one in candidate._recorder.envelopes)
                if isinstance(data, QualityProfileChanged)
            ]
            logged = [event["data"]["profile"] for event in events if event["type"] == "quality.profile_changed"]
            assert [data.profile for data in told] == logged[: len(told)]
        finally:
            attending.cancel()
            await asyncio.wait([attending])
