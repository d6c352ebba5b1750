"""What `viva audit agreement` says to people: figures, and what they mean."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from realtime_scoring.agreement.types import AgreementReport, Figure, Measure, Missing, Scope

_WIDTH = 110
_NAMES: dict[Measure, str] = {
    "icc_2_1": "ICC(2,1), one rater",
    "icc_2_k": "ICC(2,k), mean of all raters",
    "weighted_kappa": "weighted kappa (quadratic)",
    "spearman": "Spearman's rho",
    "mean_difference": "mean difference, levels",
    "within_one": "within one level",
    "retest_kappa": "same rater twice: weighted kappa",
    "retest_difference": "same rater twice: mean difference",
    "retest_within_one": "same rater twice: within one level",
    "cronbach_alpha": "Cronbach's alpha over questions",
}
_SHARES = frozenset({"within_one", "retest_within_one"})
_MISSING: dict[Missing, str] = {
    "too_few": "fewer than ten",
    "no_variation": "not defined: nothing varies",
    "no_second_ratings": "nobody rated twice",
    "no_columns": "needs the columns candidate and question",
    "one_question": "only one question",
}
# Landis & Koch 1977 for kappa; customary words, no thresholds for decisions.
_WORDS = ((0.81, "almost perfect"), (0.61, "substantial"), (0.41, "moderate"), (0.21, "fair"), (0.0, "slight"))


def print_agreement(report: AgreementReport) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    evidence = report.evidence
    console.print(_plain(f"{report.ratings} ratings by {len(report.raters)} raters: {', '.join(report.raters)}"))
    console.print(
        _plain(
            f"Enough evidence for a level: both {evidence.both_rated}, only one {evidence.one_rated},"
            f" neither {evidence.none_rated}. Figures below rest on those where both gave one."
        )
    )
    for scope in report.scopes:
        _print_scope(console, scope)
    console.print(_plain(_conclude(report.scopes[0])))
    console.print(_plain(f"Intervals: 95 %, percentile bootstrap, {report.draws} draws, seed {report.seed}."))


def _print_scope(console: Console, scope: Scope) -> None:
    title = "All ratings" if scope.kind == "all" else scope.name
    table = Table("Measure", "Value", "95 % interval", "n", title=_plain(title), title_justify="left")
    for figure in scope.figures:
        table.add_row(_NAMES[figure.measure], _value(figure), _interval(figure), f"{figure.n} {figure.unit}")
    console.print(table)


def _value(figure: Figure) -> str:
    if figure.value is None:
        return _MISSING[figure.missing] if figure.missing else "-"
    return _write(figure.measure, figure.value)


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return "-"
    return f"{_write(figure.measure, figure.low)} to {_write(figure.measure, figure.high)}"


def _write(measure: Measure, value: float) -> str:
    return f"{100 * value:.0f} %" if measure in _SHARES else f"{value:.2f}"


def _conclude(scope: Scope) -> str:
    kappa = next(figure for figure in scope.figures if figure.measure == "weighted_kappa")
    if kappa.value is None:
        return "All levels are the same, so agreement beyond chance cannot be told from these ratings."
    word = next((word for least, word in _WORDS if kappa.value >= least), "worse than chance")
    said = f"In the customary words (Landis & Koch 1977) this agreement is {word}"
    if kappa.low is not None and kappa.high is not None:
        said += f"; with so many ratings it may as well be anything from {kappa.low:.2f} to {kappa.high:.2f}"
    return f"{said}. It holds for these raters and these answers."


def _plain(text: str) -> Text:
    return Text("".join(character if character.isprintable() else " " for character in text))
