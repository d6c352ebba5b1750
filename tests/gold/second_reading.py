"""What a second reader made of the held-out answers, with nothing but the guide and the bare texts before them.

`LANGUAGE/second_reading/COMPETENCY.yaml` holds labels alone, by the answers' ids: level, evidence and probe as in a
gold file, but no question, no text and no note, which are those of the held-out part. The reading is of the answers
that were there when it was done; the held-out part may hold more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from tests.gold.guide import Part
from tests.gold.loader import FOLDER, GoldError, Sheet, load, make_sheet

NAME = "second_reading"
_LABELS = frozenset({"id", "level", "evidence", "probe"})


def load_second_reading(language: str, folder: Path = FOLDER, gold: Path = FOLDER) -> tuple[tuple[Sheet, Sheet], ...]:
    """Pairs of (gold, second), both of the answers read twice alone and in the same order. Raises GoldError where
    labels do not fit."""
    return tuple(
        _pair(sheet, _read(folder / language / NAME / f"{sheet.competency}.yaml", sheet))
        for sheet in load(language, Part.HELD_OUT, gold)
    )


def _pair(gold: Sheet, second: Sheet) -> tuple[Sheet, Sheet]:
    read = {answer.id for answer in second.answers}
    return replace(gold, answers=tuple(answer for answer in gold.answers if answer.id in read)), second


def _read(path: Path, gold: Sheet) -> Sheet:
    try:
        labels = _take_labels(yaml.safe_load(path.read_text(encoding="utf-8")), gold)
        return make_sheet(labels, path.parent.with_name(Part.HELD_OUT.value) / path.name)
    except (OSError, yaml.YAMLError, GoldError) as error:
        raise GoldError(f"{path}: {error}") from error


def _take_labels(value: object, gold: Sheet) -> Mapping[str, object]:
    """The labels with question, texts and notes filled in, in the order of the gold answers."""
    if not isinstance(value, dict) or value.keys() != {"competency", "answers"}:
        raise GoldError("the file: not just competency and answers")
    answers = value["answers"]
    if not isinstance(answers, list) or not all(isinstance(item, dict) and item.keys() == _LABELS for item in answers):
        raise GoldError(f"answers: not just {', '.join(sorted(_LABELS))} in each")
    by_id = {item["id"]: item for item in answers}
    if len(by_id) < len(answers) or not by_id.keys() <= {answer.id for answer in gold.answers}:
        raise GoldError("answers: an id twice, or of no held-out answer")
    return {
        "competency": value["competency"],
        "question": {"kind": gold.question.kind.value, "text": gold.question.text},
        "answers": [
            {**by_id[answer.id], "text": answer.text, "note": answer.note}
            for answer in gold.answers
            if answer.id in by_id
        ],
    }
