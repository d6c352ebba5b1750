"""A server started as a process of its own: the simulation never imports it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from simulation.client import open_http
from simulation.errors import ServerFailed

HOST = "127.0.0.1"
KEPT_VARIABLES = ("VIVA_ASR_", "VIVA_LOG_")
STOP_TIMEOUT_S = 20.0
POLL_INTERVAL_S = 0.2
LOG_TAIL_LINES = 15
PROGRAM = (sys.executable, "-c", "from server.cli import app; app()")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """`viva` on its defaults with its data in `data_dir`. Of the VIVA_ variables around it, only some are passed on.
    `server_program`: what runs the server instead of `viva`."""

    def __init__(
        self,
        data_dir: Path,
        port: int,
        settings: Mapping[str, str] | None = None,
        *,
        server_program: Sequence[str] | None = None,
    ) -> None:
        self._server_program = server_program or PROGRAM
        self.data_dir = data_dir.absolute()
        self.port = port
        self.base_url = f"http://{HOST}:{port}"
        self.log_path = self.data_dir / "server.log"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("VIVA_") or name.startswith(KEPT_VARIABLES)
        }
        own = {"VIVA_DATA_DIR": str(self.data_dir), "VIVA_HTTP_HOST": HOST, "VIVA_HTTP_PORT": str(port)}
        self._environment = {**inherited, **own, **(settings or {})}
        self._process: asyncio.subprocess.Process | None = None

    async def run_command(self, *arguments: str, **environment: str) -> str:
        """A `viva` command on the same data, to its end: its output. Raises ServerFailed."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            *arguments,
            cwd=self.data_dir,  # no .env of the caller's directory
            env={**self._environment, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        text = output.decode("utf-8", "replace").strip()
        if process.returncode != 0:
            raise ServerFailed(f"viva {' '.join(arguments)} ended with {process.returncode}:\n{text}")
        return text

    async def start(self) -> None:
        if not port_is_free(self.port):
            raise ServerFailed(f"port {self.port} is in use by another program")
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._server_program,
                "serve",
                cwd=self.data_dir,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal is ours; the server is told afterwards
            )

    async def wait_ready(self, timeout_s: float = 90.0) -> None:
        """Raises ServerFailed with the end of the log when the server dies or does not become ready."""
        async with open_http(self.base_url) as http:
            try:
                async with asyncio.timeout(timeout_s):
                    while not await self._is_ready(http):
                        self.check_alive()
                        await asyncio.sleep(POLL_INTERVAL_S)
            except TimeoutError:
                raise ServerFailed(f"the server was not ready after {timeout_s:.0f} s\n{self.log_tail()}") from None

    def check_alive(self) -> None:
        if self._process is not None and self._process.returncode is not None:
            raise ServerFailed(f"the server ended with {self._process.returncode}\n{self.log_tail()}")

    async def wait_ended(self) -> None:
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """Asks it to end; kills it when it does not."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """SIGKILL: what a test of durability needs."""
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()

    def log_tail(self) -> str:
        if not self.log_path.exists():
            return "(no log)"
        lines = self.log_path.read_text("utf-8", "replace").splitlines()[-LOG_TAIL_LINES:]
        return "\n".join([f"the end of {self.log_path}:", *lines])

    async def _is_ready(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get("/readyz", timeout=5.0)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
