"""Reads the training part of the gold set: answers labelled within their text (docs/gold-set.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.gold.guide import COMPETENCIES, Competency, Part, QuestionKind, Shows
from tests.gold.loader import FOLDER, GoldError, Sheet, make_sheet

_MARK = re.compile(r"\[(?P<shows>-?[a-z_]+):\s+(?P<quote>[^\[\]]+)\]")


def load_training(language: str, folder: Path = FOLDER) -> tuple[Sheet, ...]:
    """A sheet for each question. Raises GoldError at the first file that does not keep to the format."""
    paths = sorted((folder / language / Part.TRAINING).glob("*.yaml"))
    return tuple(sheet for path in paths for sheet in read_marked(path))


def read_marked(path: Path) -> Iterable[Sheet]:
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        competency = COMPETENCIES[written["competency"]]
        kind = QuestionKind(written["kind"])
        for number, question in enumerate(written["questions"]):
            answers = [
                _unfold(answer, competency, f"{path.stem}-{path.parent.parent.name[:2]}-t{number}-{at}")
                for at, answer in enumerate(question["answers"])
            ]
            sheet = {
                "competency": competency.name,
                "question": {"kind": kind.value, "text": question["text"]},
                "answers": answers,
            }
            yield make_sheet(sheet, path.with_name(f"{competency.name}.yaml"))
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise GoldError(f"{path}: {type(error).__name__}: {error}") from error


def _unfold(answer: dict[str, object], competency: Competency, name: str) -> dict[str, object]:
    marked = str(answer["text"])
    text, evidence = "", []
    at = 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        if mark["quote"] in text:
            raise GoldError(f"{name}: {mark['quote']!r} stands in the text before its mark")
        text += mark["quote"]
        evidence.append(_label(mark["shows"], mark["quote"], competency))
        at = mark.end()
    text += marked[at:]
    if "[" in text or "]" in text:
        raise GoldError(f"{name}: a mark that is none, at {text[max(0, text.find('[')) :][:40]!r}")
    return {
        "id": name,
        "text": text,
        "level": answer["level"],
        "evidence": evidence,
        "probe": {"best": answer["probe"], "fine": []},
        "note": "marked within the text",
    }


def _label(shows: str, quote: str, competency: Competency) -> dict[str, object]:
    if shows.startswith("-"):
        return {"quote": quote, "sign": -1, "shows": Shows.COUNTER.value, "indicator": shows[1:]}
    if shows in competency.indicators:
        return {"quote": quote, "sign": 1, "shows": Shows.BEHAVIOUR.value, "indicator": shows}
    return {"quote": quote, "sign": 1, "shows": shows}
