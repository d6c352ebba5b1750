"""Writes the table of settings into README.md, between its two marks. A test holds the table against settings.py."""

from __future__ import annotations

from pathlib import Path

from server.settings import describe_settings

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def render_table() -> str:
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for setting in describe_settings():
        default = f"`{setting.default}`" if setting.default else ""
        meaning = setting.description.replace("|", "\\|")
        rows.append(f"| `{setting.variable}` | {default} | {meaning} |")
    return "\n".join(rows)


def read_table(text: str) -> str:
    return text.split(BEGIN)[1].split(END)[0].strip()


def write_table(text: str, table: str) -> str:
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(write_table(README.read_text("utf-8"), render_table()), "utf-8")
    print(f"{README.name}: table of settings written")
