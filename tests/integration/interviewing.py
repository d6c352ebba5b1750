"""A server process with a login and an invited candidate: what the whole-house tests begin with."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import av

from server.protocol.flow import Language
from simulation.client import HrClient, InterviewLink, open_http
from simulation.server_process import ServerProcess, find_free_port

EMAIL, PASSWORD = "hr@example.org", "a long enough password"


@dataclass
class House:
    """A running server and HR's HTTP client to it."""

    server: ServerProcess
    hr: HrClient

    async def invite(self, language: Language = "en", name: str = "Virtual Candidate") -> InterviewLink:
        return await self.hr.create_interview("five-stage", name, "Software engineer", language)

    def recordings(self, interview: str) -> list[Path]:
        return sorted((self.server.data_dir / "recordings" / interview).iterdir())


@asynccontextmanager
async def open_house(data_dir: Path, **variables: str) -> AsyncIterator[House]:
    """`variables`: settings of the server, as VIVA_ variables."""
    server = ServerProcess(data_dir, find_free_port(), {"VIVA_ASR_MODEL": "demo", **variables})
    await server.start()
    try:
        await server.wait_ready()
        await server.run_command("user", "add", EMAIL, "--name", "HR", VIVA_USER_PASSWORD=PASSWORD)
        async with open_http(server.base_url) as http:
            hr = HrClient(http)
            await hr.login(EMAIL, PASSWORD)
            yield House(server, hr)
    finally:
        await server.stop()


def play(path: Path) -> None:
    """Decodes every frame of a recording with ffmpeg; any complaint fails.

    Times stay in milliseconds: on the null output's own grid of one tick a frame, a camera's jitter puts two frames on
    one tick, of which FFmpeg complains.
    """
    as_they_are = ["-fps_mode", "passthrough", "-enc_time_base", "-1"]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), *as_they_are, "-f", "null", "-"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", result.stderr


def measure_audio_ms(path: Path) -> int:
    """From the beginning of the file to the end of its last audio frame."""
    end_ms = 0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert stream.time_base is not None
            end_ms = max(end_ms, round(frame.pts * stream.time_base * 1000 + frame.samples * 1000 / frame.sample_rate))
    return end_ms
