"""Saved flows on both databases: versions never change, and the newest one counts."""

from __future__ import annotations

import asyncio

import pytest

from server.db.database import Database
from server.db.flows import FlowVersionTaken, SavedFlows
from server.db.organisations import Organisations
from server.db.users import User, Users
from server.hr.flow_catalogue import FlowCatalogue
from server.hr.flows import FlowLibrary, FlowUnknown
from server.protocol.flow import Flow
from server.protocol.job import Job, JobRecord, WeighedCompetency
from tests.unit.interviews.samples import FLOW

RECORD = JobRecord(
    job=Job(title="Clerk", text="Files letters \u0000 and 整理档案"),
    competencies=(WeighedCompetency(id="teamwork", chosen=True, weight=2.5),),
    match=0.25,
)


def version(number: int, flow_id: str = "short") -> Flow:
    return FLOW.model_copy(update={"version": number, "id": flow_id})


async def join(database: Database, name: str) -> User:
    owner = await Organisations(database).ensure(name)
    return await Users(database).add(owner.id, f"hr@{name.lower()}.example", name, "recruiter", "-")


async def test_versions_stay_and_the_newest_counts(database: Database) -> None:
    user, stranger = await join(database, "One"), await join(database, "Two")
    saved = SavedFlows(database)
    for number in (1, 2):
        await saved.add(user, version(number), RECORD)
    await saved.add(user, version(1, "other"), RECORD)
    await saved.add(stranger, version(7), RECORD)
    found = await saved.find(user.organisation_id, "short")
    assert found is not None
    assert (found.flow, found.record) == (version(2), RECORD)
    newest = await saved.newest(user.organisation_id)
    assert [(one.flow.id, one.flow.version) for one in newest] == [("other", 1), ("short", 2)]
    assert await saved.find(stranger.organisation_id, "other") is None
    with pytest.raises(FlowVersionTaken):
        await saved.add(user, version(2), RECORD)


async def test_of_two_who_save_the_same_version_one_is_told(database: Database) -> None:
    user = await join(database, "One")
    saved = SavedFlows(database)
    results = await asyncio.gather(*(saved.add(user, version(1), RECORD) for _ in range(4)), return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, FlowVersionTaken) for result in results) == 3


async def test_what_was_saved_takes_precedence_and_a_file_keeps_its_name(database: Database) -> None:
    user = await join(database, "One")
    catalogue = FlowCatalogue(FlowLibrary({"short": version(1)}, ()), SavedFlows(database))
    built = await catalogue.add(user, "short", RECORD, lambda flow_id: version(1, flow_id))
    assert built.id == "short-2"
    assert await catalogue.get(user.organisation_id, "short") == version(1)
    assert await catalogue.get(user.organisation_id, "short-2") == built
    assert [(flow.id, saved) for flow, saved in await catalogue.everything(user.organisation_id)] == [
        ("short", False),
        ("short-2", True),
    ]
    with pytest.raises(FlowUnknown):
        await catalogue.get_saved(user.organisation_id, "short")
    with pytest.raises(FlowUnknown):
        await catalogue.get(user.organisation_id, "none")
