"""Where the language model is, from the operator's settings."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from server.settings import ConfigInvalid, LlmSettings


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`url` without a slash at its end, such as https://models.example/v1."""

    url: str
    model: str
    key: SecretStr | None
    live_budget_ms: int
    async_budget_s: float


def read_endpoint(settings: LlmSettings) -> Endpoint | None:
    """None: there is no language model. Raises ConfigInvalid; reads the key's file."""
    if settings.url is None or settings.model is None:
        return None
    key = settings.key.get_secret_value().strip() if settings.key is not None else _read_key(settings)
    if key is not None and (not key or not key.isascii() or not key.isprintable() or " " in key):
        raise ConfigInvalid("VIVA_LLM_KEY: a key is a word of printable ASCII characters")
    return Endpoint(
        url=settings.url,
        model=settings.model,
        key=SecretStr(key) if key is not None else None,
        live_budget_ms=settings.live_budget_ms,
        async_budget_s=settings.async_budget_s,
    )


def _read_key(settings: LlmSettings) -> str | None:
    if settings.key_file is None:
        return None
    try:
        return settings.key_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"VIVA_LLM_KEY_FILE: {settings.key_file}: {type(error).__name__}") from None
