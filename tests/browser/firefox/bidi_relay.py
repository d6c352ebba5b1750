"""Stands between playwright and a stock Firefox: both speak WebDriver BiDi, but playwright sends one command on every
new context that the extended-support Firefox does not know yet, and gives up when it is refused.

Started in Firefox's place (`open_firefox`): starts it with the same arguments, tells its own address in the same words,
and hands every message on, save those of `MISSING`, which it answers itself.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

MISSING = frozenset({"emulation.setMediaFeaturesOverride"})
"""It would set the preferred colour scheme, which no test here asks for."""

_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")


async def relay(program: str, arguments: list[str]) -> int:
    """Runs until Firefox ends; its exit status."""
    firefox = await asyncio.create_subprocess_exec(program, *arguments, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, firefox.terminate)
    address = await _find_address(firefox.stderr)
    if address is None:
        return await firefox.wait()

    async def serve_client(client: ServerConnection) -> None:
        assert client.request is not None
        async with connect(address + client.request.path, max_size=None) as browser, asyncio.TaskGroup() as group:
            group.create_task(_pass_commands(client, browser))
            group.create_task(_pass_events(browser, client))

    async with serve(serve_client, "127.0.0.1", 0, max_size=None) as server, asyncio.TaskGroup() as group:
        port = server.sockets[0].getsockname()[1]
        print(f"WebDriver BiDi listening on ws://127.0.0.1:{port}", file=sys.stderr, flush=True)
        group.create_task(_repeat(firefox.stderr))
        return await firefox.wait()


async def _find_address(errors: asyncio.StreamReader) -> str | None:
    """Where Firefox listens; what it says until then is repeated."""
    async for line in errors:
        found = _LISTENING.search(line)
        if found:
            return found.group(1).decode()
        sys.stderr.buffer.write(line)
    return None


async def _repeat(errors: asyncio.StreamReader) -> None:
    async for line in errors:
        sys.stderr.buffer.write(line)
        sys.stderr.flush()


async def _pass_commands(client: ServerConnection, browser: ClientConnection) -> None:
    async for message in client:
        command = json.loads(message)
        if command.get("method") in MISSING:
            await client.send(json.dumps({"type": "success", "id": command["id"], "result": {}}))
        else:
            await browser.send(message)
    await browser.close()


async def _pass_events(browser: ClientConnection, client: ServerConnection) -> None:
    async for message in browser:
        await client.send(message)
    await client.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(relay(sys.argv[1], sys.argv[2:])))
