"""JSON bodies in, through pydantic; texts that people will read are free of invisible characters."""

from __future__ import annotations

import unicodedata
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.requests import Request

from server.errors import BadRequest, UnsupportedMedia

Model = TypeVar("Model", bound=BaseModel)

# Overrides of the writing direction can make one name look like another.
SPOOFING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class InvalidBody(BadRequest):
    code: ClassVar[str] = "invalid_body"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _check_visible(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") or character in SPOOFING for character in text):
        raise ValueError("control characters are not allowed")
    return text


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(_check_visible)
]
Term = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_check_visible)
]


def _check_lines(text: str) -> str:
    _check_visible("".join(text.split()))
    return text


Text = Annotated[str, StringConstraints(max_length=16_000), AfterValidator(_check_lines)]
"""Several lines."""


async def read_json(request: Request, model: type[Model]) -> Model:
    """Raises UnsupportedMedia, InvalidBody, TooLarge. Asking for the content type also keeps other sites' forms out."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMedia("send application/json")
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = str(first["msg"]).removeprefix("Value error, ")
        raise InvalidBody(f"{place}: {message}" if place else message) from None
