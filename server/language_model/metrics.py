"""What became of the calls to the language model, in Prometheus' terms."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.language_model.opening import Lanes


class LanguageModelMetrics(Collector):
    """Nothing is told where there is no model."""

    def __init__(self, lanes: Lanes | None) -> None:
        self._lanes = lanes

    def collect(self) -> Iterator[Metric]:
        if self._lanes is None:
            return
        calls = CounterMetricFamily(
            "viva_llm_calls", "Calls to the language model, by what became of them.", labels=["purpose", "outcome"]
        )
        resting = GaugeMetricFamily(
            "viva_llm_resting", "1 while the language model failed too often to be asked.", labels=["purpose"]
        )
        for purpose, lane in (("live", self._lanes.live), ("later", self._lanes.later)):
            for outcome in sorted(lane.outcomes):
                calls.add_metric([purpose, outcome], lane.outcomes[outcome])
            resting.add_metric([purpose], 0 if lane.breaker.state == "closed" else 1)
        yield calls
        yield resting
