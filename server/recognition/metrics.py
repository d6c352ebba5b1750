"""What is told of recognisers elsewhere and of speech that waits, in Prometheus' terms."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from media.transcription.ports import Recogniser
from server.recognition.catching_up import CatchingUp
from server.recognition.remote import RemoteRecogniser
from server.recognition.roster import Roster


class RecognitionMetrics(Collector):
    def __init__(self, recogniser: Recogniser, catching_up: CatchingUp) -> None:
        self._recogniser = recogniser
        self._catching_up = catching_up

    def collect(self) -> Iterator[Metric]:
        if isinstance(self._recogniser, RemoteRecogniser):
            yield from _collect_roster(self._recogniser.roster)
        late = self._catching_up
        yield GaugeMetricFamily(
            "viva_asr_deferred_segments", "Segments on disk that wait for a recogniser.", value=late.waiting.count
        )
        yield GaugeMetricFamily(
            "viva_asr_deferred_oldest_seconds", "How long the oldest of them has waited.", value=late.waiting.oldest_s
        )
        yield GaugeMetricFamily(
            "viva_asr_aside_segments",
            "Segments on disk that nobody could be given the text of.",
            value=late.waiting.aside,
        )
        done = CounterMetricFamily("viva_asr_deferred_done", "Segments that waited, by outcome.", labels=["outcome"])
        done.add_metric(["transcribed"], late.transcribed)
        done.add_metric(["failed"], late.failed)
        yield done


def _collect_roster(roster: Roster) -> Iterator[Metric]:
    yield GaugeMetricFamily("viva_asr_workers", "Recognisers elsewhere that answer.", value=len(roster.cards))
    yield GaugeMetricFamily("viva_asr_worker_threads", "Their threads together.", value=roster.threads)
    jobs = GaugeMetricFamily("viva_asr_jobs", "Jobs of all servers in Redis.", labels=["kind", "state"])
    for kind, backlog in roster.backlog.items():
        jobs.add_metric([kind, "waiting"], backlog.waiting)
        jobs.add_metric([kind, "taken"], backlog.taken)
    yield jobs
