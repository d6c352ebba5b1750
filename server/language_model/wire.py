"""OpenAI's chat completions as far as we use them, and what every server that copies them has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realtime_scoring.opinion.prompt import Prompt
from server.language_model.decoding import decode_content, decode_json
from server.language_model.errors import Declined, ReplyUnreadable


@dataclass(frozen=True, slots=True)
class Form:
    """How a request is written. `tuned`: with temperature 0, a seed and `max_tokens`, which models that think before
    they write refuse."""

    reply: Literal["json_schema", "json_object", "plain"]
    tuned: bool = True


FORMS = (
    Form("json_schema"),
    Form("json_object"),
    Form("plain"),
    Form("json_schema", tuned=False),
    Form("plain", tuned=False),
)
"""In the order in which a server is tried. What comes is checked in any case."""

LONGEST_CONTENT = 16_384


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Message(_Wire):
    content: str | None = Field(None, max_length=LONGEST_CONTENT)
    refusal: str | None = None


class _Choice(_Wire):
    message: _Message
    finish_reason: str | None = None


class _Reply(_Wire):
    choices: list[_Choice] = Field(min_length=1)


def write_request(prompt: Prompt, *, model: str, form: Form, seed: int) -> dict[str, object]:
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.text} for message in prompt.messages],
        "stream": False,
    }
    if form.tuned:
        body |= {"max_tokens": prompt.longest_reply_tokens, "temperature": 0, "seed": seed}
    if form.reply == "json_schema":
        schema = {"name": prompt.schema_name, "strict": True, "schema": dict(prompt.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form.reply == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def read_reply(body: bytes) -> object:
    """What the model wrote, decoded. Raises ReplyUnreadable or Declined."""
    try:
        reply = _Reply.model_validate(decode_json(body.decode("utf-8")))
    except (UnicodeDecodeError, ValidationError):
        raise ReplyUnreadable("the reply is no chat completion") from None
    choice = reply.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise Declined("the model declined to answer")
    if choice.finish_reason == "length":
        raise ReplyUnreadable("the reply was cut off")
    if choice.message.content is None:
        raise ReplyUnreadable("the reply holds no text")
    return decode_content(choice.message.content)
