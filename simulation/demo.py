"""The demo: a server on its embedded defaults, a board that always lives, a link for whoever sits at the keyboard."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from simulation.answers import AnswerSet, load_answers
from simulation.candidate import Transport, VirtualCandidate
from simulation.client import HrClient, InterviewLink, open_http
from simulation.errors import SimulationError, unwrap
from simulation.impairment.profiles import NetworkProfile
from simulation.manner import Manner
from simulation.results import InterviewResult
from simulation.server_process import ServerProcess, find_free_port, port_is_free

EMAIL = "demo@example.org"
DEFAULT_PORT = 8400
REST_S = 8.0
NETWORK_SEEDS = 1_000
"""How far apart the seeds of two candidates' networks are: each connection of a candidate takes the next one."""
SLOTS = (("en-1", "en-2"), ("zh-1", "zh-2"))
"""Answer sets of each virtual candidate, taken in turn."""
NAMES = {"en": "Virtual candidate", "zh-CN": "虚拟候选人"}
JOBS = {"en": "Software engineer", "zh-CN": "软件工程师"}


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`once`: every virtual candidate does one interview, then all ends. `port` None: the usual or a free one."""

    data_dir: Path
    port: int | None = None
    candidates: int = 2
    pace: float = 1.0
    once: bool = False
    network: NetworkProfile | None = None
    transport: Transport = "webrtc"


class Demo:
    """`run` is everything; it ends by cancellation, or by itself with `once`."""

    def __init__(self, options: DemoOptions, console: Console) -> None:
        self._options = options
        self._console = console
        self._password = secrets.token_urlsafe(9)
        self.results: list[InterviewResult] = []
        self.failures = 0

    @property
    def succeeded(self) -> bool:
        return self.failures == 0 and all(result.completed for result in self.results)

    async def run(self) -> None:
        """Raises ServerFailed when there is no server to show."""
        server = ServerProcess(self._options.data_dir, self._choose_port(), {"VIVA_ASR_MODEL": "demo"})
        try:
            with self._console.status("Starting the server"):
                await server.start()
                await server.wait_ready()
            with self._console.status("Making a login for HR"):
                await self._prepare_login(server)
            async with open_http(server.base_url) as http:
                hr = HrClient(http)
                await hr.login(EMAIL, self._password)
                await self._show(server, hr)
        finally:
            with self._console.status("Stopping the server"):
                await server.stop()

    async def _show(self, server: ServerProcess, hr: HrClient) -> None:
        flow = (await hr.list_flows())[0]
        for_you = await hr.create_interview(flow, "You", JOBS["en"], "en")
        self._print_welcome(server, for_you)
        try:
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch(server))
                slots = [
                    tasks.create_task(self._keep_interviewing(hr, flow, index))
                    for index in range(self._options.candidates)
                ]
                if slots or self._options.once:
                    await asyncio.gather(*slots)
                    watching.cancel()
        except BaseExceptionGroup as group:
            raise unwrap(group) from None

    def _choose_port(self) -> int:
        wanted = self._options.port
        if wanted is not None:
            return wanted or find_free_port()
        if port_is_free(DEFAULT_PORT):
            return DEFAULT_PORT
        port = find_free_port()
        self._console.print(f"Port {DEFAULT_PORT} is in use; taking {port}.")
        return port

    async def _prepare_login(self, server: ServerProcess) -> None:
        """A new password each time: it is printed once and kept nowhere."""
        await server.run_command("user", "add", EMAIL, "--name", "Demo", VIVA_USER_PASSWORD=self._password)

    async def _watch(self, server: ServerProcess) -> None:
        await server.wait_ended()
        server.check_alive()

    async def _keep_interviewing(self, hr: HrClient, flow: str, index: int) -> None:
        sets = [load_answers(name) for name in SLOTS[index % len(SLOTS)]]
        rounds = 0
        while True:
            await self._interview(hr, flow, index, sets[rounds % len(sets)])
            rounds += 1
            if self._options.once:
                return
            await asyncio.sleep(REST_S)

    async def _interview(self, hr: HrClient, flow: str, index: int, answers: AnswerSet) -> None:
        name = f"{NAMES[answers.language]} {index + 1}"
        began = time.monotonic()
        try:
            link = await hr.create_interview(flow, name, JOBS[answers.language], answers.language)
            self._note(f"{name} enters, with the answers {answers.name}")
            manner = Manner(pace=self._options.pace, appearance=index)
            network = self._options.network
            result = await VirtualCandidate(
                link.invite_url,
                answers,
                manner,
                network=network,
                network_seed=index * NETWORK_SEEDS,
                transport=self._options.transport,
            ).run()
        except (SimulationError, httpx.HTTPError, TimeoutError) as error:
            self.failures += 1
            self._note(f"{name}: {type(error).__name__}: {error}")
            return
        self.results.append(result)
        minutes = (time.monotonic() - began) / 60
        follow_ups = len(result.follow_ups())
        outcome = "has finished" if result.completed else f"was ended ({result.abort_reason})"
        self._note(f"{name} {outcome}: {len(result.turns)} answers, {follow_ups} follow-ups, {minutes:.1f} min")

    def _note(self, line: str) -> None:
        self._console.print(Text(time.strftime("%H:%M:%S  "), style="dim") + Text(line))

    def _print_welcome(self, server: ServerProcess, link: InterviewLink) -> None:
        text = Text("\n").join(
            [
                Text("Watch as HR", "bold"),
                Text(f"  {server.base_url}/hr/"),
                Text(f"  {EMAIL}   password {self._password}\n"),
                Text("Be a candidate yourself", "bold"),
                Text(f"  {link.invite_url}\n"),
                Text(f"Log: {server.log_path}", "dim"),
            ]
        )
        longest = max(len(line) for line in text.plain.splitlines())
        if longest + 4 <= self._console.width:
            self._console.print(Panel.fit(text, title="Viva demo", subtitle="Ctrl-C ends it"))
        else:
            # A frame would break the links, and a broken link cannot be clicked.
            self._console.rule("Viva demo")
            self._console.print(text, soft_wrap=True)
            self._console.rule("Ctrl-C ends it")
