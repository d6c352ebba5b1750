from __future__ import annotations

from server.resources import Resources
from server.signalling import ports


def test_the_process_s_resources_fit() -> None:
    """mypy holds the shapes; this holds that the test is not forgotten when a member goes."""

    def fit(resources: Resources) -> ports.Resources:
        return resources

    members = set(Resources.__dataclass_fields__) | set(vars(Resources))
    assert {"registry", "log", "bus", "ice_servers"} <= members
    assert callable(fit)
