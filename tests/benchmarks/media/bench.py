"""What all parts of a run share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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

    @contextmanager
    def open_stages(self, *variants: tuple[str, str], trace: bool = False) -> Iterator[tuple[Stage, ...]]:
        """One server process for each (kind, loop); all of them idle on the server's core until they get sessions."""
        with ExitStack() as stack:
            stages = tuple(
                stack.enter_context(
                    Stage(
                        self.generator,
                        self._server_core,
                        self.plan,
                        cast(ServerKind, kind),
                        loop,
                        trace=trace,
                        remember=self.report.windows.append,
                    )
                )
                for kind, loop in variants
            )
            for stage in stages:
                stage.wait_ready()
            yield stages

    def close(self) -> None:
        self.generator.close()
