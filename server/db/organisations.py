"""Organisations: whose interviews these are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from server.db.database import Database
from server.db.schema import organisations
from server.errors import NotFound
from server.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str


class Organisations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, name: str) -> Organisation:
        """The organisation of that name, made when there is none."""
        async with self._database.write() as connection:
            query = select(organisations.c.id).where(organisations.c.name == name).limit(1)
            found = (await connection.execute(query)).scalar_one_or_none()
            if found is not None:
                return Organisation(found, name)
            row = {"id": new_id(), "name": name, "created_at": datetime.now(UTC)}
            await connection.execute(insert(organisations), row)
        return Organisation(row["id"], name)  # type: ignore[arg-type]

    async def get(self, organisation_id: str) -> Organisation:
        query = select(organisations.c.name).where(organisations.c.id == organisation_id)
        async with self._database.read() as connection:
            name = (await connection.execute(query)).scalar_one_or_none()
        if name is None:
            raise NotFound("there is no such organisation")
        return Organisation(organisation_id, name)
