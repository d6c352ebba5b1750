"""`viva asr-worker`: a recogniser for servers whose `VIVA_ASR_WHERE` is `redis`, until Ctrl-C."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import structlog
import typer

from server.observability import configure_logging
from server.settings import ConfigInvalid, load_settings

logger = structlog.get_logger(__name__)


def asr_worker(
    model: Annotated[str | None, typer.Option(help="A name from `viva models list`, or a folder.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, max=64, help="Transcriptions at the same time.")] = None,
) -> None:
    """Transcribe for servers elsewhere, through Redis. Options win over VIVA_ variables."""
    given = {"model": model, "threads": threads}
    overrides: dict[str, Any] = {"asr": {name: value for name, value in given.items() if value is not None}}
    settings = load_settings(overrides)
    configure_logging(settings.log.level, settings.log.format)
    url = settings.redis_url
    if url is None:
        raise ConfigInvalid("VIVA_REDIS_URL: jobs come through Redis; name the servers' one")

    from media.transcription.scheduling.scheduler import AsrScheduler
    from media.transcription.scheduling.settings import suit
    from server.cli.memory import limit_arenas, settle_memory
    from server.cli.progress import download_progress
    from server.recognition.worker_process import work
    from server.resources import open_engine

    limit_arenas()
    with download_progress() as progress:
        engine = open_engine(settings, progress)
    settle_memory()
    logger.info("asr_worker.starting", recogniser=engine.info.name, threads=settings.asr.threads)

    async def run() -> None:
        suited = suit(settings.asr.device)
        recogniser = AsrScheduler(engine, threads=settings.asr.threads, settings=suited)
        await work(url, recogniser, threads=settings.asr.threads, at_once=suited.batch_limit)

    asyncio.run(run())
