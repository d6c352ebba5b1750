"""What all parts of a run share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from tests.benchmarks.media.generator import run_generator
from tests.benchmarks.media.messages import ServerKind
from tests.benchmarks.media.process import Child
from tests.benchmarks.media.report import Report
from tests.benchmarks.media.stage import Plan, Stage


class Bench:
    """The server's core and the generator's, the plan, and the report that the parts write into."""

    words = {
        "naive": "aiortc's documented way",
        "path": "media path",
        "whole": "whole, with denoise and voice activity",
    }

    def __init__(self, plan: Plan, cores: tuple[int, int], report: Report, say: Callable[[str], None], *, full: bool):
        self.plan = plan
        self.report = report
        self.say = say
        self.full = full
        self._server_core, generator_core = cores
        self.generator = Child("load generator", generator_core, run_generator)
        self._generator_ready = False
        self._stages: dict[tuple[str, str], Stage] = {}

    @contextmanager
    def use_stages(self, *variants: tuple[str, str]) -> Iterator[tuple[Stage, ...]]:
        """One server process for each (kind, loop), without sessions. They are kept for the next part, idle on the
        server's core; those of a part that failed are not."""
        new = [variant for variant in variants if variant not in self._stages]
        self._stages |= {variant: self._open(*variant, trace=False) for variant in new}
        try:
            self._wait(*(self._stages[variant] for variant in new))
            yield tuple(self._stages[variant] for variant in variants)
            for variant in variants:
                self._stages[variant].close_sessions(0)
        except BaseException:
            for variant in variants:
                self._stages.pop(variant).close()
            raise

    @contextmanager
    def trace_stages(self, *variants: tuple[str, str]) -> Iterator[tuple[Stage, ...]]:
        """Processes of their own, which remember each frame that they were given."""
        stages = [self._open(*variant, trace=True) for variant in variants]
        try:
            self._wait(*stages)
            yield tuple(stages)
        finally:
            for stage in stages:
                stage.close()

    def close(self) -> None:
        for stage in self._stages.values():
            stage.end()
        self.generator.close()

    def _open(self, kind: str, loop: str, *, trace: bool) -> Stage:
        return Stage(
            self.generator,
            self._server_core,
            self.plan,
            cast(ServerKind, kind),
            loop,
            trace=trace,
            remember=self.report.windows.append,
        )

    def _wait(self, *stages: Stage) -> None:
        if not self._generator_ready:
            self.generator.read_answer(within_s=180.0)
            self._generator_ready = True
        for stage in stages:
            stage.wait_ready()
