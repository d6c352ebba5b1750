"""What a worker tells Prometheus of its media: every counter, and nothing that names anybody."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from media.counters import (
    CaptionCounters,
    DropCounters,
    HeardCounters,
    MediaCounters,
    RefusalCounters,
    SpeculationCounters,
    StreamCounters,
)
from media.transcription.condition import DegradeLevel, RecogniserStats
from media.types import TextFault
from server.nodes.exposition import AllWorkers, collect_asr, collect_media

KINDS = {"audio", "video"}
LABELS = {"kind", "outcome", "what", "source", "at", "why", "fault"}


def expose(told: MediaCounters | RecogniserStats) -> str:
    class One:
        def collect(self) -> object:
            return collect_media(told) if isinstance(told, MediaCounters) else collect_asr(told)

    registry = CollectorRegistry()
    registry.register(One())  # type: ignore[arg-type]
    return generate_latest(registry).decode()


def read(page: str) -> dict[tuple[str, ...], float]:
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return {
        (sample.name, *sample.labels.values()): sample.value
        for sample in samples
        if not sample.name.endswith("_created")
    }


def test_every_counter_is_told() -> None:
    """Each has a value of its own here. Only pictures are asked for again, only sound restarts."""
    numbers = iter(range(1, 100))
    expected: list[float] = []

    def fill(kind: type, but: tuple[str, ...] = (), *, per_unit: int = 1) -> object:
        values = {each.name: next(numbers) for each in fields(kind) if each.name not in but}
        expected.extend(value / per_unit for value in values.values())
        return kind(**values)

    counters = MediaCounters(
        fill(StreamCounters, ("nacks", "key_frame_requests")),  # type: ignore[arg-type]
        fill(StreamCounters, ("restarts",)),  # type: ignore[arg-type]
        fill(HeardCounters, per_unit=16_000),  # type: ignore[arg-type]
        fill(DropCounters),  # type: ignore[arg-type]
        fill(RefusalCounters),  # type: ignore[arg-type]
        fill(CaptionCounters),  # type: ignore[arg-type]
        fill(SpeculationCounters, per_unit=1_000),  # type: ignore[arg-type]
    )
    assert sorted(read(expose(counters)).values()) == sorted(expected)


def test_every_figure_of_the_recogniser_is_told() -> None:
    numbers: dict[str, Any] = {each.name: float(number) for number, each in enumerate(fields(RecogniserStats), 10)}
    faults = {fault: 100.0 + number for number, fault in enumerate(get_args(TextFault))}
    numbers["level"] = DegradeLevel.PLAIN_FINALS
    stats = RecogniserStats(**{**numbers, "faults": faults})
    del numbers["faults"]
    expected = [value / 1000 if name.endswith("_ms") else value for name, value in numbers.items()]
    expected += faults.values()
    assert sorted(read(expose(stats)).values()) == sorted(expected)


def test_names_and_labels_are_words_from_lists() -> None:
    page = expose(MediaCounters(audio=StreamCounters(late=3, bytes=900), heard=HeardCounters(fec=8_000)))
    told = read(page)
    assert told["viva_media_packets_total", "audio", "late"] == 3
    assert told["viva_media_received_bytes_total", "audio"] == 900
    assert told["viva_media_heard_seconds_total", "fec"] == 0.5
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            assert sample.labels.keys() <= LABELS
            assert sample.labels.get("kind", "audio") in KINDS


def test_workers_are_told_apart() -> None:
    pages = {
        number: expose(MediaCounters(refused=RefusalCounters(strays=number + 1), audio=StreamCounters(restarts=5)))
        for number in (0, 1)
    }
    registry = CollectorRegistry()
    registry.register(AllWorkers(pages))
    told = read(generate_latest(registry).decode())
    assert told["viva_media_refused_total", "strays", "0"] == 1
    assert told["viva_media_refused_total", "strays", "1"] == 2
    assert told["viva_media_restarts_total", "1"] == 5
