"""ICE servers as RTCPeerConnection takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from media.types import IceServer


def ice_servers_json(servers: Iterable[IceServer]) -> list[dict[str, Any]]:
    described = []
    for server in servers:
        entry: dict[str, Any] = {"urls": list(server.urls)}
        if server.username is not None:
            entry |= {"username": server.username, "credential": server.credential}
        described.append(entry)
    return described
