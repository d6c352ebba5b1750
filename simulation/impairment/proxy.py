"""The proxy itself: a NAT router on this machine with a bad line behind it."""

from __future__ import annotations

import asyncio
import heapq
import socket
from dataclasses import dataclass, field
from types import TracebackType

from simulation.impairment.channel import Channel, Counters
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.sdp import Address, NoCandidate, find_host_candidate, replace_candidates
from simulation.impairment.settings import Impairment

PACKETS_IN_FLIGHT = 4_096
"""Of both directions. What comes while so many wait is dropped and counted."""
CLIENTS = 8
"""Sockets of one client. The one that was quiet for longest is forgotten when another comes."""
READS_AT_ONCE = 64
"""After so many packets of one socket the others have their turn."""
SOCKET_BYTES = 1 << 20
MAX_DATAGRAM_BYTES = 65_536
TEST_ADDRESS = "192.0.2.1"
"""RFC 5737: the way there leads over the default interface. Nothing is sent."""


@dataclass(slots=True)
class _Mapping:
    """What a NAT remembers of one client socket: the port it shows to the server for it."""

    client: Address | None
    outer: socket.socket


@dataclass(order=True, slots=True)
class _Packet:
    due_ms: float
    number: int
    mapping: _Mapping = field(compare=False)
    to_server: bool = field(compare=False)
    data: bytes = field(compare=False)


class ImpairmentProxy:
    """Between one client and one server's ICE port. All of it runs on the event loop, without a task of its own.

    `open` with the client's offer, `join` with the server's answer; each gives the description to hand on. `close` ends
    it. `change` and `rebind` may be called at any time between.
    """

    def __init__(self, profile: NetworkProfile, *, seed: int = 0, host: str | None = None) -> None:
        """`host`: the address to listen on when the offer names none, as a browser's does (its names are mDNS ones)."""
        self._loop = asyncio.get_running_loop()
        now_ms = self._now_ms()
        self._profile = profile
        self._up = Channel(profile.up, f"{seed}/up", now_ms)
        self._down = Channel(profile.down, f"{seed}/down", now_ms)
        self._host = host
        self._inner: socket.socket | None = None
        self._server: Address | None = None
        self._mappings: list[_Mapping] = []
        self._waiting: list[_Packet] = []
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._rebinding: asyncio.TimerHandle | None = None
        self.rebinds = 0

    def __enter__(self) -> ImpairmentProxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- signalling ---------------------------------------------------------------------------------------------------

    def open(self, offer_sdp: str) -> str:
        """The offer with the proxy in the client's place. Called once."""
        if self._host is None:
            try:
                self._host, _ = find_host_candidate(offer_sdp)
            except NoCandidate:
                self._host = find_own_address()
        self._inner = self._bind(self._host)
        self._loop.add_reader(self._inner, self._read_client)
        mapping = self._add_mapping(None)
        if self._profile.rebind_every_s is not None:
            self._rebinding = self._loop.call_later(self._profile.rebind_every_s, self._rebind_again)
        return replace_candidates(offer_sdp, _address_of(mapping.outer))

    def join(self, answer_sdp: str) -> str:
        """The answer with the proxy in the server's place. Raises NoCandidate."""
        if self._inner is None:
            raise RuntimeError("open comes first")
        self._server = find_host_candidate(answer_sdp)
        return replace_candidates(answer_sdp, _address_of(self._inner))

    # --- while it runs ------------------------------------------------------------------------------------------------

    def change(self, *, up: Impairment | None = None, down: Impairment | None = None) -> None:
        """None leaves a direction as it is. Blackouts count from now."""
        now_ms = self._now_ms()
        if up is not None:
            self._up.change(up, now_ms)
        if down is not None:
            self._down.change(down, now_ms)

    def rebind(self) -> None:
        """The NAT forgets: the server sees the client come from another port, and what it sends to the old one is
        lost."""
        for mapping in self._mappings:
            self._forget(mapping.outer)
            mapping.outer = self._bind(self._host or find_own_address())
            self._watch(mapping)
        self.rebinds += 1

    @property
    def up(self) -> Counters:
        return self._up.counters

    @property
    def down(self) -> Counters:
        return self._down.counters

    @property
    def in_flight(self) -> int:
        return len(self._waiting)

    def queue_ms(self) -> tuple[float, float]:
        """How long a packet would wait for the line now: up, down."""
        now_ms = self._now_ms()
        return self._up.queue_ms(now_ms), self._down.queue_ms(now_ms)

    def close(self) -> None:
        """Idempotent. What is in flight is lost."""
        for timer in (self._timer, self._rebinding):
            if timer is not None:
                timer.cancel()
        self._timer = self._rebinding = None
        self._waiting.clear()
        inner, self._inner = self._inner, None
        if inner is not None:
            self._forget(inner)
        mappings, self._mappings = self._mappings, []
        for mapping in mappings:
            self._forget(mapping.outer)

    # --- packets ------------------------------------------------------------------------------------------------------

    def _read_client(self) -> None:
        inner = self._inner
        for _ in range(READS_AT_ONCE):
            received = None if inner is None else _receive(inner)
            if received is None:
                return
            data, client = received
            self._carry(self._mapping_of(client), data, to_server=True)

    def _read_server(self, mapping: _Mapping, outer: socket.socket) -> None:
        for _ in range(READS_AT_ONCE):
            received = _receive(outer) if outer is mapping.outer else None
            if received is None:
                return
            data, sender = received
            if sender != self._server or mapping.client is None:
                self.down.received += 1
                self.down.dropped_stray += 1
            else:
                self._carry(mapping, data, to_server=False)

    def _carry(self, mapping: _Mapping, data: bytes, *, to_server: bool) -> None:
        channel = self._up if to_server else self._down
        now_ms = self._now_ms()
        for due_ms in channel.admit(len(data), now_ms):
            if due_ms <= now_ms and not (self._waiting and self._waiting[0].due_ms <= now_ms):
                self._send(mapping, data, to_server)
            elif len(self._waiting) >= PACKETS_IN_FLIGHT:
                channel.counters.overflowed += 1
            else:
                self._number += 1
                heapq.heappush(self._waiting, _Packet(due_ms, self._number, mapping, to_server, data))
        self._set_timer()

    def _release(self) -> None:
        self._timer = None
        now_ms = self._now_ms()
        while self._waiting and self._waiting[0].due_ms <= now_ms:
            packet = heapq.heappop(self._waiting)
            self._send(packet.mapping, packet.data, packet.to_server)
        self._set_timer()

    def _set_timer(self) -> None:
        if not self._waiting:
            return
        due_s = self._waiting[0].due_ms / 1000
        if self._timer is not None:
            if self._timer.when() <= due_s:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due_s, self._release)

    def _send(self, mapping: _Mapping, data: bytes, to_server: bool) -> None:
        sender, receiver = (mapping.outer, self._server) if to_server else (self._inner, mapping.client)
        if sender is not None and receiver is not None:
            try:
                sender.sendto(data, receiver)
                return
            except OSError:
                pass  # full, forgotten meanwhile, or nobody there: as on a network, nobody is told
        (self.up if to_server else self.down).overflowed += 1

    # --- sockets ------------------------------------------------------------------------------------------------------

    def _mapping_of(self, client: Address) -> _Mapping:
        """The one used last stands last."""
        for mapping in reversed(self._mappings):
            if mapping.client == client or mapping.client is None:
                mapping.client = client
                if mapping is not self._mappings[-1]:
                    self._mappings.remove(mapping)
                    self._mappings.append(mapping)
                return mapping
        if len(self._mappings) >= CLIENTS:
            self._forget(self._mappings.pop(0).outer)
        return self._add_mapping(client)

    def _add_mapping(self, client: Address | None) -> _Mapping:
        mapping = _Mapping(client, self._bind(self._host or find_own_address()))
        self._watch(mapping)
        self._mappings.append(mapping)
        return mapping

    def _watch(self, mapping: _Mapping) -> None:
        self._loop.add_reader(mapping.outer, self._read_server, mapping, mapping.outer)

    def _bind(self, host: str) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BYTES)
        sock.bind((host, 0))
        return sock

    def _forget(self, sock: socket.socket) -> None:
        self._loop.remove_reader(sock)
        sock.close()

    def _rebind_again(self) -> None:
        self.rebind()
        self._rebinding = self._loop.call_later(self._profile.rebind_every_s or 0, self._rebind_again)

    def _now_ms(self) -> float:
        return self._loop.time() * 1000


def find_own_address() -> str:
    """This machine's address on its default interface, or loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((TEST_ADDRESS, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _receive(sock: socket.socket) -> tuple[bytes, Address] | None:
    try:
        data, sender = sock.recvfrom(MAX_DATAGRAM_BYTES)
    except OSError:
        return None
    return data, (str(sender[0]), int(sender[1]))


def _address_of(sock: socket.socket) -> Address:
    host, port = sock.getsockname()
    return str(host), int(port)
