from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from server.language_model.client import ChatClient
from server.language_model.settings import Endpoint
from tests.integration.language_model.model_server import ModelServer, serve

KEY = "sk-never-told"


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with serve(ModelServer()) as server:
        yield server


@pytest.fixture
def endpoint(server: ModelServer) -> Endpoint:
    return Endpoint(server.url, "small-model", SecretStr(KEY), 700, 20.0)


@pytest.fixture
async def client(endpoint: Endpoint) -> AsyncIterator[ChatClient]:
    async with ChatClient(endpoint) as client:
        yield client
