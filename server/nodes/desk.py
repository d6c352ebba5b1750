"""What a worker answers for itself, not for one interview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from server.protocol.signals import BoardCard


class Cards(Protocol):
    def open_cards(self, organisation_id: str) -> list[BoardCard]: ...


class NodeDesk:
    def __init__(self, registry: Cards, expose: Callable[[], str]) -> None:
        self._registry = registry
        self._expose = expose

    async def cards(self, organisation_id: str) -> list[BoardCard]:
        """Of the interviews that are open here."""
        return self._registry.open_cards(organisation_id)

    async def metrics(self) -> str:
        """In Prometheus' text format."""
        return self._expose()
