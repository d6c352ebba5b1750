"""Hostile STUN, DTLS, RTP and RTCP against a real server: it stays up, and the interview beside goes its way."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil
import pylibsrtp
import pytest

from server.protocol.commands import InterviewEnd
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.proxy import ImpairmentProxy
from simulation.manner import Manner
from tests.fakes.hostile_media import TraitorPackets, stranger_datagrams
from tests.integration.interviewing import House, open_house

DATAGRAMS, PACKETS, SOURCES = 4_000, 3_000, 3_000
BATCH = 20
BATCH_PAUSE_S = 0.01
CAPTURED = 400
MEMORY_MAY_GROW_MB = 60
OPUS, VP8 = 96, 97
"""The payload types aiortc offers them with."""
QUESTION = "introduction-0"


async def wait_until_speaking(candidate: VirtualCandidate) -> None:
    async with asyncio.timeout(60):
        while (turn := candidate._recorder.turns.get(QUESTION)) is None or turn.speech_began is None:
            await asyncio.sleep(0.05)


async def wait_until_answered(candidate: VirtualCandidate) -> None:
    async with asyncio.timeout(90):
        while candidate._recorder.turns[QUESTION].followed is None:
            await asyncio.sleep(0.1)


def tap_wire(proxy: ImpairmentProxy, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the neighbour sends, as somebody on the same network sees it."""
    captured: list[bytes] = []
    carry = proxy._carry

    def carry_and_keep(mapping: Any, data: bytes, *, to_server: bool) -> None:
        if to_server and len(captured) < CAPTURED:
            captured.append(data)
        carry(mapping, data, to_server=to_server)

    monkeypatch.setattr(proxy, "_carry", carry_and_keep)
    return captured


async def throw(packets: Iterable[bytes], send: Callable[[bytes], object]) -> None:
    """A few at a time, so that they arrive and are not lost in the socket's buffer."""
    for number, data in enumerate(packets):
        send(data)
        if number % BATCH == 0:
            await asyncio.sleep(BATCH_PAUSE_S)


async def be_a_stranger(candidate: VirtualCandidate, captured: list[bytes], seed: int) -> None:
    proxy = candidate.publisher.proxy
    assert proxy is not None
    target = proxy._server
    assert target is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        await throw(stranger_datagrams(seed, captured, DATAGRAMS), lambda data: sock.sendto(data, target))


async def be_a_traitor(candidate: VirtualCandidate) -> None:
    """Lets itself be interviewed and then sends what it likes over the connection it was given."""
    peer = candidate.publisher._peer
    assert peer is not None
    senders = peer.getSenders()
    known = [(VP8 if sender.kind == "video" else OPUS, sender._ssrc) for sender in senders]
    packets = TraitorPackets(3, known, range(96, 128))
    transport = senders[0].transport
    refused = 0

    def send(data: bytes) -> None:
        nonlocal refused
        try:
            transport._send_rtp(data).send(None)
        except StopIteration:
            pass
        except pylibsrtp.Error:
            refused += 1  # a header that SRTP itself does not take

    for thrown in (packets.rtp(PACKETS), packets.rtcp(PACKETS), packets.many_sources(SOURCES)):
        await throw(thrown, send)
    assert refused < PACKETS / 2


def times_of(events: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


@pytest.mark.integration
@pytest.mark.timeout(240)
async def test_the_interview_beside_hostile_packets_goes_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = NetworkProfile("wire")
    async with open_house(tmp_path / "data") as house:
        link, other = await house.invite(), await house.invite(name="Somebody else")
        neighbour = VirtualCandidate(link.invite_url, load_answers("en-1"), Manner(pace=0.2), network=wire)
        traitor = VirtualCandidate(other.invite_url, load_answers("en-2"), Manner(pace=0.2), network=wire)
        server = psutil.Process(house.server._process.pid)  # type: ignore[union-attr]
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one.run()) for one in (neighbour, traitor)]
            await asyncio.gather(wait_until_speaking(neighbour), wait_until_speaking(traitor))
            assert neighbour.publisher.proxy is not None
            captured = tap_wire(neighbour.publisher.proxy, monkeypatch)
            await asyncio.sleep(2)
            before_mb = server.memory_info().rss / 2**20
            await asyncio.gather(
                be_a_stranger(neighbour, captured, 1), be_a_stranger(traitor, captured, 2), be_a_traitor(traitor)
            )
            grown_mb = server.memory_info().rss / 2**20 - before_mb
            await wait_until_answered(neighbour)
            await asyncio.gather(*(one.socket.send(InterviewEnd()) for one in (neighbour, traitor)))
        result = running[0].result()
        house.server.check_alive()
        await check_neighbour(house, link.interview)
    assert (result.connections, result.publications) == (1, 1), "the neighbour lost its connection"
    transcript = next(turn.transcript for turn in result.turns if turn.turn_id == QUESTION)
    assert transcript.startswith("Hello. I am a software engineer. I have five years")
    assert grown_mb < MEMORY_MAY_GROW_MB, f"{grown_mb:.0f} MB more"
    log = house.server.log_path.read_text("utf-8", "replace")
    assert "Traceback" not in log, log[-4_000:]


async def check_neighbour(house: House, interview: str) -> None:
    events = await house.hr.read_events(interview)
    assert not [event for event in times_of(events, "media.interrupted") if event["data"]["reason"] == "silent"]
    assert len(times_of(events, "media.connected")) == 1
    assert not times_of(events, "server.restarted")
