"""Brings a database to the tables of this version. Blocking: run on a thread when a loop is running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from server.db.database import driver_url
from server.db.errors import DatabaseOutdated, storage_error

SCRIPTS = Path(__file__).parent / "migrations"


MIGRATION_LOCK = 0x76697661
"""Of PostgreSQL's advisory locks: two servers that start together migrate one after the other."""


def migrate(url: str) -> str:
    """Returns the revision the database is at now. Raises StorageFull, StorageUnavailable, DatabaseOutdated."""
    config = _configuration()
    with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatabaseOutdated("the database was made by a newer version of this program") from error
        return _revision(connection) or ""


def prepare_database(url: str) -> None:
    """Creates what is not there. SQLite is ours alone and follows the version; a shared PostgreSQL that holds an older
    one is migrated when its operator says so: other servers may still use it. Raises as `migrate`."""
    if url.startswith("sqlite"):
        migrate(url)
        return
    with _connected(url) as connection:
        empty = _revision(connection) is None
    if empty:
        migrate(url)
    else:
        check_revision(url)


def check_revision(url: str) -> None:
    """Raises DatabaseOutdated when `viva migrate` has to run first (or a newer version has run)."""
    wanted = ScriptDirectory.from_config(_configuration()).get_current_head()
    with _connected(url) as connection:
        found = _revision(connection)
    if found != wanted:
        raise DatabaseOutdated(
            f"the database is at revision {found or 'none'}, this version needs {wanted}: run `viva migrate`"
        )


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """One transaction on a connection of its own."""
    parsed = driver_url(url, asynchronous=False)
    engine = create_engine(parsed, hide_parameters=True)
    try:
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise storage_error(error.orig or error) from error
    except OSError as error:
        raise storage_error(error) from error
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS.as_posix().replace("%", "%%"))
    return config
