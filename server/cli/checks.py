"""The findings of `viva doctor`. A check never raises and never takes longer than a few seconds."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from anyio import to_thread

from media.errors import MediaError
from media.hearing.denoise.choice import check_choice
from media.hearing.denoise.rnnoise_library import find_library
from media.hearing.libopus import load_libopus
from media.models import choose_model
from realtime_scoring.engine import ScoringEngine
from server.auth.limiter import open_rate_limits
from server.auth.secret import load_secret
from server.db.database import open_database
from server.db.interviews import InterviewRows
from server.db.migrate import prepare_database
from server.errors import InterviewError
from server.hr.flows import open_library
from server.http.health import check_disk, describe_deferred
from server.interviews.rubrics import open_scoring
from server.language_model.opening import greet_model
from server.language_model.settings import read_endpoint
from server.nodes.leases import require_redis
from server.recognition.asker_line import AskerLine
from server.recognition.spool import Spool
from server.resources import load_engine
from server.settings import Settings

Status = Literal["ok", "optional", "failed"]
NETWORK_TIMEOUT_S = 2.0
FEW_PORTS = 200
_PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Finding:
    """`optional`: missing, and the server does without it."""

    name: str
    status: Status
    detail: str


async def check_everything(settings: Settings) -> list[Finding]:
    checks: list[Callable[[Settings], Awaitable[Finding]]] = [
        _on_thread(check_data_folder),
        check_database,
        _on_thread(check_opus),
        _on_thread(check_denoiser),
        check_recogniser,
        _on_thread(check_deferred),
        _on_thread(check_rubrics),
        _on_thread(check_flows),
        check_redis,
        check_language_model,
        _on_thread(check_workers),
        check_turn,
        _on_thread(check_browsers),
        _on_thread(check_ports),
        _on_thread(check_ffmpeg),
    ]
    return [await check(settings) for check in checks]


def _on_thread(check: Callable[[Settings], Finding]) -> Callable[[Settings], Awaitable[Finding]]:
    async def run(settings: Settings) -> Finding:
        return await to_thread.run_sync(check, settings)

    return run


def check_data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        load_secret(settings)
        space = check_disk(folder)
    except OSError as error:
        return Finding("data directory", "failed", f"{folder} cannot be written: {error.strerror}")
    except InterviewError as error:
        return Finding("data directory", "failed", error.detail)
    if not space.ok:
        return Finding("data directory", "failed", f"{folder}: the disk is nearly full, {space.detail}")
    return Finding("data directory", "ok", f"{folder}, {space.detail}")


async def check_database(settings: Settings) -> Finding:
    try:
        await to_thread.run_sync(prepare_database, settings.database_url)
        database = open_database(settings.database_url)
        try:
            await InterviewRows(database).count_by_phase()
        finally:
            await database.close()
    except InterviewError as error:
        return Finding("database", "failed", f"{error.code}: {error.detail}")
    except OSError as error:
        return Finding("database", "failed", str(error.strerror))
    return Finding("database", "ok", database.dialect)


def check_opus(settings: Settings) -> Finding:
    """What no voice can be heard without."""
    try:
        return Finding("Opus", "ok", str(load_libopus().opus_get_version_string().decode()))
    except MediaError as error:
        return Finding("Opus", "failed", f"{error.code}: {error.detail}")


def check_denoiser(settings: Settings) -> Finding:
    choice = settings.media.denoise
    try:
        check_choice(choice)
    except MediaError as error:
        return Finding("denoising", "failed", f"VIVA_MEDIA_DENOISE: {error.detail}")
    rnnoise = "is installed" if find_library() is not None else "is not installed (extra `rnnoise`)"
    return Finding("denoising", "ok", f"{choice}; RNNoise {rnnoise}")


async def check_recogniser(settings: Settings) -> Finding:
    if settings.asr.where == "redis":
        return await check_asr_workers(settings)
    return await to_thread.run_sync(check_local_recogniser, settings)


async def check_asr_workers(settings: Settings) -> Finding:
    """Who takes jobs from Redis, and how much waits there."""
    if settings.redis_url is None:
        return Finding("recogniser", "failed", "VIVA_REDIS_URL: VIVA_ASR_WHERE=redis needs it; name one")
    line = AskerLine(settings.redis_url, "doctor")
    try:
        roster = await line.look(ages=True)
    except InterviewError as error:
        return Finding("recogniser", "failed", f"{error.code}: {error.detail}")
    finally:
        await line.close()
    waiting = sum(backlog.waiting for backlog in roster.backlog.values())
    oldest_s = max((backlog.oldest_ms for backlog in roster.backlog.values()), default=0) / 1000
    jobs = f"jobs waiting: {waiting}, the oldest for {oldest_s:.1f} s" if waiting else "no jobs waiting"
    info = roster.info()
    if info is None:
        return Finding("recogniser", "failed", f"no worker answers: start `viva asr-worker` ({jobs})")
    languages = ", ".join(info.languages)
    workers = f"{info.name}, for {languages}; workers: {len(roster.cards)}, threads: {roster.threads}; {jobs}"
    return Finding("recogniser", "optional" if info.demonstration else "ok", workers)


def check_deferred(settings: Settings) -> Finding:
    """Speech that was kept for want of a recogniser."""
    waiting = Spool(settings.deferred_dir).count()
    return Finding("kept speech", "optional" if waiting.count or waiting.aside else "ok", describe_deferred(waiting))


def check_local_recogniser(settings: Settings) -> Finding:
    """`auto` is answered without a download: doctor looks, `viva serve` fetches."""
    try:
        chosen = choose_model(settings.asr.model, is_reachable=lambda: False)
        load_engine(settings.asr, chosen)
    except MediaError as error:
        return Finding("recogniser", "failed", f"{error.code}: {error.detail}")
    if chosen.info.demonstration and settings.asr.model == "auto":
        detail = "the bundled demonstration recogniser, which understands its own vocabulary only;"
        return Finding("recogniser", "optional", f"{detail} `viva models get base` fetches a real one")
    return Finding("recogniser", "ok", f"{chosen.info.name}, for {', '.join(chosen.info.languages)}")


def check_rubrics(settings: Settings) -> Finding:
    try:
        engine = open_scoring(settings.rubrics_dir)
    except InterviewError as error:
        return Finding("rubrics", "failed", error.detail)
    return Finding("rubrics", "ok", ", ".join(competency.id for competency in engine.competencies()))


def check_flows(settings: Settings) -> Finding:
    try:
        engine = open_scoring(settings.rubrics_dir)
    except InterviewError:  # told by its own check
        engine = ScoringEngine.default()
    library = open_library(settings.flows_dir, {item.id for item in engine.competencies()})
    if library.broken:
        return Finding("flows", "failed", "\n".join(error.detail for error in library.broken))
    return Finding("flows", "ok", ", ".join(sorted(library.flows)))


async def check_redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("Redis", "optional", "not configured: live events stay in one server process (VIVA_REDIS_URL)")
    try:
        limits = open_rate_limits(settings.auth, settings.redis_url)
        try:
            async with asyncio.timeout(NETWORK_TIMEOUT_S):
                reachable = await limits.reachable()
        finally:
            await limits.close()
    except TimeoutError:
        reachable = False
    return Finding("Redis", "ok" if reachable else "failed", "answers" if reachable else "does not answer")


async def check_language_model(settings: Settings) -> Finding:
    """One short request, as follow-ups are asked for: address, key and model at once."""
    try:
        endpoint = await to_thread.run_sync(read_endpoint, settings.llm)
        if endpoint is None:
            return Finding("language model", "ok", "none: the rules' own words and levels (VIVA_LLM_URL)")
        took_ms = await greet_model(endpoint)
    except InterviewError as error:
        return Finding("language model", "failed", f"{error.code}: {error.detail}")
    late = took_ms > endpoint.live_budget_ms
    detail = f"{endpoint.model} answers in {took_ms} ms"
    if late:
        detail += f", too slow for the words of follow-ups (VIVA_LLM_LIVE_BUDGET_MS is {endpoint.live_budget_ms})"
    return Finding("language model", "optional" if late else "ok", detail)


def check_workers(settings: Settings) -> Finding:
    """What `viva serve` would say."""
    count = settings.http.workers
    if count == 1:
        return Finding("workers", "ok", "one")
    try:
        require_redis(settings.redis_url)
    except InterviewError as error:
        return Finding("workers", "failed", f"{error.code}: {error.detail}")
    return Finding("workers", "ok", f"{count}, which share the interviews through Redis")


async def check_turn(settings: Settings) -> Finding:
    """A STUN binding request, which every TURN server answers without credentials."""
    if not settings.media.turn:
        detail = "not configured: candidates behind strict firewalls will not get through (VIVA_MEDIA_TURN_URLS)"
        return Finding("TURN", "optional", detail)
    silent = [url for url in settings.media.turn if not await to_thread.run_sync(_answers_stun, url)]
    if silent:
        return Finding("TURN", "failed", f"no answer from {', '.join(silent)}")
    return Finding("TURN", "ok", ", ".join(settings.media.turn))


def check_browsers(settings: Settings) -> Finding:
    """Browsers give camera and microphone to pages from this machine or over TLS."""
    http = settings.http
    if http.tls_cert is not None:
        return Finding("browsers", "ok", f"TLS with {http.tls_cert}")
    if http.public_url is not None and http.public_url.startswith("https://"):
        return Finding("browsers", "ok", f"TLS by the proxy at {http.public_url}")
    if http.public_url is None and http.host in _LOOPBACK:
        return Finding("browsers", "ok", "on this machine; for others use --self-signed, --tls-cert or a TLS proxy")
    detail = "no TLS: browsers on other machines refuse camera and microphone; --self-signed, --tls-cert or a TLS proxy"
    return Finding("browsers", "failed", detail)


def check_ports(_: Settings) -> Finding:
    """Media takes UDP ports of the system's own range, a few per interview."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("0.0.0.0", 0))  # noqa: S104 - where media listens
        first, last = (int(part) for part in _PORT_RANGE.read_text().split())
    except FileNotFoundError:
        return Finding("UDP ports", "ok", "of the system's own range")
    except OSError as error:
        return Finding("UDP ports", "failed", f"no UDP port can be opened: {error.strerror}")
    count = last - first + 1
    enough = count >= FEW_PORTS
    return Finding("UDP ports", "ok" if enough else "failed", f"{first}-{last}, open these in the firewall or use TURN")


def check_ffmpeg(_: Settings) -> Finding:
    path = shutil.which("ffmpeg")
    if path is None:
        return Finding("ffmpeg", "optional", "not found: recordings play without it; it can convert them")
    return Finding("ffmpeg", "ok", path)


def _answers_stun(url: str) -> bool:
    """RFC 8489, section 5: a binding request without attributes over UDP, or a connection for tcp and tls."""
    scheme, _, rest = url.partition(":")
    address = urlsplit(f"//{rest}")
    host, port = address.hostname or "", address.port or (5349 if scheme.endswith("s") else 3478)
    if scheme.endswith("s") or "transport=tcp" in (address.query or ""):
        try:
            with socket.create_connection((host, port), NETWORK_TIMEOUT_S):
                return True
        except OSError:
            return False
    transaction = secrets.token_bytes(12)
    request = bytes.fromhex("000100002112a442") + transaction
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as udp:
            udp.settimeout(NETWORK_TIMEOUT_S)
            udp.connect(target)
            udp.send(request)
            answer = udp.recv(2048)
    except OSError:
        return False
    return len(answer) >= 20 and answer[8:20] == transaction
