"""Organisations: whose interviews these are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from server.db.database import Database
from server.db.schema import organisations
from server.errors import NotFound
from server.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str
    scores_hidden: bool = True
    """An interview's page shows no level before its person asks for it."""


class Organisations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, name: str) -> Organisation:
        """The organisation of that name, made when there is none."""
        async with self._database.write() as connection:
            query = select(organisations.c.id, organisations.c.scores_hidden).where(organisations.c.name == name)
            found = (await connection.execute(query.limit(1))).one_or_none()
            if found is not None:
                return Organisation(found.id, name, found.scores_hidden)
            row = {"id": new_id(), "name": name, "created_at": datetime.now(UTC)}
            await connection.execute(insert(organisations), row)
        return Organisation(row["id"], name)  # type: ignore[arg-type]

    async def get(self, organisation_id: str) -> Organisation:
        query = select(organisations.c.name, organisations.c.scores_hidden).where(organisations.c.id == organisation_id)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).one_or_none()
        if found is None:
            raise NotFound("there is no such organisation")
        return Organisation(organisation_id, found.name, found.scores_hidden)

    async def hide_scores(self, name: str, *, hidden: bool) -> bool:
        """False: there is no organisation of that name."""
        change = update(organisations).where(organisations.c.name == name).values(scores_hidden=hidden)
        async with self._database.write() as connection:
            return (await connection.execute(change)).rowcount > 0
