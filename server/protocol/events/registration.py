"""The table that every event enters itself into."""

from __future__ import annotations

from server.protocol.registry import Registry

EVENTS = Registry()
event = EVENTS.register
