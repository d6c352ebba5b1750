"""JSON Schema 2020-12 of the whole protocol, made from the registered dataclasses.

`python -m server.protocol.schema` writes it, and TypeScript declarations made from it, where the pages find them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from server.protocol.commands import COMMANDS
from server.protocol.envelope import VERSION
from server.protocol.events import EVENTS
from server.protocol.registry import Registry
from server.protocol.signals import SIGNALS
from server.protocol.typescript import declare_types

Schema = dict[str, Any]

LIBRARY = Path(__file__).parents[2] / "client_web" / "lib"
REFERENCE = "#/$defs/{model}"
REGISTRIES: tuple[tuple[str, Registry, JsonSchemaMode], ...] = (
    ("Event", EVENTS, "serialization"),
    ("Signal", SIGNALS, "serialization"),
    ("Command", COMMANDS, "validation"),
)


class _WireSchema(GenerateJsonSchema):
    """The server writes every field, defaults too; so a reader may rely on them."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def build_schema() -> Schema:
    """`$defs` holds a data schema per class, a `<Class>Message` per type, and the unions `ServerMessage` and
    `CommandMessage`. Server messages may gain members within a version; commands are closed."""
    inputs = [(message.name, mode, message.adapter) for _, registry, mode in REGISTRIES for message in registry]
    references, generated = TypeAdapter.json_schemas(inputs, ref_template=REFERENCE, schema_generator=_WireSchema)
    definitions: Schema = dict(generated["$defs"])
    unions: dict[str, list[Schema]] = {"Event": [], "Signal": [], "Command": []}
    for family, registry, mode in REGISTRIES:
        for message in registry:
            name = f"{message.data_class.__name__}Message"
            definitions[name] = _message(family, message.name, references[message.name, mode])
            unions[family].append({"$ref": REFERENCE.format(model=name)})
    _open_server_data(definitions, unions)
    definitions["ServerMessage"] = {"oneOf": unions["Event"] + unions["Signal"]}
    definitions["CommandMessage"] = {"oneOf": unions["Command"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/schemas/v{VERSION}.json",
        "title": f"Viva protocol, version {VERSION}",
        "anyOf": [{"$ref": "#/$defs/ServerMessage"}, {"$ref": "#/$defs/CommandMessage"}],
        "$defs": dict(sorted(definitions.items())),
    }


def _message(family: str, type_name: str, data: Schema) -> Schema:
    short_text = {"type": "string", "minLength": 1, "maxLength": 80}
    properties: Schema = {"v": {"const": VERSION}, "id": short_text, "type": {"const": type_name}, "data": data}
    optional = []
    if family == "Command":
        properties["interview"] = {"anyOf": [{"type": "string", "maxLength": 80}, {"type": "null"}]}
        optional.append("interview")
        if not data.get("required"):
            optional.append("data")
    else:
        is_event = family == "Event"
        properties |= {
            "seq": {"type": "integer", "minimum": 1} if is_event else {"type": "null"},
            "interview": {"type": "string"} if is_event else {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "at": {"type": "string", "format": "date-time"},
            "t_ms": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        }
    schema: Schema = {"type": "object", "properties": properties}
    schema["required"] = [name for name in properties if name not in optional]
    if family == "Command":
        schema["additionalProperties"] = False
    return schema


def _open_server_data(definitions: Schema, unions: dict[str, list[Schema]]) -> None:
    """Lets readers of this version accept messages of a later one, which may carry more members."""
    waiting: list[Any] = [*unions["Event"], *unions["Signal"]]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if node.get("additionalProperties") is False:
                del node["additionalProperties"]
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                waiting.append(definitions[reference.rpartition("/")[2]])
            waiting.extend(value for value in node.values() if isinstance(value, dict | list))


def render_files() -> dict[Path, str]:
    """Path -> text of every generated file."""
    schema = build_schema()
    return {
        LIBRARY / "protocol.schema.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n",
        LIBRARY / "protocol.d.ts": declare_types(schema),
    }


def main() -> None:
    for path, text in render_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
