"""`viva score`: the score of a written transcript, with its reasons, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from server.cli.score_report import build_report, print_report
from server.cli.transcript import read_transcript, to_scored
from server.interviews.rubrics import open_scoring
from server.protocol.flow import Language
from server.settings import load_settings


def score(
    file: Annotated[Path, typer.Argument(metavar="TRANSCRIPT.json", help="See docs/scoring.md for the format.")],
    language: Annotated[
        Language | None, typer.Option(help="Language of the report; without it that of the transcript.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Score a transcript and explain every level. The same file gives the same result, byte for byte."""
    engine = open_scoring(load_settings().rubrics_dir)
    transcript = read_transcript(file, [competency.id for competency in engine.competencies()])
    report = build_report(engine, to_scored(transcript), language or transcript.language)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        print_report(report)
