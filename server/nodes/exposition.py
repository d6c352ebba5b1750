"""What a worker measures, in Prometheus' text format, and that of all workers as one page with a label each.

Labels are words from lists, never names or ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from media.counters import MediaCounters, Tally, to_seconds
from media.transcription.condition import RecogniserStats
from media.transcription.ports import Recogniser
from media.types import TextFault
from server.db.log import EventLog
from server.observability import LoopLag

WORKER = "worker"
_TRANSCRIPTIONS = ("finals", "partials", "superseded", "shed", "failed", "timed_out", "retried")
_OUTCOMES = ("expected", "received", "recovered", "reordered", "late", "duplicates", "given_up", "discarded")


class WorkerMetrics(Collector):
    """`more`: of rooms that this one does not know."""

    def __init__(self, log: EventLog, loop_lag: LoopLag, scheduler: Recogniser, tally: Tally, *more: Collector) -> None:
        self._log = log
        self._loop_lag = loop_lag
        self._scheduler = scheduler
        self._tally = tally
        self._more = more

    def expose(self) -> str:
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry).decode()

    def collect(self) -> Iterator[Metric]:
        appended = self._log.appended_total
        yield CounterMetricFamily("viva_events_appended", "Events appended by this worker.", value=appended)
        yield CounterMetricFamily(
            "viva_interview_premature_endings",
            "Answers ended by a silence that the candidate then went on with.",
            value=self._log.withdrawn_total,
        )
        yield from self._collect_lag()
        yield from collect_asr(self._scheduler.stats())
        yield from collect_media(self._tally.count())
        for other in self._more:
            yield from other.collect()

    def _collect_lag(self) -> Iterator[Metric]:
        lag = self._loop_lag
        buckets = [("+Inf" if edge is None else str(edge), count) for edge, count in lag.buckets()]
        yield HistogramMetricFamily(
            "viva_loop_lag_seconds", "How late the event loop woke.", buckets=buckets, sum_value=lag.sum_s
        )
        yield GaugeMetricFamily(
            "viva_loop_lag_p99_seconds", "How late the event loop woke, 99th percentile of a minute.", value=lag.p99_s
        )
        yield GaugeMetricFamily(
            "viva_loop_lag_worst_seconds", "How late the event loop woke, worst of the last minute.", value=lag.worst_s
        )


def collect_asr(stats: RecogniserStats) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("viva_asr_waiting", "Transcriptions waiting for a thread.", labels=["kind"])
    waiting.add_metric(["final"], stats.waiting_finals)
    waiting.add_metric(["partial"], stats.waiting_partials)
    yield waiting
    done = CounterMetricFamily("viva_asr_transcriptions", "Transcriptions by outcome.", labels=["outcome"])
    for outcome in _TRANSCRIPTIONS:
        done.add_metric([outcome], getattr(stats, outcome))
    yield done
    waits = GaugeMetricFamily(
        "viva_asr_wait_p95_seconds", "95th percentile of the wait for a thread, lately.", labels=["kind"]
    )
    waits.add_metric(["final"], stats.final_wait_p95_ms / 1000)
    waits.add_metric(["partial"], stats.partial_wait_p95_ms / 1000)
    yield waits
    yield GaugeMetricFamily(
        "viva_asr_decode_p95_seconds",
        "95th percentile of a call of the engine, lately.",
        value=stats.decode_p95_ms / 1000,
    )
    yield CounterMetricFamily("viva_asr_engine_calls", "Calls of the engine, each for one or more.", value=stats.calls)
    yield CounterMetricFamily(
        "viva_asr_replaced_threads", "Engine threads that did not come back.", value=stats.replaced_threads
    )
    doubted = CounterMetricFamily(
        "viva_asr_doubted_finals", "Finals whose text was dropped or shortened, by reason.", labels=["fault"]
    )
    for fault in get_args(TextFault):
        doubted.add_metric([fault], stats.faults.get(fault, 0))
    yield doubted
    yield GaugeMetricFamily("viva_asr_level", "How far the recogniser has cut down, 0 to 5.", value=stats.level)
    yield GaugeMetricFamily("viva_asr_failing", "1 while the engine fails at everything.", value=stats.failing)
    yield GaugeMetricFamily("viva_asr_busy_ratio", "Share of the threads' time spent decoding.", value=stats.busy)


def collect_media(counters: MediaCounters) -> Iterator[Metric]:
    packets = CounterMetricFamily(
        "viva_media_packets", "RTP packets of candidates by what became of them.", labels=["kind", "outcome"]
    )
    received = CounterMetricFamily("viva_media_received_bytes", "Payload of candidates.", labels=["kind"])
    asked = CounterMetricFamily("viva_media_requests", "Asked of senders over RTCP.", labels=["what"])
    restarts = CounterMetricFamily("viva_media_restarts", "Jumps of sequence numbers in sound.")
    for kind, stream in (("audio", counters.audio), ("video", counters.video)):
        for outcome in _OUTCOMES:
            packets.add_metric([kind, outcome], getattr(stream, outcome))
        received.add_metric([kind], stream.bytes)
    asked.add_metric(["packets"], counters.video.nacks)
    asked.add_metric(["key_frame"], counters.video.key_frame_requests)
    restarts.add_metric([], counters.audio.restarts)
    heard = CounterMetricFamily(
        "viva_media_heard_seconds", "Sound that was listened to, by where it came from.", labels=["source"]
    )
    for source in fields(counters.heard):
        heard.add_metric([source.name], to_seconds(getattr(counters.heard, source.name)))
    dropped = CounterMetricFamily("viva_media_dropped", "Dropped for want of room or of use, by place.", labels=["at"])
    for place in fields(counters.dropped):
        dropped.add_metric([place.name], getattr(counters.dropped, place.name))
    refused = CounterMetricFamily("viva_media_refused", "Datagrams and packets turned away.", labels=["why"])
    for reason in fields(counters.refused):
        refused.add_metric([reason.name], getattr(counters.refused, reason.name))
    captions = CounterMetricFamily(
        "viva_media_caption_words", "Words shown as certain, by what the final text made of them.", labels=["outcome"]
    )
    for certain in fields(counters.captions):
        captions.add_metric([certain.name], getattr(counters.captions, certain.name))
    speculation = CounterMetricFamily(
        "viva_media_speculative_seconds",
        "Speech decoded as a final before it was known to be over.",
        labels=["outcome"],
    )
    for fate in fields(counters.speculation):
        speculation.add_metric([fate.name], getattr(counters.speculation, fate.name) / 1000)
    yield from (packets, received, asked, restarts, heard, dropped, refused, captions, speculation)


class AllWorkers(Collector):
    """`pages`: by number of worker."""

    def __init__(self, pages: Mapping[int, str]) -> None:
        self._pages = pages

    def collect(self) -> Iterator[Metric]:
        merged: dict[str, Metric] = {}
        for worker, page in sorted(self._pages.items()):
            for family in text_string_to_metric_families(page):
                whole = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                whole.samples += [_label(sample, worker) for sample in family.samples]
        yield from merged.values()


def _label(sample: Sample, worker: int) -> Sample:
    return sample._replace(labels={**sample.labels, WORKER: str(worker)})
