"""A figure against its bar."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`bar`: at most, or with `least` at least. A value that is not a number was not measured."""

    title: str
    value: float
    bar: float | None = None
    least: bool = False
    detail: str = ""

    @property
    def missed(self) -> bool:
        if self.bar is None or math.isnan(self.value):
            return False
        return not (self.value >= self.bar if self.least else self.value <= self.bar)

    def write(self, key: str) -> str:
        sign = "≥" if self.least else "≤"
        bar = "" if self.bar is None else f"{sign} {self.bar:g}"
        missed = " missed" if self.missed else ""
        value = "-" if math.isnan(self.value) else f"**{self.value:.4g}**"
        return f"| {self.title} (`{key}`) | {value} | {bar}{missed} | {self.detail} |"


def write_range(values: tuple[float, float]) -> str:
    return f"{write_s(values[0])} to {write_s(values[1])}"


def write_s(seconds: float) -> str:
    return "never" if math.isinf(seconds) else f"{seconds:.2f}"


def write_failures(codes: tuple[str, ...] | list[str]) -> str:
    """How often each."""
    return ", ".join(f"{codes.count(code)} x {code}" for code in sorted(set(codes))) or "none"
