"""`viva audit agreement`: reports, refusals, and tables that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.cli.ratings import MAX_FILE_BYTES, MAX_RATINGS, RatingsInvalid, read_ratings

HEADER = "answer,competency,rater,level\n"
LEVELS = [1, 2, 3, 4, 5, 3, 2, 4, 3, 5, 1, 2]


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(content: str | bytes) -> str:
    Path("ratings.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return "ratings.csv"


def table(count: int = len(LEVELS)) -> str:
    rows = [f"a{index},teamwork,ann,{level}\n" for index, level in enumerate(LEVELS)]
    rows += [f"a{index},teamwork,viva,{min(5, level + index % 2)}\n" for index, level in enumerate(LEVELS[:count])]
    return HEADER + "".join(rows)


def audit(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", "agreement", *arguments, "--draws", "100"])


def test_people_get_words_and_programs_get_figures() -> None:
    file = write(table() + "a90,teamwork,ann,none\na90,teamwork,viva,NONE\n")
    told = audit(file)
    assert told.exit_code == 0, told.stderr
    for words in ("ICC(2,1)", "weighted kappa", "95 % interval", "12 pairs", "Landis & Koch", "neither 1"):
        assert words in told.stdout
    report = json.loads(audit(file, "--json").stdout)
    figures = {item["measure"]: item for item in report["scopes"][0]["figures"]}
    assert report["raters"] == ["ann", "viva"]
    assert figures["weighted_kappa"]["n"] == 12
    assert figures["weighted_kappa"]["low"] <= figures["weighted_kappa"]["value"] <= figures["weighted_kappa"]["high"]
    assert figures["within_one"]["value"] == 1
    assert figures["cronbach_alpha"]["missing"] == "no_columns"


def test_the_same_file_and_seed_give_the_same_bytes() -> None:
    file = write(table())
    assert audit(file, "--json").stdout_bytes == audit(file, "--json").stdout_bytes
    assert audit(file).stdout_bytes == audit(file).stdout_bytes
    assert audit(file, "--json", "--seed", "2").stdout != audit(file, "--json").stdout


def test_below_ten_pairs_it_refuses() -> None:
    result = audit(write(table(9)))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "too_few_pairs: ratings.csv: 9 answers rated by two raters; at least 10 are needed to say anything\n"
    )
    assert audit(write(table(10))).exit_code == 0


def test_columns_may_come_in_any_order_with_a_mark_of_the_encoding() -> None:
    content = "\ufeffLevel, Rater ,competency,answer,question,candidate\r\n3,ann,teamwork,a1,q1,c1\r\n\r\n"
    (rating,) = read_ratings(Path(write(content)))
    assert (rating.level, rating.rater, rating.answer) == (3, "ann", "a1")
    assert (rating.candidate, rating.question) == ("c1", "q1")


ROW = "a1,teamwork,ann,3\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        (HEADER, "there is a header and no rating"),
        ("answer,competency,rater\n", "line 1: the column 'level' is missing"),
        ("answer,competency,rater,level,mood\n", "line 1: there is no column 'mood'"),
        ("answer,competency,rater,level,level\n", "line 1: the column 'level' stands here twice"),
        ("answer;competency;rater;level\n", "line 1: columns are separated by commas"),
        (HEADER + "a1,teamwork,ann,6\n", "line 2: level: '6' is none of 1, 2, 3, 4, 5 and none"),
        (HEADER + "a1,teamwork,ann,3.5\n", "line 2: level: '3.5'"),
        (HEADER + "a1,teamwork,ann,-1\n", "line 2: level: '-1'"),
        (HEADER + "a1,teamwork,ann,٣\n", "line 2: level: "),
        (HEADER + "a1,teamwork,ann,=1+1\n", "line 2: level: '=1+1'"),
        (HEADER + "a1,teamwork,ann,\n", "line 2: level: is empty"),
        (HEADER + "a1,teamwork,,3\n", "line 2: rater: is empty"),
        (HEADER + "a1,teamwork,ann\n", "line 2: expected 4 cells, found 3"),
        (HEADER + f"{'x' * 300},teamwork,ann,3\n", "line 2: answer: longer than 200 characters"),
        (HEADER + ROW * 3, "line 4: this rater has rated this competency of this answer twice already"),
        (HEADER + 'a1,"team', "no CSV"),
        (HEADER + 'a1,"team"work,ann,3\n', "no CSV"),
        (HEADER.encode() + b"a1,teamwork,\xff,3\n", "line 2: not UTF-8"),
        (b"\x00\x01\x02", "this is no table of text"),
        (HEADER + '"' + "x" * 200_000 + '",teamwork,ann,3\n', "no CSV: field larger than field limit"),
        (b"a" * (MAX_FILE_BYTES + 1), "larger than 8 MiB"),
    ],
)
def test_a_wrong_table_is_explained(content: str | bytes, message: str) -> None:
    result = audit(write(content))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("ratings_invalid: ratings.csv")
    assert message in result.stderr
    assert len(result.stderr) < 5000


def test_of_many_mistakes_the_first_are_told() -> None:
    result = audit(write(HEADER + "a1,teamwork,ann,9\n" * 500))
    assert len(result.stderr.splitlines()) == 20


def test_too_many_ratings_are_refused() -> None:
    rows = "".join(f"a{index},teamwork,ann,3\n" for index in range(MAX_RATINGS + 1))
    with pytest.raises(RatingsInvalid, match=f"more than {MAX_RATINGS} ratings"):
        read_ratings(Path(write(HEADER + rows)))


def test_a_missing_file_and_wrong_options_end_as_they_should() -> None:
    missing = audit("nowhere.csv")
    assert (missing.exit_code, missing.stderr) == (1, "ratings_invalid: nowhere.csv: No such file or directory\n")
    assert CliRunner().invoke(app, ["audit", "agreement", write(table()), "--draws", "7"]).exit_code == 2
