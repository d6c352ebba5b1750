"""People of an organisation who may log in. Addresses are compared without regard to case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, get_args

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.db.database import Database
from server.db.schema import users
from server.errors import Conflict
from server.identifiers import new_id

Role = Literal["admin", "recruiter", "observer", "qa"]
ROLES: tuple[Role, ...] = get_args(Role)


class EmailTaken(Conflict):
    code: ClassVar[str] = "email_taken"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    organisation_id: str
    email: str
    name: str
    role: Role
    active: bool = True
    """False: may not log in, and is not let in any more."""


@dataclass(frozen=True, slots=True)
class Credentials:
    user: User
    password_hash: str


class Users:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, organisation_id: str, email: str, name: str, role: Role, password_hash: str) -> User:
        user = User(new_id(), organisation_id, email.strip().lower(), name, role)
        row = {
            "id": user.id,
            "organisation_id": organisation_id,
            "email": user.email,
            "name": name,
            "role": role,
            "password_hash": password_hash,
            "created_at": datetime.now(UTC),
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(users), row)
        except IntegrityError as error:
            raise EmailTaken("a user with this address exists already") from error
        return user

    async def find(self, user_id: str) -> User | None:
        row = await self._one(users.c.id == user_id)
        return user_of_row(row) if row is not None else None

    async def credentials_of(self, user_ids: Collection[str]) -> Mapping[str, Credentials]:
        """By the users' ids; who is not there is missing."""
        query = select(users).where(users.c.id.in_(user_ids))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row.id: Credentials(user_of_row(row), row.password_hash) for row in rows}

    async def credentials(self, email: str) -> Credentials | None:
        row = await self._one(users.c.email == email.strip().lower())
        return Credentials(user_of_row(row), row.password_hash) if row is not None else None

    async def replace_password_hash(self, user_id: str, password_hash: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))

    async def replace_role(self, user_id: str, role: Role) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(users).where(users.c.id == user_id).values(role=role))

    async def set_active(self, user_id: str, active: bool) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(users).where(users.c.id == user_id).values(active=active))

    async def everyone(self) -> tuple[User, ...]:
        async with self._database.read() as connection:
            rows = (await connection.execute(select(users).order_by(users.c.email))).all()
        return tuple(user_of_row(row) for row in rows)

    async def _one(self, condition: ColumnElement[bool]) -> Row[Any] | None:
        async with self._database.read() as connection:
            return (await connection.execute(select(users).where(condition))).one_or_none()


def user_of_row(row: Row[Any]) -> User:
    return User(row.id, row.organisation_id, row.email, row.name, row.role, row.active)
