"""What a candidate is asked to agree to, and what is disclosed first. Texts are versioned data; an agreement stores the
hash of the very text that was shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from server.protocol.events import ConsentKind
from server.protocol.flow import Language

TEXTS = Path(__file__).parent / "consent_texts"
KINDS: tuple[ConsentKind, ...] = ("recording", "ai_scoring")


class ConsentText(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of title, line feed, text, in UTF-8."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class Consent(BaseModel):
    """`required`: without it there is no interview. A refusal of any other changes what is done, not whether."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ConsentKind
    required: bool
    version: str
    texts: Mapping[Language, ConsentText]


@cache
def consents() -> tuple[Consent, ...]:
    """In the order they are asked in."""
    return tuple(Consent.model_validate(_load(kind)) for kind in KINDS)


@cache
def disclosure() -> Mapping[Language, str]:
    return TypeAdapter(dict[Language, str]).validate_python(_load("disclosure"))


def _load(name: str) -> object:
    return yaml.safe_load((TEXTS / f"{name}.yaml").read_text("utf-8"))
