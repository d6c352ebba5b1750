"""Names of message types and the dataclasses that carry their data.

A message's data is a frozen dataclass inside and JSON on the wire; pydantic does the step between, both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, with_config

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MessageType(Generic[T]):
    name: str
    data_class: type[T]
    adapter: TypeAdapter[T]


class Registry:
    """Two-way table `noun.verb` <-> dataclass; one for events, one for commands."""

    def __init__(self) -> None:
        self._by_name: dict[str, MessageType[Any]] = {}
        self._by_class: dict[type, MessageType[Any]] = {}

    def register(self, name: str) -> Callable[[type[T]], type[T]]:
        def enter(data_class: type[T]) -> type[T]:
            with_config(ConfigDict(extra="forbid"))(data_class)
            message_type = MessageType(name, data_class, TypeAdapter(data_class))
            self._by_name[name] = message_type
            self._by_class[data_class] = message_type
            return data_class

        return enter

    def named(self, name: str) -> MessageType[Any] | None:
        return self._by_name.get(name)

    def holds(self, data: object) -> bool:
        return type(data) in self._by_class

    def of(self, data: object) -> MessageType[Any]:
        return self._by_class[type(data)]

    def __iter__(self) -> Iterator[MessageType[Any]]:
        return iter(self._by_name.values())
