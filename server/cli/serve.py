"""`viva serve`: the server, in this process or in several that it keeps, until Ctrl-C."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from server.cli.worker import Certificate, run_server
from server.observability import configure_logging
from server.settings import ConfigInvalid, Settings, load_settings

logger = structlog.get_logger(__name__)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="PEM certificate chain.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM private key.")] = None,
    self_signed: Annotated[
        bool, typer.Option("--self-signed", help="Make a certificate for this machine's names and addresses.")
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where everything is kept.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes, one per core; more than one needs Redis.")
    ] = None,
) -> None:
    """Run the server. Options win over VIVA_ variables."""
    http = {"host": host, "port": port, "tls_cert": tls_cert, "tls_key": tls_key, "workers": workers}
    overrides: dict[str, Any] = {"http": {name: value for name, value in http.items() if value is not None}}
    if data_dir is not None:
        overrides["data_dir"] = data_dir
    settings = load_settings(overrides)
    configure_logging(settings.log.level, settings.log.format)
    if settings.http.loop == "uvloop" and importlib.util.find_spec("uvloop") is None:
        raise ConfigInvalid("VIVA_HTTP_LOOP: uvloop is not installed")
    certificate = _choose_certificate(settings, self_signed=self_signed)
    if settings.http.workers == 1:
        ended_well = _run_alone(settings, certificate)
    else:
        from server.cli.workers import run_workers

        ended_well = run_workers(settings, certificate)
    if not ended_well:
        raise typer.Exit(1)


def _run_alone(settings: Settings, certificate: Certificate) -> bool:
    from server.app import create_app
    from server.cli.progress import download_progress
    from server.resources import prepare

    with download_progress() as progress:
        prepared = prepare(settings, progress=progress)
    for broken in prepared.flows.broken:
        logger.warning("flow.invalid", detail=broken.detail)
    logger.info(
        "server.starting",
        recogniser=prepared.mind.recogniser_name,
        demonstration=prepared.mind.demonstration,
        data_dir=str(settings.data_dir),
    )
    return run_server(lambda on_failure: create_app(settings, prepared, on_failure=on_failure), settings, certificate)


def _choose_certificate(settings: Settings, *, self_signed: bool) -> Certificate:
    from server.certificate import ensure_certificate

    given = settings.http.tls_cert, settings.http.tls_key
    if self_signed:
        if given[0] is not None:
            raise ConfigInvalid("--self-signed: a certificate is given already")
        return Certificate(*ensure_certificate(settings.data_dir / "tls"))
    for path in given:
        if path is not None and not path.is_file():
            raise ConfigInvalid(f"VIVA_HTTP_TLS_CERT, VIVA_HTTP_TLS_KEY: {path}: there is no such file")
    return Certificate(*given)
