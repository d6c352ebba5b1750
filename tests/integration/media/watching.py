"""The server's end of a publisher's connection, for tests that have to see what arrives there."""

from __future__ import annotations

import pytest

from media.webrtc.publisher_peer import PublisherPeer


def watch_peers(monkeypatch: pytest.MonkeyPatch) -> list[PublisherPeer]:
    """Every publisher's peer from now on, in order."""
    peers: list[PublisherPeer] = []
    negotiate = PublisherPeer.answer

    async def answer(self: PublisherPeer, offer_sdp: str) -> str:
        peers.append(self)
        return await negotiate(self, offer_sdp)

    monkeypatch.setattr(PublisherPeer, "answer", answer)
    return peers
