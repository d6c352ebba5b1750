"""Writes docs/schemas/transcript.schema.json, made from the model that `viva score` reads transcripts with."""

from __future__ import annotations

from pathlib import Path

from server.cli.transcript import render_schema

SCHEMA_FILE = Path(__file__).parents[1] / "docs" / "schemas" / "transcript.schema.json"

if __name__ == "__main__":
    SCHEMA_FILE.write_text(render_schema(), encoding="utf-8")
