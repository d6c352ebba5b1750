"""Everything an operator can set. Each field is an environment variable: group `http`, field `port` is VIVA_HTTP_PORT.

Also read from a file `.env` in the working directory. Secrets are given by environment or file, never by argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from server.errors import InterviewError

PREFIX = "VIVA_"
Url = Annotated[str, Field(min_length=1)]
DenoiseChoice = Literal["off", "spectral", "rnnoise", "auto"]


class ConfigInvalid(InterviewError):
    """A setting is missing or wrong. One line per problem, each naming its variable."""

    code: ClassVar[str] = "config_invalid"
    status: ClassVar[int] = 500


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HttpSettings(_Group):
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8400, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        None,
        description="Address under which browsers reach this server, for invite links behind a proxy;"
        " without it the address of the request is used.",
    )
    tls_cert: Path | None = Field(
        None, description="PEM certificate chain; browsers give microphones to secure pages only."
    )
    tls_key: Path | None = Field(None, description="PEM private key of the certificate.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Comma-separated addresses whose X-Forwarded-* headers are believed."
    )
    workers: int = Field(
        1, ge=1, le=64, description="Processes that share the interviews, one per core; more than one needs Redis."
    )
    loop: Literal["auto", "uvloop", "asyncio"] = Field(
        "auto", description="Event loop; `auto`: uvloop where it is installed."
    )

    @field_validator("public_url")
    @classmethod
    def check_public_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/") if value else value

    @model_validator(mode="after")
    def check_tls_pair(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key must be given together")
        return self


class LogSettings(_Group):
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    format: Literal["console", "json"] = Field("console", description="`json` for log collectors.")


class DbSettings(_Group):
    url: SecretStr | None = Field(
        None,
        description="PostgreSQL as postgresql://user:password@host/name; without it SQLite in the data directory.",
    )

    @field_validator("url")
    @classmethod
    def check_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://", "sqlite:///")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value


class RedisSettings(_Group):
    url: SecretStr | None = Field(
        None,
        description="redis://host:6379/0, through which the workers of a server speak to each other;"
        " without it one process.",
    )

    @field_validator("url")
    @classmethod
    def check_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("must begin with redis:// or rediss://")
        return value


class AuthSettings(_Group):
    invite_valid_hours: int = Field(
        168, ge=1, le=8760, description="Life of an invite link that nobody has opened yet."
    )
    candidate_session_hours: int = Field(
        168, ge=1, le=8760, description="Life of a candidate's session after opening the link."
    )
    login_hours: int = Field(12, ge=1, le=720, description="Life of an HR login.")
    logins_per_minute: int = Field(10, ge=1, description="Login attempts per address, and per account, a minute.")
    redeems_per_minute: int = Field(30, ge=1, description="Attempts to open an invite link per address a minute.")


class MediaGroup(_Group):
    stun_urls: str = Field(
        "", description="Comma-separated stun: URLs for pages and server; empty uses no STUN server."
    )
    turn_urls: str = Field(
        "", description="Comma-separated turn: or turns: URLs, for candidates behind strict firewalls."
    )
    turn_secret: SecretStr | None = Field(
        None,
        description="Shared secret of the TURN server (coturn `static-auth-secret`); credentials are made per session.",
    )
    turn_credential_hours: int = Field(12, ge=1, le=168, description="Life of a TURN credential.")
    max_observers: int = Field(8, ge=0, le=100, description="Live viewers of one interview at a time.")
    denoise: DenoiseChoice = Field(
        "spectral",
        description="What the voice detector hears through: `off`; `spectral`, a spectral gate (noisereduce);"
        " `rnnoise`, stronger and several times as costly (extra `rnnoise`); `auto`, RNNoise where it is installed,"
        " the noise is strong and the machine has time. The recogniser and the recording get the original.",
    )
    recording_floor: Literal["low", "medium", "high"] = Field(
        "medium", description="Picture a candidate sends while nobody watches, for the recording: low, medium or high."
    )

    @field_validator("stun_urls", "turn_urls")
    @classmethod
    def check_urls(cls, value: str) -> str:
        for url in _split(value):
            if not url.startswith(("stun:", "stuns:", "turn:", "turns:")):
                raise ValueError(f"{url!r} is no stun: or turn: URL")
        return value

    @model_validator(mode="after")
    def check_turn(self) -> Self:
        if self.turn_urls and self.turn_secret is None:
            raise ValueError("turn_urls needs turn_secret")
        return self

    @property
    def stun(self) -> tuple[str, ...]:
        return _split(self.stun_urls)

    @property
    def turn(self) -> tuple[str, ...]:
        return _split(self.turn_urls)


class AsrSettings(_Group):
    where: Literal["local", "redis"] = Field(
        "local",
        description="Where speech is transcribed: `local`, in the server; `redis`, by processes `viva asr-worker`,"
        " on this machine or others, that take jobs from Redis.",
    )
    model: str = Field(
        "auto",
        min_length=1,
        description="`auto`: a Whisper model that suits the machine, else the bundled demonstration recogniser;"
        " or the name of one (see `viva models list`), or a folder.",
    )
    threads: int = Field(
        1, ge=1, le=64, description="Transcriptions at the same time in each worker, each on a core of its own."
    )
    device: Literal["cpu", "cuda"] = Field(
        "cpu", description="Where the recogniser computes: `cpu`, or `cuda` with an NVIDIA GPU, CUDA 12 and cuDNN 9."
    )
    beam: int = Field(
        2, ge=1, le=10, description="Hypotheses that a final text is searched with; each costs about a tenth more."
    )
    partial_window_s: int = Field(
        5,
        ge=5,
        le=30,
        description="Least seconds that are listened through for a caption, filled up with silence to 5, 10, 15 or 30:"
        " a short window is several times cheaper, but Whisper was trained on 30.",
    )
    final_window_s: Literal["auto", "5", "10", "15", "30"] = Field(
        "auto",
        description="The same for a final text. `auto`: 10, and 30 for a Whisper model on a GPU; always with 2.5 s"
        " of silence behind the speech, and a text that is in doubt is made again from 30.",
    )
    aside_days: int = Field(
        30,
        ge=1,
        le=3650,
        description="How long speech is kept that no text could be told of: unreadable, beyond every recogniser, or of"
        " an interview that the database does not know.",
    )


class LlmSettings(_Group):
    url: str | None = Field(
        None,
        description="Address of a language model's server that speaks OpenAI's chat completions, such as"
        " https://models.example/v1; without it none is asked. See docs/language-model.md.",
    )
    model: str | None = Field(None, min_length=1, description="Name of the model there.")
    key: SecretStr | None = Field(None, description="Key for it, if it wants one.")
    key_file: Path | None = Field(None, description="File with the key, instead of the key itself.")
    live_budget_ms: int = Field(
        700,
        ge=50,
        le=5000,
        description="Milliseconds that the model has for the words of a follow-up, from when it is asked for them; then"
        " the planned text is asked.",
    )
    async_budget_s: float = Field(
        20.0, ge=1, le=300, description="Seconds that the model has for its opinion on an answer, all runs together."
    )

    @field_validator("url")
    @classmethod
    def check_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")) or not value.isascii() or not value.isprintable():
            raise ValueError("must begin with http:// or https://")
        if any(sign in value for sign in "@?# "):
            raise ValueError("must be a plain address: no password, query or fragment (a key has its own setting)")
        return value.rstrip("/")

    @model_validator(mode="after")
    def check_together(self) -> Self:
        if self.url is not None and self.model is None:
            raise ValueError("url needs model")
        if self.key is not None and self.key_file is not None:
            raise ValueError("key and key_file exclude each other")
        return self


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        env_file=".env",
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        Path("var"), validate_default=True, description="Where the database, recordings and keys are kept."
    )
    secret_file: Path | None = Field(
        None, description="File with the key that signs sessions; without it one is made in the data directory."
    )
    flows_dir: Path | None = Field(
        None, description="Directory of further flow files (`*.yaml`) beside the shipped ones."
    )
    rubrics_dir: Path | None = Field(
        None, description="Directory of further rubric files (`*.yaml`) beside the shipped ones; see docs/scoring.md."
    )
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
    db: DbSettings = DbSettings()
    redis: RedisSettings = RedisSettings()
    auth: AuthSettings = AuthSettings()
    media: MediaGroup = MediaGroup()
    asr: AsrSettings = AsrSettings()
    llm: LlmSettings = LlmSettings()

    @field_validator("data_dir")
    @classmethod
    def fix_place(cls, value: Path) -> Path:
        return value.absolute()

    @property
    def database_url(self) -> str:
        if self.db.url is not None:
            return self.db.url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'viva.sqlite3'}"

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def deferred_dir(self) -> Path:
        """Speech that waits for a recogniser."""
        return self.data_dir / "deferred"

    @property
    def redis_url(self) -> str | None:
        return self.redis.url.get_secret_value() if self.redis.url else None


@dataclass(frozen=True, slots=True)
class SettingDescription:
    variable: str
    default: str
    description: str


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Environment, `.env`, then `overrides` (nested, by field name). Raises ConfigInvalid naming every bad variable."""
    try:
        return Settings(**(overrides or {}))
    except ValidationError as error:
        problems = [
            _explain(list(item["loc"]), str(item["msg"]), str(item["type"]))
            for item in error.errors(include_input=False)
        ]
        raise ConfigInvalid("\n".join(problems)) from None
    except SettingsError as error:
        raise ConfigInvalid(str(error)) from None


def describe_settings() -> Iterator[SettingDescription]:
    """Every variable there is, in order of declaration: what the table in the README is held against."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, _Group):
            for inner, inner_field in field.annotation.model_fields.items():
                yield _describe(f"{PREFIX}{name}_{inner}", inner_field)
        else:
            yield _describe(f"{PREFIX}{name}", field)


def _describe(variable: str, field: Any) -> SettingDescription:
    default = "" if field.default is None else str(field.default)
    return SettingDescription(variable.upper(), default, field.description or "")


def _explain(place: list[int | str], message: str, kind: str) -> str:
    variable = PREFIX + "_".join(str(part) for part in place).upper()
    if kind == "extra_forbidden":
        return f"{variable}: there is no such setting"
    return f"{variable}: {message.removeprefix('Value error, ')}"


def _split(urls: str) -> tuple[str, ...]:
    return tuple(url.strip() for url in urls.split(",") if url.strip())
