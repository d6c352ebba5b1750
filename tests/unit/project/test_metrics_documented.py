"""Whoever watches a server can look up everything it tells."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
FAMILY = re.compile(r"(Counter|Gauge|Histogram)MetricFamily\(\s*\"(viva_\w+)\"")


def test_every_metric_is_explained() -> None:
    told = {
        name + ("_total" if kind == "Counter" else "")
        for path in (ROOT / "server").rglob("*.py")
        for kind, name in FAMILY.findall(path.read_text(encoding="utf-8"))
    }
    assert len(told) > 20
    explained = set(re.findall(r"viva_\w+", (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")))
    assert told - explained == set()
    assert {name for name in explained if name.startswith(("viva_asr_", "viva_media_", "viva_loop_"))} - told == set()
