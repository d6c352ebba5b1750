"""What can go wrong for a client of the server.

SimulationError
├── Refused            the server answered with a problem or rejected a command; carries its `code`
├── ConnectionLost     the socket stayed away longer than the client was ready to wait
├── Superseded         another client took over this candidate
├── MediaFailed        WebRTC did not come up
└── ServerFailed       a server started by this process did not become ready or has died
"""

from __future__ import annotations


class SimulationError(Exception):
    pass


class Refused(SimulationError):
    def __init__(self, action: str, code: str, detail: str, *, retryable: bool = False) -> None:
        super().__init__(f"{action}: {code}: {detail}")
        self.code = code
        self.detail = detail
        self.retryable = retryable


class ConnectionLost(SimulationError):
    pass


class Superseded(SimulationError):
    pass


class MediaFailed(SimulationError):
    pass


class ServerFailed(SimulationError):
    pass


def unwrap(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one error that broke a task group, so that callers need not know there was a group."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
