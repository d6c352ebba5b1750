"""The line to a real HTTP server: what is sent, and every way in which an answer may fail to come."""

from __future__ import annotations

import json
import logging
import socket

import pytest
from starlette.types import Send

from realtime_scoring.opinion.levels import prompt_levels
from realtime_scoring.opinion.wording import prompt_wording
from server.language_model.client import LARGEST_REPLY, ChatClient
from server.language_model.errors import (
    Busy,
    Declined,
    LanguageModelError,
    NotAccepted,
    Redirected,
    ReplyTooLarge,
    ReplyUnreadable,
    Unreachable,
)
from server.language_model.settings import Endpoint
from server.language_model.wire import FORMS
from tests.integration.language_model.conftest import KEY
from tests.integration.language_model.model_server import (
    ModelServer,
    Seen,
    Step,
    answer,
    compress,
    cut,
    pour,
    say,
    take_only,
    wrap,
)
from tests.unit.opinion.samples import make_level_task, make_wording_task

PROMPT = prompt_wording(make_wording_task())


async def test_what_is_sent(server: ModelServer, client: ChatClient) -> None:
    server.steps = [say({"anything": [1, "二"]})]
    completion = await client.complete(PROMPT, seed=3)
    assert completion.reply == {"anything": [1, "二"]}
    assert completion.model == client.name == "small-model"
    (seen,) = server.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["accept-encoding"] == "identity"
    assert {key: seen.body[key] for key in ("model", "temperature", "seed", "stream", "max_tokens")} == {
        "model": "small-model",
        "temperature": 0,
        "seed": 3,
        "stream": False,
        "max_tokens": PROMPT.longest_reply_tokens,
    }
    form = seen.body["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"]["additionalProperties"] is False
    assert [message["role"] for message in seen.body["messages"]] == ["system", "user"]


async def test_no_name_number_or_key_leaves_in_a_text(server: ModelServer, client: ChatClient) -> None:
    server.steps = [say({})]
    for language in ("en", "zh-CN"):
        await client.complete(prompt_wording(make_wording_task(language)), seed=0)
        await client.complete(prompt_levels(make_level_task(language)), seed=0)
    everything = json.dumps([seen.body for seen in server.seen], ensure_ascii=False)
    for secret in ("Okafor", "Maria", "Borealis", "7788", "王小明", "13800138000", KEY):
        assert secret not in everything


@pytest.mark.parametrize("form", ["json_object", "plain"])
async def test_a_server_without_schemas_is_asked_more_simply_and_that_is_remembered(
    server: ModelServer, client: ChatClient, form: str
) -> None:
    server.steps = [take_only(form, say({"fine": True}))]
    assert (await client.complete(PROMPT, seed=0)).reply == {"fine": True}
    tried = [seen.form for seen in server.seen]
    assert tried == ["json_schema", "json_object", "plain"][: len(tried)]
    assert tried[-1] == form
    await client.complete(PROMPT, seed=0)
    assert [seen.form for seen in server.seen[len(tried) :]] == [form]


async def test_a_request_refused_in_every_form_is_not_blamed_on_the_form(
    server: ModelServer, client: ChatClient
) -> None:
    server.steps = [answer(b"{}", 400)]
    with pytest.raises(NotAccepted):
        await client.complete(PROMPT, seed=0)
    assert len(server.seen) == len(FORMS)
    server.steps = [say({})]
    await client.complete(PROMPT, seed=0)
    assert server.seen[-1].form == "json_schema"
    assert "temperature" in server.seen[-1].body


async def test_a_model_that_takes_no_temperature_is_asked_without(server: ModelServer, client: ChatClient) -> None:
    async def refuse_tuning(seen: Seen, send: Send) -> None:
        refused = {"temperature", "max_tokens", "seed"} & set(seen.body)
        await (answer(b"{}", 400) if refused else say({"fine": True}))(seen, send)

    server.steps = [refuse_tuning]
    assert (await client.complete(PROMPT, seed=0)).reply == {"fine": True}
    await client.complete(PROMPT, seed=0)
    assert [seen.form for seen in server.seen] == ["json_schema", "json_object", "plain", "json_schema", "json_schema"]


@pytest.mark.parametrize("content", ['```json\n{"a": 1}\n```', '<think>{"b"</think>\n{"a": 1}', ' {"a": 1}\n'])
async def test_what_models_put_around_their_json_is_taken_off(
    server: ModelServer, client: ChatClient, content: str
) -> None:
    server.steps = [say(content)]
    assert (await client.complete(PROMPT, seed=0)).reply == {"a": 1}


DEEP = "[" * 100_000
CASES: list[tuple[str, Step, type[LanguageModelError]]] = [
    ("500", answer(b"oops", 500), LanguageModelError),
    ("503", answer(b"", 503), LanguageModelError),
    ("204", answer(b"", 204), LanguageModelError),
    ("401", answer(b"{}", 401), NotAccepted),
    ("404", answer(b"{}", 404), NotAccepted),
    ("429", answer(b"{}", 429), Busy),
    ("redirect", answer(b"", 307, location="http://127.0.0.1:1/v1/chat/completions"), Redirected),
    ("cut", cut(), Unreachable),
    ("10 MB", pour(10_000_000), ReplyTooLarge),
    ("gzip", compress({"a": 1}), ReplyUnreadable),
    ("no JSON", answer(b"<html>hello</html>"), ReplyUnreadable),
    ("no UTF-8", answer(b"\xff\xfe\x00"), ReplyUnreadable),
    ("deep body", answer(DEEP.encode()), ReplyUnreadable),
    ("deep content", say(DEEP[:16_000]), ReplyUnreadable),
    ("escaped quotes", say('{"a": "' + '\\"' * 7_000 + "\\"), ReplyUnreadable),
    ("no choices", answer(b'{"choices": []}'), ReplyUnreadable),
    ("other shape", answer(b'{"choices": {"message": 1}}'), ReplyUnreadable),
    ("a list", answer(b"[1, 2]"), ReplyUnreadable),
    ("no content", answer(wrap(None)), ReplyUnreadable),
    ("content of another type", answer(b'{"choices": [{"message": {"content": ["a"]}}]}'), ReplyUnreadable),
    ("long content", say('"' + "a" * 20_000 + '"'), ReplyUnreadable),
    ("content no JSON", say("Of course! Here is the question you asked for."), ReplyUnreadable),
    ("cut off", answer(wrap('{"a": 1}').replace(b'"stop"', b'"length"')), ReplyUnreadable),
    ("a name twice", say('{"kind": "result", "kind": "own_part"}'), ReplyUnreadable),
    ("not a number", say('{"a": NaN}'), ReplyUnreadable),
    ("a huge number", say('{"a": ' + "9" * 10_000 + "}"), ReplyUnreadable),
    ("refusal", answer(wrap(None, refusal="I cannot help with that.")), Declined),
    ("filtered", answer(wrap('{"a": 1}').replace(b'"stop"', b'"content_filter"')), Declined),
]


@pytest.mark.parametrize(("name", "step", "error"), CASES, ids=[name for name, _, _ in CASES])
async def test_each_way_to_fail_has_its_error(
    server: ModelServer, client: ChatClient, name: str, step: Step, error: type[LanguageModelError]
) -> None:
    server.steps = [step]
    with pytest.raises(error) as caught:
        await client.complete(PROMPT, seed=0)
    assert type(caught.value) is error, name
    assert KEY not in caught.value.detail
    assert str(server.port) not in caught.value.detail
    server.steps = [say({"and": "then it works again"})]
    assert (await client.complete(PROMPT, seed=0)).reply


async def test_a_reply_is_not_read_further_than_it_may_go(server: ModelServer, client: ChatClient) -> None:
    server.steps = [pour(LARGEST_REPLY - 70_000)]
    assert (await client.complete(PROMPT, seed=0)).reply == {}


async def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = Endpoint(f"http://127.0.0.1:{unused.getsockname()[1]}/v1", "m", None, 700, 20.0)
        async with ChatClient(endpoint) as client:
            with pytest.raises(Unreachable):
                await client.complete(PROMPT, seed=0)


async def test_the_environment_sends_nothing_elsewhere(
    server: ModelServer, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    server.steps = [say({})]
    async with ChatClient(endpoint) as client:
        await client.complete(PROMPT, seed=0)
    assert len(server.seen) == 1


async def test_the_key_is_told_to_nobody(
    server: ModelServer, endpoint: Endpoint, client: ChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.steps = [answer(b"", 500), say({})]
    with pytest.raises(LanguageModelError):
        await client.complete(PROMPT, seed=0)
    await client.complete(PROMPT, seed=0)
    for text in (repr(endpoint), repr(client), repr(vars(client)), caplog.text):
        assert KEY not in text
