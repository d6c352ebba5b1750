"""Every message of the server, and what each side gets of it. A type that has no row here fails the test."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from server.auth.visibility import visible_to_user
from server.db.users import ROLES, Role, User
from server.protocol import events as e
from server.protocol.decoding import decode_envelope
from server.protocol.events import EVENTS
from server.protocol.signals import SIGNALS
from server.protocol.visibility import visible_to_candidate

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"

Row = Literal["all", "nothing"] | tuple[str, ...]
"""`all`, `nothing`, or the members that are left out."""

CANDIDATE: dict[str, Row] = {
    "alert.acknowledged": "nothing",
    "alert.cleared": "nothing",
    "alert.raised": "nothing",
    "answer.assessed": "nothing",
    "answer.closing": "all",
    "answer.completed": "all",
    "answer.drafted": "all",
    "answer.revised": "all",
    "asr.degraded": "all",
    "audio.opened": "all",
    "board.card_changed": "nothing",
    "board.snapshot": "nothing",
    "candidate.connected": "all",
    "candidate.disconnected": "all",
    "caption.updated": "all",
    "chat.seen": ("user_id",),
    "chat.sent": ("user_id",),
    "close.announced": "nothing",
    "close.cancelled": "nothing",
    "command.accepted": "all",
    "command.rejected": "all",
    "connection.changed": "all",
    "consent.given": "all",
    "device.checked": "all",
    "directive.applied": "nothing",
    "directive.given": "nothing",
    "directive.withdrawn": "nothing",
    "evidence.gathered": "nothing",
    "floor.changed": ("user_id",),
    "floor.handed_back": ("user_id",),
    "floor.taken": ("user_id",),
    "form.changed": "all",
    "help.acknowledged": ("user_id",),
    "help.requested": "all",
    "interview.aborted": "all",
    "interview.closing": "all",
    "interview.completed": "all",
    "interview.created": "nothing",
    "interview.paused": ("user_id", "name"),
    "interview.reopened": ("user_id", "name", "reason"),
    "interview.resumed": ("user_id", "name"),
    "interview.started": "all",
    "interviewer.yielded": "all",
    "invite.issued": "nothing",
    "invite.redeemed": "nothing",
    "language.chosen": "all",
    "language.doubted": "all",
    "level.measured": "all",
    "media.connected": "all",
    "media.faulted": ("detail",),
    "media.interrupted": "all",
    "media.recovered": "all",
    "moment.granted": "all",
    "nudge.given": "all",
    "observer.joined": ("user_id", "name"),
    "observer.left": ("user_id",),
    "opinion.given": "nothing",
    "quality.measured": "all",
    "quality.profile_changed": "all",
    "question.asked": ("why",),
    "question.presented": "all",
    "question.skipped": ("user_id", "name"),
    "question.withdrawn": "all",
    "recogniser.selected": "all",
    "recording.closed": "all",
    "recording.opened": "all",
    "review.requested": "all",
    "score.updated": "nothing",
    "segment.deferred": "all",
    "segment.failed": "all",
    "segment.transcribed": "all",
    "server.restarted": "all",
    "session.caught_up": "all",
    "session.pong": "all",
    "session.welcomed": "all",
    "speech.changed": "all",
    "stage.entered": "all",
    "time.extended": "all",
    "time.granted": ("user_id", "name"),
    "time.warned": "all",
    "voice.captioned": ("user_id",),
    "voice.connected": "nothing",
    "voice.ended": "nothing",
    "voice.heard": ("user_id",),
    "voice.reach": "nothing",
    "voice.transcribed": ("user_id",),
    "voice.untranscribed": ("user_id",),
}

CHAT_READERS: dict[e.ChatChannel, set[Role]] = {
    "candidate": {"admin", "recruiter", "observer"},
    "backroom": {"admin", "recruiter", "observer"},
}
WRITTEN_TO_PEOPLE = {"help.requested", "review.requested"}
"""What the candidate wrote in them is read by those who may read the chat with the candidate. All else that is told of
an interview is seen by everybody of HR who may watch it."""

NAMES = sorted(message.name for registry in (EVENTS, SIGNALS) for message in registry)


def load(name: str) -> Any:
    envelope = decode_envelope((GOLDEN / f"{name}.json").read_text())
    assert envelope is not None
    return envelope.data


def members(data: Any) -> dict[str, Any]:
    return {field.name: getattr(data, field.name) for field in fields(data)}


def test_every_type_has_a_row() -> None:
    assert sorted(CANDIDATE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_candidate_gets_what_the_row_says(name: str) -> None:
    data, row = load(name), CANDIDATE[name]
    if name.startswith("chat."):
        data = replace(data, channel="candidate", user_id="user-3")
    seen = visible_to_candidate(data)
    match row:
        case "all":
            assert seen == data
        case "nothing":
            assert seen is None
        case left_out:
            told, whole = members(seen), members(data)
            assert all(whole[name] for name in left_out), "the golden frame has nothing to leave out"
            assert not any(told.pop(name) for name in left_out)
            assert told == {name: value for name, value in whole.items() if name not in left_out}


def test_nothing_that_is_left_out_stands_elsewhere_in_the_message() -> None:
    """By its value: a name that comes under another member is told all the same."""
    for name, row in CANDIDATE.items():
        if isinstance(row, str):
            continue
        data = load(name)
        changes = {member: "the secret" for member in row if isinstance(getattr(data, member), str)}
        seen = visible_to_candidate(replace(data, **changes))
        assert seen is None or "the secret" not in json.dumps(members(seen), default=str), name


@pytest.mark.parametrize("channel", CHAT_READERS)
def test_the_backroom_is_hidden_whoever_writes(channel: e.ChatChannel) -> None:
    messages = (
        e.ChatSent(channel, 1, "hr", "user-3", "Recruiter One", "Quite good."),
        e.ChatSeen(channel, "hr", "user-3", 1),
    )
    assert all((visible_to_candidate(each) is None) == (channel == "backroom") for each in messages)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", NAMES)
def test_hr_sees_all_but_what_is_written_between_others(role: Role, name: str) -> None:
    user = User("user-3", "1", "hr@example.com", "Recruiter One", role)
    data = load(name)
    if name in WRITTEN_TO_PEOPLE:
        assert data.text, "the golden frame has nothing to leave out"
        seen = data if role in CHAT_READERS["candidate"] else replace(data, text="")
        assert visible_to_user(user, data) == seen
        return
    if not name.startswith("chat."):
        assert visible_to_user(user, data) == data
        return
    for channel, readers in CHAT_READERS.items():
        of_channel = replace(data, channel=channel)
        assert visible_to_user(user, of_channel) == (of_channel if role in readers else None)


def test_whatever_else_may_hold_a_text_was_decided_about() -> None:
    """A new event with a text is either no message to a person, or belongs in `WRITTEN_TO_PEOPLE`."""
    with_text = {message.name for message in EVENTS if "text" in {field.name for field in fields(message.data_class)}}
    assert with_text - WRITTEN_TO_PEOPLE == {
        "answer.completed",
        "answer.drafted",
        "answer.revised",
        "chat.sent",  # hidden as a whole
        "directive.given",
        "floor.handed_back",
        "floor.taken",
        "interview.closing",
        "interview.paused",
        "interview.resumed",
        "nudge.given",
        "question.asked",
        "segment.transcribed",
        "time.granted",
        "voice.transcribed",
    }
