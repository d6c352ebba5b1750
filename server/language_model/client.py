"""Speaks OpenAI's chat completions over HTTP to the one configured address."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import httpx

from realtime_scoring.opinion.prompt import Prompt
from server.language_model.errors import (
    Busy,
    LanguageModelError,
    NotAccepted,
    Redirected,
    ReplyTooLarge,
    ReplyUnreadable,
    Unreachable,
)
from server.language_model.port import Completion
from server.language_model.settings import Endpoint
from server.language_model.wire import FORMS, read_reply, write_request

LARGEST_REPLY = 262_144
CONNECTIONS = 16
"""Whoever waits for one waits within a limit of their own."""

_FORM_NOT_TAKEN = frozenset({400, 415, 422, 501})


class _FormNotTaken(LanguageModelError):
    """Perhaps for the form in which the answer was asked for; perhaps for something else."""


class ChatClient:
    """For all interviews of a process. Proxies and passwords of the environment are not used: what is sent goes to
    the configured address and nowhere else."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._url = f"{endpoint.url}/chat/completions"
        self._model = endpoint.model
        self._form = 0
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if endpoint.key is not None:
            headers["Authorization"] = f"Bearer {endpoint.key.get_secret_value()}"
        self._http = httpx.AsyncClient(
            headers=headers,
            timeout=None,  # noqa: S113 - whoever asks sets the limit, over everything
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        )

    @property
    def name(self) -> str:
        return self._model

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """The first form that the server takes is remembered, once an answer came."""
        started_s = time.monotonic()
        for at in range(self._form, len(FORMS)):
            request = write_request(prompt, model=self._model, form=FORMS[at], seed=seed)
            try:
                body = await self._post(request)
            except _FormNotTaken:
                continue
            reply = read_reply(body)
            self._form = max(self._form, at)
            return Completion(reply, self._model, round((time.monotonic() - started_s) * 1000))
        raise NotAccepted("the language model's server does not take the request in any form")

    async def _post(self, request: dict[str, object]) -> bytes:
        try:
            async with self._http.stream("POST", self._url, json=request) as response:
                _check_head(response)
                return await _read_body(response)
        except httpx.HTTPError as error:
            raise Unreachable(f"the language model's server does not answer ({type(error).__name__})") from None


def _check_head(response: httpx.Response) -> None:
    status = response.status_code
    if status in _FORM_NOT_TAKEN:
        raise _FormNotTaken(f"status {status}")
    if 300 <= status < 400:
        raise Redirected("the language model's server sends elsewhere")
    if status == 429:
        raise Busy("the language model's server is busy")
    if 400 <= status < 500:
        raise NotAccepted(f"the language model's server does not take the request: status {status}")
    if status != 200:
        raise LanguageModelError(f"the language model's server failed: status {status}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ReplyUnreadable("the reply is compressed, which was not asked for")


async def _read_body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST_REPLY:
            raise ReplyTooLarge(f"the reply is longer than {LARGEST_REPLY} bytes")
    return bytes(body)
