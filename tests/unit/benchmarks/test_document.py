"""The document of the benchmarks."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.document import describe_machine, put_section


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    put_section("a", "first", document)
    put_section("b", "second\n", document)
    document.write_text(document.read_text() + "\nBy hand.\n")
    put_section("a", "first again", document)
    assert document.read_text() == (
        "# Benchmarks\n\n<!-- a:start -->\nfirst again\n<!-- a:end -->\n\n<!-- b:start -->\nsecond\n<!-- b:end -->\n"
        "\nBy hand.\n"
    )


def test_the_machine_is_described_with_what_was_measured() -> None:
    words = describe_machine("numpy", "av")
    assert "logical processors" in words
    assert ", numpy " in words
    assert ", av " in words
