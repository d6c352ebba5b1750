"""Reads the gold set. A file that does not keep to the format is refused with its place, never read in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from tests.gold.guide import COMPETENCIES, FOLLOWS, LEVELS, Competency, Follow, Part, QuestionKind, Shows

FOLDER = Path(__file__).parent

Word = TypeVar("Word", bound=StrEnum)


class GoldError(ValueError):
    """What is wrong, after the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    quote: str
    """An exact piece of the answer's text."""
    sign: int
    shows: Shows
    indicator: str | None
    """Of the competency; only for a behaviour, or one of the negative ones for counter-evidence."""


@dataclass(frozen=True, slots=True)
class Probe:
    best: Follow
    fine: tuple[Follow, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    text: str
    level: int | None
    """1 to 5, or None where there is not enough to judge."""
    evidence: tuple[Evidence, ...]
    probe: Probe
    note: str


@dataclass(frozen=True, slots=True)
class Question:
    kind: QuestionKind
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: a question for one competency, and answers to it."""

    language: str
    part: Part
    competency: str
    question: Question
    answers: tuple[Answer, ...]


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{Part.DEVELOP}")))


def load(language: str, part: Part, folder: Path = FOLDER) -> tuple[Sheet, ...]:
    """The sheets of a part, by competency and kind. Raises GoldError at the first that does not keep to the format."""
    return tuple(read_sheet(path) for path in sorted((folder / language / part).glob("*.yaml")))


def read_sheet(path: Path) -> Sheet:
    """The language, the part and the competency's name are those of the path `LANGUAGE/PART/COMPETENCY.yaml`, or
    `COMPETENCY_KIND.yaml` where a part asks questions of two kinds."""
    try:
        return make_sheet(yaml.safe_load(path.read_text(encoding="utf-8")), path)
    except yaml.YAMLError as error:
        raise GoldError(f"{path}: {error}") from error
    except GoldError as error:
        raise GoldError(f"{path}: {error}") from error


def make_sheet(value: object, path: Path) -> Sheet:
    """`path` is the place that the value stands for, or is read from; raises GoldError with what is wrong."""
    fields = _fields(value, "the file", {"competency", "question", "answers"})
    name = _text(fields["competency"], "competency")
    asked = _fields(fields["question"], "question", {"kind", "text"})
    kind = _word(QuestionKind, asked["kind"], "question.kind")
    if name not in COMPETENCIES or path.stem not in {name, f"{name}_{kind}"}:
        raise GoldError(f"competency: {name!r} is unknown, or not the file's name")
    return Sheet(
        language=path.parent.parent.name,
        part=_word(Part, path.parent.name, "the folder"),
        competency=name,
        question=Question(kind, _text(asked["text"], "question.text")),
        answers=tuple(
            _answer(item, f"answers[{at}]", COMPETENCIES[name], kind)
            for at, item in enumerate(_items(fields["answers"], "answers"))
        ),
    )


def _answer(value: object, place: str, competency: Competency, kind: QuestionKind) -> Answer:
    fields = _fields(value, place, {"id", "text", "level", "evidence", "probe", "note"})
    text = _text(fields["text"], f"{place}.text")
    evidence = tuple(
        _evidence(item, f"{place}.evidence[{at}]", text, competency)
        for at, item in enumerate(_items(fields["evidence"], f"{place}.evidence"))
    )
    if len({item.quote for item in evidence}) < len(evidence):
        raise GoldError(f"{place}.evidence: a quote stands twice")
    if sum(item.shows is Shows.OWN_ACTION for item in evidence) > 1:
        raise GoldError(f"{place}.evidence: more than one own_action")
    return Answer(
        id=_text(fields["id"], f"{place}.id"),
        text=text,
        level=_level(fields["level"], f"{place}.level"),
        evidence=evidence,
        probe=_probe(fields["probe"], f"{place}.probe", kind),
        note=_text(fields["note"], f"{place}.note"),
    )


def _evidence(value: object, place: str, text: str, competency: Competency) -> Evidence:
    fields = _fields(value, place, {"quote", "sign", "shows"}, optional={"indicator"})
    quote = _text(fields["quote"], f"{place}.quote")
    if quote not in text:
        raise GoldError(f"{place}.quote: {quote!r} is not in the text")
    shows = _word(Shows, fields["shows"], f"{place}.shows")
    sign = -1 if shows is Shows.COUNTER else 1
    if fields["sign"] != sign or isinstance(fields["sign"], bool):
        raise GoldError(f"{place}.sign: {fields['sign']!r}, but {shows} has the sign {sign}")
    allowed = {Shows.BEHAVIOUR: competency.indicators, Shows.COUNTER: competency.negative}.get(shows)
    if allowed is None:
        if "indicator" in fields:
            raise GoldError(f"{place}.indicator: {shows} has none")
        return Evidence(quote, sign, shows, None)
    indicator = _text(fields.get("indicator"), f"{place}.indicator")
    if indicator not in allowed:
        raise GoldError(f"{place}.indicator: {indicator!r} is not one of {competency.name} for {shows}")
    return Evidence(quote, sign, shows, indicator)


def _level(value: object, place: str) -> int | None:
    if value == "none":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value in LEVELS:
        return value
    raise GoldError(f"{place}: {value!r} is neither 1 to 5 nor none")


def _probe(value: object, place: str, kind: QuestionKind) -> Probe:
    fields = _fields(value, place, {"best", "fine"})
    best = _word(Follow, fields["best"], f"{place}.best")
    fine = tuple(_word(Follow, item, f"{place}.fine") for item in _items(fields["fine"], f"{place}.fine"))
    every = [best, *fine]
    if len(set(every)) < len(every):
        raise GoldError(f"{place}: a probe stands twice")
    if not FOLLOWS[kind].issuperset(every):
        raise GoldError(f"{place}: {', '.join(every)}, which a {kind} question does not allow")
    return Probe(best, fine)


def _fields(
    value: object, place: str, required: set[str], optional: frozenset[str] | set[str] = frozenset()
) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise GoldError(f"{place}: no mapping")
    if missing := required - value.keys():
        raise GoldError(f"{place}: without {', '.join(sorted(missing))}")
    if unknown := value.keys() - required - optional:
        raise GoldError(f"{place}: unknown key {', '.join(sorted(map(str, unknown)))}")
    return value


def _items(value: object, place: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise GoldError(f"{place}: no list")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise GoldError(f"{place}: no text")
    return value


def _word(kind: type[Word], value: object, place: str) -> Word:
    try:
        return kind(value)  # type: ignore[arg-type]  # whatever stood in the file; an unknown value raises
    except ValueError:
        raise GoldError(f"{place}: {value!r} is none of {', '.join(kind)}") from None
