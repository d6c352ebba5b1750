"""Every message type has a golden frame that old and new versions must agree on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from server.protocol.commands import COMMANDS
from server.protocol.decoding import decode_envelope
from server.protocol.envelope import (
    InvalidMessage,
    UnknownCommand,
    decode_command,
    encode_envelope,
)
from server.protocol.events import EVENTS
from server.protocol.schema import build_schema, render_files
from server.protocol.signals import SIGNALS

GOLDEN = Path(__file__).parent / "golden"
SERVER_TYPES = sorted(message.name for registry in (EVENTS, SIGNALS) for message in registry)
COMMAND_TYPES = sorted(message.name for message in COMMANDS)
SCHEMA = build_schema()


def load(type_name: str) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads((GOLDEN / f"{type_name}.json").read_text())
    return frame


def validator(definition: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{definition}"}]})


def test_each_type_has_a_golden_and_each_golden_a_type() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == sorted(SERVER_TYPES + COMMAND_TYPES)


@pytest.mark.parametrize("type_name", SERVER_TYPES)
def test_server_messages_survive_decoding_and_encoding(type_name: str) -> None:
    frame = load(type_name)
    envelope = decode_envelope(json.dumps(frame))
    assert envelope is not None
    assert envelope.type == type_name
    assert json.loads(encode_envelope(envelope)) == frame


@pytest.mark.parametrize("type_name", COMMAND_TYPES)
def test_commands_survive_decoding_and_encoding(type_name: str) -> None:
    frame = load(type_name)
    command = decode_command(json.dumps(frame))
    message_type = COMMANDS.of(command.data)
    assert (command.id, command.interview, message_type.name) == (frame["id"], frame["interview"], type_name)
    assert message_type.adapter.dump_python(command.data, mode="json") == frame["data"]


@pytest.mark.parametrize("type_name", SERVER_TYPES)
def test_server_messages_obey_the_schema(type_name: str) -> None:
    frame = load(type_name)
    validator("ServerMessage").validate(frame)
    for missing in frame:
        assert not validator("ServerMessage").is_valid({name: frame[name] for name in frame if name != missing})


@pytest.mark.parametrize("type_name", COMMAND_TYPES)
def test_commands_obey_the_schema(type_name: str) -> None:
    frame = load(type_name)
    validator("CommandMessage").validate(frame)
    assert not validator("CommandMessage").is_valid({**frame, "extra": 1})
    assert not validator("CommandMessage").is_valid({**frame, "data": {**frame["data"], "extra": 1}})


def test_readers_accept_members_of_later_versions() -> None:
    frame = load("question.asked")
    frame["data"]["later"] = frame["data"]["why"]["later"] = 1
    validator("ServerMessage").validate(frame)


def test_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", render_files(), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == render_files()[path], "run: python -m server.protocol.schema"


def test_a_type_of_a_later_version_is_skipped() -> None:
    assert decode_envelope(json.dumps({**load("speech.changed"), "type": "weather.changed"})) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"v":1}'])
def test_what_is_no_envelope_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InvalidMessage):
        decode_envelope(text)


def test_a_rejected_command_names_its_id_when_it_could_be_read() -> None:
    frame = load("answer.submit")
    with pytest.raises(UnknownCommand) as unknown:
        decode_command(json.dumps({**frame, "type": "answer.destroy"}))
    assert unknown.value.command_id == frame["id"]
    with pytest.raises(InvalidMessage, match=r"data\.text") as invalid:
        decode_command(json.dumps({**frame, "data": {"turn_id": "turn-4", "text": ""}}))
    assert invalid.value.command_id == frame["id"]
