"""`viva serve`: the server, in this process, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer

from server.observability import configure_logging
from server.settings import ConfigInvalid, Settings, load_settings

if TYPE_CHECKING:  # engines take seconds to import: other commands, and --help, do without them
    from server.resources import Preparations

MAX_FRAME_BYTES = 64 * 1024
SHUTDOWN_WITHIN_S = 5

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
) -> None:
    """Run the server. Options win over VIVA_ variables."""
    from server.cli.progress import download_progress
    from server.resources import prepare

    http = {"host": host, "port": port, "tls_cert": tls_cert, "tls_key": tls_key}
    overrides: dict[str, Any] = {"http": {name: value for name, value in http.items() if value is not None}}
    if data_dir is not None:
        overrides["data_dir"] = data_dir
    settings = load_settings(overrides)
    configure_logging(settings.log.level, settings.log.format)
    certificate, key = _choose_certificate(settings, self_signed=self_signed)
    with download_progress() as progress:
        prepared = prepare(settings, progress=progress)
    for broken in prepared.flows.broken:
        logger.warning("flow.invalid", detail=broken.detail)
    logger.info(
        "server.starting",
        recogniser=prepared.transcriber.info.name,
        demonstration=prepared.transcriber.info.demonstration,
        data_dir=str(settings.data_dir),
    )
    _run(settings, prepared, certificate, key)


def _run(settings: Settings, prepared: Preparations, certificate: Path | None, key: Path | None) -> None:
    import uvicorn

    from server.app import create_app

    failed = False

    def end_process() -> None:
        nonlocal failed
        failed = server.should_exit = True

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, prepared, on_failure=end_process),
            host=settings.http.host,
            port=settings.http.port,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            forwarded_allow_ips=settings.http.trusted_proxies,
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME_BYTES,
            # Every path with an id in it is somebody's; metrics count instead.
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_WITHIN_S,
        )
    )
    try:
        server.run()
    except KeyboardInterrupt:
        return  # uvicorn has ended everything before it passes Ctrl-C on
    except SystemExit:  # it could not start, and has said why
        failed = True
    if failed or not server.started:
        raise typer.Exit(1)


def _choose_certificate(settings: Settings, *, self_signed: bool) -> tuple[Path | None, Path | None]:
    from server.certificate import ensure_certificate

    given = settings.http.tls_cert, settings.http.tls_key
    if self_signed:
        if given[0] is not None:
            raise ConfigInvalid("--self-signed: a certificate is given already")
        return ensure_certificate(settings.data_dir / "tls")
    for path in given:
        if path is not None and not path.is_file():
            raise ConfigInvalid(f"VIVA_HTTP_TLS_CERT, VIVA_HTTP_TLS_KEY: {path}: there is no such file")
    return given
