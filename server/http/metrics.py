"""`/metrics` for Prometheus: pulled from the parts when asked, of all workers whichever is asked. Labels are phases and
numbers of workers, never ids or names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.http.context import resources_of
from server.nodes.exposition import AllWorkers
from server.protocol.signals import Phase


class _Whole(Collector):
    """What is the server's and no worker's. `interviews` was read before: a collector cannot wait for a database."""

    def __init__(self, interviews: Mapping[str, int], workers: int) -> None:
        self._interviews = interviews
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        phases = GaugeMetricFamily("viva_interviews", "Interviews by phase.", labels=["phase"])
        for phase in get_args(Phase):
            phases.add_metric([phase], self._interviews.get(phase, 0))
        yield phases
        yield GaugeMetricFamily("viva_workers", "Workers that answer.", value=self._workers)


async def show_metrics(request: Request) -> Response:
    resources = resources_of(request)
    pages = await resources.gather_metrics()
    registry = CollectorRegistry()
    registry.register(_Whole(await resources.interviews.count_by_phase(), len(pages)))
    registry.register(AllWorkers(pages))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def metrics_routes() -> list[BaseRoute]:
    return [Route("/metrics", show_metrics)]
