"""From a request to the parts of the process that answer it."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from server.resources import Resources


def resources_of(connection: HTTPConnection) -> Resources:
    resources: Resources = connection.app.state.resources
    return resources


def client_address(connection: HTTPConnection) -> str:
    """Behind a trusted proxy: the client's own."""
    return connection.client.host if connection.client else "unknown"
