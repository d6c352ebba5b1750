"""`python -m tests.benchmarks.mind.fit`: the weights of `realtime_scoring.claims` and of its tagger, found anew.

Logistic regressions with a ridge over the clauses of the answers to behavioural questions in the develop and training
parts. What the tagger says of results and lessons is found for each fold by the others, and only then used to find the
weights of evidence, so that these see it as wrong as it will be. What a threshold would do is measured on the folds,
too. `--write` writes the tables of the lexicons.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

import realtime_scoring
from realtime_scoring.claims import BASE, FEATURES
from realtime_scoring.engine import ScoringEngine
from realtime_scoring.evidence import find_claims
from realtime_scoring.features import ClauseFacts, describe, find_facts, leave_out_idle, read_facts
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.pieces import EVERY
from realtime_scoring.tagger import SCALE, Tagger
from realtime_scoring.types import AnswerText, Language
from tests.benchmarks.mind.reading import LANGUAGES, Span, ask
from tests.gold.guide import Part, QuestionKind, Shows
from tests.gold.loader import Answer, Sheet, load
from tests.gold.training import load_training

FOLDER = Path(realtime_scoring.__file__).parent / "lexicons"
FOLDS = 5
_SEEN = 3
"""A piece that fewer clauses hold is not learned."""
_RIDGE_PIECES, _RIDGE_FEATURES = 3.0, 1.0
_SMALLEST = 3
"""In parts of SCALE: weights below are left out."""
_THRESHOLDS = (-0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_LESSONS = frozenset({"drew_lesson", "changed_practice"})

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    sheet: Sheet
    answer: Answer
    fold: int

    @property
    def language(self) -> Language:
        return "zh-CN" if self.sheet.language == "zh-CN" else "en"

    @property
    def said(self) -> tuple[AnswerText, ...]:
        return (AnswerText(self.answer.id, self.answer.text, self.language),)

    def is_told(self, fact: ClauseFacts, shows: Callable[[Shows, str | None], bool]) -> frozenset[int]:
        """Which labels of this kind a clause is about."""
        here = Span(fact.clause.char_start, fact.clause.char_end, 1)
        return frozenset(
            number
            for number, label in enumerate(self.answer.evidence)
            if label.sign > 0 and shows(label.shows, label.indicator) and here.is_about(self._place(label.quote))
        )

    def _place(self, quote: str) -> Span:
        start = self.answer.text.index(quote)
        return Span(start, start + len(quote), 1)


@dataclass(frozen=True, slots=True)
class Row:
    item: Item
    pieces: frozenset[str]
    label: bool
    about: frozenset[int] = frozenset()


def gather(language: Language) -> list[Item]:
    sheets = (*load(language, Part.DEVELOP), *load_training(language))
    answers = [
        (sheet, answer)
        for sheet in sheets
        if sheet.question.kind is QuestionKind.BEHAVIOURAL
        for answer in sheet.answers
    ]
    return [Item(sheet, answer, number % FOLDS) for number, (sheet, answer) in enumerate(answers)]


def is_result(shows: Shows, indicator: str | None) -> bool:
    return shows in (Shows.RESULT, Shows.MEASURED_RESULT)


def is_lesson(shows: Shows, indicator: str | None) -> bool:
    return shows is Shows.REFLECTION or indicator in _LESSONS


def is_any(shows: Shows, indicator: str | None) -> bool:
    return True


def read_wording(
    items: Iterable[Item], lexicons: dict[Language, Lexicon], shows: Callable[[Shows, str | None], bool]
) -> list[Row]:
    rows = []
    for item in items:
        facts = leave_out_idle(find_facts(item.said, lexicons), lexicons)
        rows += [Row(item, describe(facts, at), bool(item.is_told(fact, shows))) for at, fact in enumerate(facts)]
    return rows


def read_claims(item: Item, engine: ScoringEngine, lexicons: dict[Language, Lexicon]) -> Iterable[Row]:
    entry = engine.rubric.find(item.sheet.competency)
    if entry is None or engine.assess(ask(item.sheet), item.said).levels[0].level is None:
        return
    described = {
        fact.clause: describe(facts, at)
        for facts in (leave_out_idle(find_facts(item.said, lexicons), lexicons),)
        for at, fact in enumerate(facts)
    }
    for claim in find_claims(entry, read_facts(item.said, lexicons), lexicons):
        features = {feature.piece for feature in FEATURES if feature.holds(claim)}
        wording = {piece for piece in described[claim.fact.clause] if not piece.startswith(EVERY)}
        about = item.is_told(claim.fact, is_any)
        yield Row(item, frozenset(features | wording), bool(about), about)


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """Weight of each piece; of the constant by the empty name."""
    seen = Counter(piece for row in rows for piece in row.pieces)
    names = sorted(piece for piece, count in seen.items() if count >= _SEEN)
    table = _tabulate(rows, names)
    labels = np.array([float(row.label) for row in rows])
    ridge = np.array([_RIDGE_FEATURES if name[0] in BASE + EVERY else _RIDGE_PIECES for name in names])

    def lose(weights: Numbers) -> tuple[float, Numbers]:
        odds = table @ weights[1:] + weights[0]
        wrong = 1 / (1 + np.exp(-odds)) - labels
        loss = np.logaddexp(0, odds).sum() - labels @ odds + 0.5 * (ridge * weights[1:] ** 2).sum()
        return float(loss), np.concatenate(([wrong.sum()], table.T @ wrong + ridge * weights[1:]))

    found = minimize(lose, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {"": float(found[0]), **dict(zip(names, map(float, found[1:]), strict=True))}


def _tabulate(rows: Sequence[Row], names: Sequence[str]) -> sparse.csr_matrix:
    column = {name: at for at, name in enumerate(names)}
    places = [(at, column[piece]) for at, row in enumerate(rows) for piece in row.pieces if piece in column]
    across, down = zip(*places, strict=True)
    return sparse.csr_matrix((np.ones(len(places)), (across, down)), (len(rows), len(names)))


def make_tagger(language: Language, evidence: dict[str, float], kinds: Sequence[dict[str, float]]) -> Tagger:
    """A constant stands with the piece that every claim, or every clause, has."""
    heads = [_with_constant(evidence, BASE), *(_with_constant(kind, EVERY) for kind in kinds)]
    weights = {}
    for name in sorted({name for head in heads for name in head}):
        evidence_weight, *told = (round(head.get(name, 0.0) * SCALE) for head in heads)
        if any(abs(weight) >= _SMALLEST for weight in (evidence_weight, *told)):
            weights[name] = (evidence_weight, told[0], told[1])
    return Tagger(language, weights)


def _with_constant(head: dict[str, float], piece: str) -> dict[str, float]:
    known = {name: weight for name, weight in head.items() if name}
    return known | {piece: known.get(piece, 0.0) + head[""]} if "" in head else known


def weigh(row: Row, weights: dict[str, float]) -> float:
    return weights[""] + sum(weights.get(piece, 0.0) for piece in row.pieces)


@dataclass(frozen=True, slots=True)
class Fitted:
    tagger: Tagger
    left_out: list[tuple[Row, float]]
    """Clauses, and log odds by weights found without their answer."""


def fit_language(language: Language, engine: ScoringEngine) -> Fitted:
    items = gather(language)
    bare = engine.lexicons | {language: replace(engine.lexicons[language], tagger=Tagger(language, {}))}
    kinds = [read_wording(items, bare, shows) for shows in (is_result, is_lesson)]
    rows: list[Row] = []
    for fold in range(FOLDS):
        heads = [fit([row for row in kind if row.item.fold != fold]) for kind in kinds]
        lexicons = bare | {language: replace(bare[language], tagger=make_tagger(language, {}, heads))}
        for item in items:
            if item.fold == fold:
                rows += read_claims(item, engine, lexicons)
    left_out = []
    for fold in range(FOLDS):
        weights = fit([row for row in rows if row.item.fold != fold])
        left_out += [(row, weigh(row, weights)) for row in rows if row.item.fold == fold]
    evidence = fit(rows)
    tagger = make_tagger(language, evidence, [fit(kind) for kind in kinds])
    return Fitted(tagger, left_out)


def report(language: Language, fitted: Fitted) -> None:
    items = {id(row.item): row.item for row, _ in fitted.left_out}
    known = sum(label.sign > 0 for item in items.values() for label in item.answer.evidence)
    for threshold in _THRESHOLDS:
        sure = [row for row, odds in fitted.left_out if odds >= threshold]
        met = {(id(row.item), number) for row in sure for number in row.about}
        precision = sum(row.label for row in sure) / max(1, len(sure))
        print(f"{language} {threshold:+.1f}: precision {precision:.3f}, recall {len(met) / known:.3f}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mind.fit", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables of the lexicons")
    asked = parser.parse_args()
    engine = ScoringEngine.default()
    for language in LANGUAGES:
        fitted = fit_language(language, engine)
        report(language, fitted)
        if asked.write:
            table = sorted(fitted.tagger.weights.items())
            lines = ("\t".join((piece, *map(str, weights))) + "\n" for piece, weights in table)
            (FOLDER / f"{language}.tsv").write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
