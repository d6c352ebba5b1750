"""The table that every command enters itself into."""

from __future__ import annotations

from server.protocol.registry import Registry

COMMANDS = Registry()
command = COMMANDS.register
