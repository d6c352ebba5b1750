"""What was measured, in one place: the figures, the windows behind them, and the table in the documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.media.stage import Measured

KEYS = (
    "one_session_ratio", "full_load_ratio", "candidates_per_core", "whole_per_core", "observer_ratio", "audio_ratio",
    "loss_delay_ms", "video_resume_ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One of `KEYS`."""

    title: str
    bar: str
    value: float
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """Windows of one variant at one number of sessions."""

    variant: str
    loop: str
    windows: tuple[Measured, ...]

    @property
    def costs(self) -> list[float]:
        return [window.cost for window in self.windows]

    def write(self) -> str:
        server = self.windows[-1].server
        costs = self.costs
        memory_mb = median(window.server.memory_mb for window in self.windows)
        cells = (
            self.variant,
            str(server.sessions),
            self.loop,
            f"{median(costs):.4f} ({min(costs):.4f}-{max(costs):.4f}, {len(costs)} windows)",
            f"{median(window.server.cpu_share for window in self.windows):.0%}",
            f"{median(window.server.lag_p50_ms for window in self.windows):.1f}",
            f"{median(window.server.lag_p99_ms for window in self.windows):.1f}",
            f"{min(window.received_share for window in self.windows):.1%}" if _has_observers(self) else "-",
            f"{memory_mb:.0f}",
        )
        return "| " + " | ".join(cells) + " |"


def _has_observers(row: Row) -> bool:
    return any(window.load.receptions for window in row.windows)


@dataclass(slots=True)
class Report:
    figures: dict[str, Figure] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    windows: list[Measured] = field(default_factory=list)

    def values(self) -> dict[str, float | None]:
        """The JSON object: what was not measured is None."""
        return {key: self.figures[key].value if key in self.figures else None for key in KEYS}

    @property
    def conditions(self) -> list[str]:
        """How quiet it was, and whether the load generator kept up."""
        if not self.windows:
            return []
        shares = [window.load.cpu_share for window in self.windows]
        others = [window.server.others_share for window in self.windows]
        late_ms = [window.load.late_p99_ms for window in self.windows]
        return [
            f"Load generator: at most {max(shares):.0%} of its core, p99 of its lateness at most {max(late_ms):.1f} ms"
            f" (median {median(late_ms):.1f}).",
            f"Others on the server's core: median {median(others):.1%}, at most {max(others):.1%} of it in a window.",
        ]

    def write(self) -> str:
        """Markdown."""
        lines = ["| figure | measured | bar | |", "|---|---|---|---|"]
        for key in KEYS:
            if key in self.figures:
                figure = self.figures[key]
                lines.append(f"| {figure.title} (`{key}`) | **{figure.value:g}** | {figure.bar} | {figure.detail} |")
        lines += [
            "",
            "| variant | sessions | loop | CPU s per session-second: median (range) | core | lag p50, ms | lag p99, ms"
            " | worst observer got | MB |",
            "|---|---|---|---|---|---|---|---|---|",
            *(row.write() for row in self.rows),
            "",
            *(f"- {note}" for note in [*self.notes, *self.conditions]),
        ]
        return "\n".join(lines)
