"""The proxy between two plain UDP sockets: who may come through, in which shape, and what it does to descriptions."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from simulation.impairment.profiles import PROFILES, NetworkProfile, find_profile
from simulation.impairment.proxy import CLIENTS, ImpairmentProxy
from simulation.impairment.sdp import NoCandidate, find_host_candidate, replace_candidates
from simulation.impairment.settings import BLOCKED, Impairment

HOST = "127.0.0.1"


def describe(port: int, host: str = HOST) -> str:
    return (
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
        f"a=candidate:1 1 udp 2130706431 {host} {port} typ host\r\n"
        "a=candidate:2 1 udp 2130706431 fd00::1 5000 typ host\r\n"
        "a=candidate:3 1 tcp 1518280447 10.0.0.1 9 typ host tcptype active\r\n"
        "a=end-of-candidates\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
    )


class Ends:
    """A client and a server, not connected to anything, with the proxy between."""

    def __init__(self, profile: NetworkProfile, seed: int = 0) -> None:
        self.client, self.server = self.open_socket(), self.open_socket()
        self.proxy = ImpairmentProxy(profile, seed=seed)
        self.shown = find_host_candidate(self.proxy.open(describe(self.client.getsockname()[1])))
        self.inner = find_host_candidate(self.proxy.join(describe(self.server.getsockname()[1])))
        self.others: list[socket.socket] = []

    def open_socket(self) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((HOST, 0))
        sock.setblocking(False)
        return sock

    async def receive(self, sock: socket.socket) -> tuple[bytes, tuple[str, int]]:
        async with asyncio.timeout(5):
            return await asyncio.get_running_loop().sock_recvfrom(sock, 2_048)

    def close(self) -> None:
        self.proxy.close()
        for sock in (self.client, self.server, *self.others):
            sock.close()


@pytest.fixture
def opened() -> Iterator[list[Ends]]:
    every: list[Ends] = []
    yield every
    for ends in every:
        ends.close()


async def test_packets_go_both_ways_through_the_addresses_in_the_descriptions(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("none")))
    ends.client.sendto(b"up", ends.inner)
    assert await ends.receive(ends.server) == (b"up", ends.shown)
    ends.server.sendto(b"down", ends.shown)
    assert await ends.receive(ends.client) == (b"down", ends.inner)
    assert (ends.proxy.up.passed, ends.proxy.down.passed) == (1, 1)


async def test_delayed_packets_keep_their_order(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("slow", up=Impairment(delay_ms=30, jitter_ms=20))))
    for number in range(50):
        ends.client.sendto(bytes([number]), ends.inner)
    assert [(await ends.receive(ends.server))[0][0] for _ in range(50)] == list(range(50))
    assert ends.proxy.in_flight == 0


async def test_a_full_line_shows_its_queue_and_drops_the_rest(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("thin", up=Impairment(rate_kbps=80, queue_ms=300))))
    for _ in range(10):
        ends.client.sendto(b"x" * 972, ends.inner)  # 100 ms each
    await asyncio.sleep(0.02)
    assert ends.proxy.in_flight == 4
    assert 300 < ends.proxy.queue_ms()[0] < 400
    assert ends.proxy.up.dropped_queue == 6


async def test_who_is_not_the_server_does_not_come_through(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("none")))
    ends.client.sendto(b"hello", ends.inner)
    await ends.receive(ends.server)
    ends.others.append(stranger := ends.open_socket())
    stranger.sendto(b"junk", ends.shown)
    ends.server.sendto(b"real", ends.shown)
    assert (await ends.receive(ends.client))[0] == b"real"
    assert ends.proxy.down.dropped_stray == 1


async def test_the_server_is_not_heard_before_the_client_has_spoken(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("none")))
    ends.server.sendto(b"too soon", ends.shown)
    await asyncio.sleep(0.02)
    assert ends.proxy.down.dropped_stray == 1


async def test_after_a_rebind_the_server_sees_another_port_and_the_old_one_is_dead(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("none")))
    ends.client.sendto(b"before", ends.inner)
    assert (await ends.receive(ends.server))[1] == ends.shown
    ends.proxy.rebind()
    ends.server.sendto(b"lost", ends.shown)
    ends.client.sendto(b"after", ends.inner)
    data, sender = await ends.receive(ends.server)
    assert (data, sender != ends.shown) == (b"after", True)
    ends.server.sendto(b"found", sender)
    assert (await ends.receive(ends.client))[0] == b"found"


async def test_each_socket_of_a_client_has_its_own_port_and_there_is_a_limit(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("none")))
    seen: list[tuple[str, int]] = []
    for number in range(CLIENTS + 3):
        ends.others.append(sock := ends.open_socket())
        sock.sendto(bytes([number]), ends.inner)
        seen.append((await ends.receive(ends.server))[1])
    assert len(set(seen)) == len(seen)
    ends.server.sendto(b"for the last", seen[-1])
    assert (await ends.receive(ends.others[-1]))[0] == b"for the last"
    assert len(ends.proxy._mappings) == CLIENTS


async def test_the_network_may_change_under_way(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("none")))
    ends.proxy.change(up=BLOCKED)
    ends.client.sendto(b"lost", ends.inner)
    await asyncio.sleep(0.02)
    ends.proxy.change(up=Impairment())
    ends.client.sendto(b"there", ends.inner)
    assert (await ends.receive(ends.server))[0] == b"there"
    assert ends.proxy.up.dropped_random == 1


async def test_closing_is_final_and_leaves_no_socket(opened: list[Ends]) -> None:
    opened.append(ends := Ends(NetworkProfile("slow", up=Impairment(delay_ms=20))))
    ends.client.sendto(b"on its way", ends.inner)
    await asyncio.sleep(0.005)
    ends.proxy.close()
    ends.proxy.close()
    await asyncio.sleep(0.04)
    with pytest.raises(BlockingIOError):
        ends.server.recv(100)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(ends.inner)


async def test_the_same_seed_loses_the_same_packets(opened: list[Ends]) -> None:
    arrived = []
    for seed in (5, 5, 6):
        opened.append(ends := Ends(NetworkProfile("bad", up=Impairment(loss=0.3)), seed))
        for number in range(40):
            ends.client.sendto(bytes([number]), ends.inner)
        await asyncio.sleep(0.05)
        arrived.append([(await ends.receive(ends.server))[0][0] for _ in range(ends.proxy.up.passed)])
    assert arrived[0] == arrived[1] != arrived[2]


def test_descriptions_keep_all_but_their_candidates() -> None:
    written = replace_candidates(describe(4_000), ("198.51.100.7", 9_999))
    assert [line for line in written.splitlines() if "candidate:" in line] == [
        "a=candidate:1 1 udp 2130706431 198.51.100.7 9999 typ host"
    ]
    assert [line for line in written.splitlines() if "candidate:" not in line] == [
        line for line in describe(4_000).splitlines() if "candidate:" not in line
    ]
    assert written.endswith("\r\n")


@pytest.mark.parametrize("host", ["c0ffee.local", "fd00::9"])
def test_a_description_without_a_usable_candidate_is_refused(host: str) -> None:
    with pytest.raises(NoCandidate):
        find_host_candidate(describe(4_000, host))


async def test_a_browsers_offer_needs_no_address() -> None:
    with ImpairmentProxy(NetworkProfile("none")) as proxy:
        host, _ = find_host_candidate(proxy.open(describe(4_000, "c0ffee.local")))
        assert host.count(".") == 3


def test_profiles_are_found_by_name_and_an_unknown_one_is_told_what_there_is() -> None:
    assert {"good-wifi", "weak-3g", "train", "no-udp"} <= set(PROFILES)
    assert find_profile("train").rebind_every_s
    with pytest.raises(ValueError, match=r"'moon'.*good-wifi"):
        find_profile("moon")
