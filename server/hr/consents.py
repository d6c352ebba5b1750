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
    names_model: bool = False
    """It tells of a language model that reads answers."""


class _ModelNotice(BaseModel):
    """What is added where a language model is set up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    consent: Mapping[Language, str]
    disclosure: Mapping[Language, str]


@cache
def consents(*, names_model: bool) -> tuple[Consent, ...]:
    """In the order they are asked in. `names_model`: as they are asked for where a language model is set up."""
    found = tuple(Consent.model_validate(_load(kind)) for kind in KINDS)
    if not names_model:
        return found
    return tuple(_name_model(consent) if consent.kind == "ai_scoring" else consent for consent in found)


@cache
def disclosure(*, names_model: bool) -> Mapping[Language, str]:
    texts = TypeAdapter(dict[Language, str]).validate_python(_load("disclosure"))
    if not names_model:
        return texts
    notice = _model_notice().disclosure
    return {language: _join(language, text, notice[language]) for language, text in texts.items()}


def _name_model(consent: Consent) -> Consent:
    notice = _model_notice()
    texts = {
        language: text.model_copy(update={"text": _join(language, text.text, notice.consent[language])})
        for language, text in consent.texts.items()
    }
    version = f"{consent.version}+{notice.version}"
    return consent.model_copy(update={"version": version, "texts": texts, "names_model": True})


@cache
def _model_notice() -> _ModelNotice:
    return _ModelNotice.model_validate(_load("language_model"))


def _join(language: Language, text: str, addition: str) -> str:
    return f"{text}{'' if language == 'zh-CN' else ' '}{addition}"


def _load(name: str) -> object:
    return yaml.safe_load((TEXTS / f"{name}.yaml").read_text("utf-8"))
