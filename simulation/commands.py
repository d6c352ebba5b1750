"""Commands this room adds to `viva`, through the entry-point group `viva.commands`."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from simulation.candidate import Transport
from simulation.demo import Demo, DemoOptions
from simulation.errors import SimulationError
from simulation.impairment.profiles import PROFILES, NetworkProfile, find_profile

FAILED = 1
INTERRUPTED = 130
HELP = (
    "Show a living server: virtual candidates in interviews, a login for HR, and a link for you as a candidate.\n\n"
    "Starts the server on its embedded defaults (SQLite, the bundled demonstration recogniser), creates interviews and "
    "sends virtual candidates in, who speak recorded answers through the same protocol a browser uses. When one has "
    "finished the next one enters, until Ctrl-C. Nothing is downloaded and nothing leaves this machine."
)


def read_network(name: str | None) -> NetworkProfile | None:
    if name is None:
        return None
    try:
        return find_profile(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def register(app: typer.Typer) -> None:
    app.command("demo", help=HELP)(demo)


def demo(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port of the server; 8400 or, when that is taken, a free one.", show_default=False
        ),
    ] = None,
    candidates: Annotated[
        int,
        typer.Option(min=0, max=8, help="Virtual candidates at a time; the first speaks English, the second Chinese."),
    ] = 2,
    data_dir: Annotated[Path, typer.Option(help="Where the demo keeps its database and recordings.")] = Path(
        "var/demo"
    ),
    pace: Annotated[
        float, typer.Option(min=0, max=10, help="How long virtual candidates read, think and type; 0: no pause.")
    ] = 1.0,
    network: Annotated[
        str | None,
        typer.Option(
            help=f"The virtual candidates' network: {', '.join(PROFILES)}.", metavar="NAME", show_default=False
        ),
    ] = None,
    transport: Annotated[
        Transport, typer.Option(help="How the virtual candidates are heard; ws: voice alone, over the websocket.")
    ] = "webrtc",
    once: Annotated[
        bool, typer.Option("--once", help="End when every virtual candidate has been interviewed once.")
    ] = False,
) -> None:
    """Registered with HELP: a docstring's line breaks would show."""
    console = Console()
    show = Demo(DemoOptions(data_dir, port, candidates, pace, once, read_network(network), transport), console)
    try:
        asyncio.run(_run_until_told(show))
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Stopped.")
        raise typer.Exit(INTERRUPTED if once else 0) from None
    except SimulationError as error:
        console.print(f"[bold red]The demo could not go on:[/] {type(error).__name__}", highlight=False)
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED) from None
    if once:
        raise typer.Exit(0 if show.succeeded else FAILED)


async def _run_until_told(show: Demo) -> None:
    """SIGTERM and a closed terminal end the demo as Ctrl-C does: its server must not stay behind."""
    whole = asyncio.current_task()
    assert whole is not None  # noqa: S101 - always so inside a coroutine
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, whole.cancel)
    await show.run()
