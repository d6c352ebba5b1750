"""Brings a database to the tables of this version. Blocking: run on a thread when a loop is running."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from server.db.database import driver_url
from server.db.errors import DatabaseOutdated, storage_error

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> str:
    """Returns the revision the database is at now. Raises StorageFull, StorageUnavailable."""
    config = _configuration()
    parsed = driver_url(url, asynchronous=False)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return MigrationContext.configure(connection).get_current_revision() or ""
    except DBAPIError as error:
        raise storage_error(error.orig or error) from error
    finally:
        engine.dispose()


def prepare_database(url: str) -> None:
    """SQLite is ours alone and follows the version; a shared PostgreSQL is migrated when its operator says so."""
    if url.startswith("sqlite"):
        migrate(url)
    else:
        check_revision(url)


def check_revision(url: str) -> None:
    """Raises DatabaseOutdated when `viva migrate` has to run first (or a newer version has run)."""
    wanted = ScriptDirectory.from_config(_configuration()).get_current_head()
    engine = create_engine(driver_url(url, asynchronous=False), hide_parameters=True)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        raise storage_error(error.orig or error) from error
    finally:
        engine.dispose()
    if found != wanted:
        raise DatabaseOutdated(
            f"the database is at revision {found or 'none'}, this version needs {wanted}: run `viva migrate`"
        )


def _configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS.as_posix().replace("%", "%%"))
    return config
