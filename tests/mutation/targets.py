"""What is changed, and which tests must notice: the quick ones first, since the first failure settles a change."""

from __future__ import annotations

from dataclasses import dataclass

_SCORING = "tests/unit/scoring"
_TURNS = (
    f"{_SCORING}/turns",
    f"{_SCORING}/test_turn_deadline.py",
    f"{_SCORING}/test_endings.py",
    f"{_SCORING}/test_purity.py",
)
_SCORER = (
    f"{_SCORING}/rules",
    f"{_SCORING}/test_engine.py",
    f"{_SCORING}/test_follow_ups.py",
    f"{_SCORING}/test_phrases.py",
    f"{_SCORING}/test_progress.py",
    f"{_SCORING}/test_purity.py",
    f"{_SCORING}/test_parity.py",
    f"{_SCORING}/test_sensitive.py",
    f"{_SCORING}/test_spoken_rules.py",
    f"{_SCORING}/test_tagger.py",
    f"{_SCORING}/test_text.py",
    f"{_SCORING}/test_metamorphic.py",
    "tests/unit/explain/test_steps.py",
)

LEFT_OUT = (
    # Starts interpreters, which would read the unchanged file.
    f"{_SCORING}/test_engine.py::test_result_does_not_depend_on_the_process",
)
COPIED = ("realtime_scoring", "tests", "pyproject.toml")
COPIED_TESTS = ("conftest.py", "unit/scoring", "unit/explain", "benchmarks/mind", "gold")


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = LEFT_OUT

    @property
    def path(self) -> str:
        return f"realtime_scoring/{self.name}.py"

    @property
    def module(self) -> str:
        return f"realtime_scoring.{self.name.replace('/', '.')}"


TARGETS: tuple[Target, ...] = (
    *(
        Target(f"turns/{name}", _TURNS)
        for name in "announcing completeness deadline endings habit interruption patience words".split()
    ),
    *(
        Target(name, _SCORER)
        for name in (
            "scorer steps claims tagger pieces evidence coverage features follow_ups engine quotes phrases progress"
        ).split()
    ),
)
