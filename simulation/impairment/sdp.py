"""Offers and answers that lead through the proxy. Pure text.

Both sides are given the proxy as the other's only candidate: were the offer left as it is, the server would check the
client's own address, and the client would take up that way round the proxy as a peer-reflexive one.
"""

from __future__ import annotations

import ipaddress

_CANDIDATE = "a=candidate:"

Address = tuple[str, int]


class NoCandidate(ValueError):
    """The description has no UDP host candidate that the proxy could stand for."""


def find_host_candidate(sdp: str, *, version: int = 4) -> Address:
    """The first usable host candidate of this IP version. Raises NoCandidate."""
    for line in sdp.splitlines():
        fields = line.removeprefix(_CANDIDATE).split()
        if not line.startswith(_CANDIDATE) or len(fields) < 8 or fields[2].lower() != "udp" or fields[7] != "host":
            continue
        try:
            if ipaddress.ip_address(fields[4]).version == version:
                return fields[4], int(fields[5])
        except ValueError:
            continue  # a name: `.local` by mDNS
    raise NoCandidate(f"no IPv{version} UDP host candidate")


def replace_candidates(sdp: str, address: Address) -> str:
    """In each section that has UDP candidates one host candidate takes their place; all other lines stay."""
    kept: list[str] = []
    replaced = False
    for line in sdp.splitlines():
        if line.startswith("m="):
            replaced = False
        if not line.startswith(_CANDIDATE):
            kept.append(line)
            continue
        fields = line.removeprefix(_CANDIDATE).split()
        if not replaced and len(fields) >= 8 and fields[2].lower() == "udp":
            foundation, component, _, priority = fields[:4]
            kept.append(f"{_CANDIDATE}{foundation} {component} udp {priority} {address[0]} {address[1]} typ host")
            replaced = True
    return "\r\n".join(kept) + "\r\n"
