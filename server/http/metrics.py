"""`/metrics` for Prometheus: pulled from the parts when asked. Labels are phases, never ids or names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.http.context import resources_of
from server.protocol.signals import Phase
from server.resources import Resources


class _Snapshot(Collector):
    """`interviews` was read before: a collector cannot wait for a database."""

    def __init__(self, resources: Resources, interviews: Mapping[str, int]) -> None:
        self._resources = resources
        self._interviews = interviews

    def collect(self) -> Iterator[Metric]:
        phases = GaugeMetricFamily("viva_interviews", "Interviews by phase.", labels=["phase"])
        for phase in get_args(Phase):
            phases.add_metric([phase], self._interviews.get(phase, 0))
        yield phases
        appended = self._resources.log.appended_total
        yield CounterMetricFamily("viva_events_appended", "Events appended by this process.", value=appended)
        lag = self._resources.loop_lag
        yield GaugeMetricFamily("viva_loop_lag_seconds", "How late the event loop woke, last.", value=lag.last_s)
        yield GaugeMetricFamily(
            "viva_loop_lag_worst_seconds", "How late the event loop woke, worst of the last minute.", value=lag.worst_s
        )
        yield from self._collect_asr()

    def _collect_asr(self) -> Iterator[Metric]:
        stats = self._resources.scheduler.stats()
        waiting = GaugeMetricFamily("viva_asr_waiting", "Transcriptions waiting for a thread.", labels=["kind"])
        waiting.add_metric(["final"], stats.waiting_finals)
        waiting.add_metric(["partial"], stats.waiting_partials)
        yield waiting
        done = CounterMetricFamily("viva_asr_transcriptions", "Transcriptions by outcome.", labels=["outcome"])
        for outcome in ("finals", "partials", "superseded", "failed"):
            done.add_metric([outcome], getattr(stats, outcome))
        yield done
        yield GaugeMetricFamily(
            "viva_asr_wait_p95_seconds", "95th percentile of the wait for a thread.", value=stats.wait_p95_ms / 1000
        )
        yield GaugeMetricFamily(
            "viva_asr_decode_p95_seconds", "95th percentile of decoding.", value=stats.decode_p95_ms / 1000
        )
        yield GaugeMetricFamily("viva_asr_busy_ratio", "Share of the threads' time spent decoding.", value=stats.busy)


async def show_metrics(request: Request) -> Response:
    resources = resources_of(request)
    registry = CollectorRegistry()
    registry.register(_Snapshot(resources, await resources.interviews.count_by_phase()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def metrics_routes() -> list[BaseRoute]:
    return [Route("/metrics", show_metrics)]
