"""Each mistake in a rubric is told with its place and how to mend it, and a good one has none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import realtime_scoring
from realtime_scoring.engine import ScoringEngine
from realtime_scoring.errors import DataError
from realtime_scoring.linter.check import check_rubric
from realtime_scoring.linter.findings import Finding
from realtime_scoring.types import AnswerText, Question
from tests.unit.scoring.material import ENGINE, UNHURRIED

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((Path(realtime_scoring.__file__).parent / "rubrics").glob("*.yaml"))
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "rubric.schema.json").read_text(encoding="utf-8"))

SAFETY = """\
id: site_safety
name: {en: Site safety, zh-CN: 现场安全}
vocabulary:
  en: [safety, accident, helmet, scaffold]
  zh-CN: [安全, 事故, 头盔, 脚手架]
anchors:
  en: [Shows no act., Speaks of it., Describes two acts., Describes several own acts., Adds a measured result.]
  zh-CN: [没有行为。, 泛泛而谈。, 描述了两个行为。, 描述了本人的多个行为。, 还有可衡量的结果。]
indicators:
  - id: stopped_work
    label: {en: stopped unsafe work, zh-CN: 停止不安全的作业}
    example: {en: I stopped the work at once., zh-CN: 我马上叫停了作业。}
    en: ['stopped (?:the )?(?:work|crane|machine)']
    zh-CN: ['叫停了?[^,]{0,6}(?:作业|施工)']
  - id: secured_place
    label: {en: secured the place, zh-CN: 保护现场}
    example: {en: I fenced off the area., zh-CN: 我拉起了警戒线。}
    en: ['fenced off|put up (?:a )?(?:barrier|sign)']
    zh-CN: ['警戒线|围挡']
  - id: instructed
    label: {en: instructed others, zh-CN: 进行安全交底}
    example: {en: I showed everyone how to wear the harness., zh-CN: 我给大家做了安全交底。}
    en: ['(?:showed|taught)(?: [a-z]+){0,3} how to']
    zh-CN: ['安全交底|演示了']
negatives:
  - id: took_risk
    label: {en: took a risk, zh-CN: 冒险作业}
    example: {en: I climbed up without a helmet., zh-CN: 我没戴头盔就上去了。}
    en: ['without (?:a |my )?(?:helmet|harness)']
    zh-CN: ['没戴(?:头盔|安全帽)']
"""


def safety() -> Any:
    return yaml.safe_load(SAFETY)


def check(data: object, taken: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    return check_rubric(data, ENGINE.lexicons, taken)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nothing_is_wrong_with_a_shipped_rubric(path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert check(data) == ()
    jsonschema.validate(data, SCHEMA)
    for part in ("indicators", "negatives"):
        assert all("example" in item for item in data[part])


def test_an_organisations_own_rubric_has_none_and_scores() -> None:
    assert check(safety()) == ()
    jsonschema.validate(safety(), SCHEMA)
    engine = ScoringEngine.default({"safety.yaml": SAFETY})
    assert "site_safety" in {competency.id for competency in engine.competencies()}
    text = (
        "Last year a scaffold on our site was broken. I stopped the work at once and I fenced off the area. Then I"
        " showed everyone how to check it. As a result accidents were reduced by half, and I learned to look up first."
    )
    question = Question("q", "Tell me about safety on a site.", "behavioural", ("site_safety", "teamwork"), 0, "en")
    assessment = engine.assess(question, (AnswerText("t", text, "en"),))
    assert (assessment.levels[0].competency, assessment.levels[0].level) == ("site_safety", 5)
    (explanation, _) = engine.explain(question, assessment, "zh-CN")
    assert explanation.name == "现场安全"
    assert "停止不安全的作业" in {quote.label for quote in explanation.shown}


def test_the_version_covers_own_rubrics() -> None:
    plain = ScoringEngine.default().versions
    own = ScoringEngine.default({"safety.yaml": SAFETY}).versions
    other = ScoringEngine.default({"safety.yaml": SAFETY.replace("crane", "lift")}).versions
    assert len({plain.rubric, own.rubric, other.rubric}) == 3
    assert own == ScoringEngine.default({"safety.yaml": SAFETY}).versions
    assert plain == ScoringEngine.default({}).versions


def test_a_shipped_competency_is_not_replaced() -> None:
    with pytest.raises(DataError, match=r"mine\.yaml: id: 'teamwork' is described by the shipped rubrics already"):
        ScoringEngine.default({"mine.yaml": SAFETY.replace("site_safety", "teamwork")})
    with pytest.raises(DataError, match=r"b\.yaml: id: 'site_safety' is described by a\.yaml already"):
        ScoringEngine.default({"a.yaml": SAFETY, "b.yaml": SAFETY})
    (found,) = check({**safety(), "id": "teamwork"}, ("teamwork",))
    assert found.place == ("id",)
    assert "already" in found.message


def put(value: object, *path: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


def drop(*path: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


INDICATOR = ("indicators", 0)
SHAPES: list[tuple[Callable[[Any], None], tuple[Any, ...], str]] = [
    (put(1, "colour"), ("colour",), "there is no such entry"),
    (put("x", *INDICATOR, "weight"), (*INDICATOR, "weight"), "there is no such entry"),
    (put("x", "name", "fr"), ("name", "fr"), "there is no such entry"),
    (drop("name", "zh-CN"), ("name",), "the language `zh-CN` is missing"),
    (drop(*INDICATOR, "en"), INDICATOR, "the language `en` is missing"),
    (drop("anchors"), (), "the entry `anchors` is missing"),
    (put(["one"], "anchors", "en"), ("anchors", "en"), "expected five anchors"),
    (put("Shows no act!", "id"), ("id",), "this is no id"),
    (put("reflection", *INDICATOR, "id"), (*INDICATOR, "id"), "the engine calls something of its own"),
    (put("instructed", *INDICATOR, "id"), ("indicators", 2, "id"), "is used twice"),
    (put("instructed", "negatives", 0, "id"), ("negatives", 0, "id"), "is used twice"),
    (put("yes", "wants_quantity"), ("wants_quantity",), "expected true or false"),
    (put(7, *INDICATOR, "label", "en"), (*INDICATOR, "label", "en"), "expected a text"),
    (put("stopped", *INDICATOR, "en"), (*INDICATOR, "en"), "expected a list of texts"),
    (put([], "negatives"), ("negatives",), "expected a list of behaviours"),
    (put([{}], "negatives"), ("negatives", 0), "the entry `id` is missing"),
]
MEANINGS: list[tuple[Callable[[Any], None], tuple[Any, ...], str]] = [
    (put(["Shows No act", "b", "c", "shows no  act.", "e"], "anchors", "en"), ("anchors", "en", 3), "the same anchor"),
    (put(["fine", "("], *INDICATOR, "en"), (*INDICATOR, "en", 1), "no regular expression"),
    (put(["(" * 900 + ")" * 900], *INDICATOR, "en"), (*INDICATOR, "en", 0), "too deep"),
    (put(["stopped (?:[a-z]+ ?)+work"], *INDICATOR, "en"), (*INDICATOR, "en", 0), "may take forever"),
    (put(["(?:停了)*"], *INDICATOR, "zh-CN"), (*INDICATOR, "zh-CN", 0), "found in everything"),
    (put(["[a-z]+"], *INDICATOR, "en"), (*INDICATOR, "en", 0), "found in everything"),
    (put(["stopped the work|we"], *INDICATOR, "en"), (*INDICATOR, "en", 0), "wherever somebody says `we`"),
    (put(["叫停|我们"], *INDICATOR, "zh-CN"), (*INDICATOR, "zh-CN", 0), "wherever somebody says `我们`"),
    (put(["Stopped the work", "stopped the work"], *INDICATOR, "en"), (*INDICATOR, "en", 0), "never found"),
    (put("We went home.", *INDICATOR, "example", "en"), (*INDICATOR, "example", "en"), "no pattern under `en` finds"),
    (put("I did not stop the work, we never stopped the work.", *INDICATOR, "example", "en"),
     (*INDICATOR, "example", "en"), "no pattern under `en` finds"),
    (put("I stopped the work without a helmet.", *INDICATOR, "example", "en"),
     (*INDICATOR, "example", "en"), "the negative behaviour `took_risk`"),
    (put("stopped work like a young mother of two children", *INDICATOR, "label", "en"),
     (*INDICATOR, "label", "en"), "`children` is about who somebody is"),
    (put("已婚员工的安全意识", "name", "zh-CN"), ("name", "zh-CN"), "`已婚` is about who somebody is"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "message"), [*SHAPES, *MEANINGS])
def test_a_mistake_is_told_with_its_place_and_a_remedy(
    change: Callable[[Any], None], place: tuple[Any, ...], message: str
) -> None:
    data = copy.deepcopy(safety())
    change(data)
    found = check(data)
    assert [item for item in found if item.place == place and message in item.message], found
    assert all(item.mend for item in found)


@pytest.mark.parametrize(("change", "place", "message"), SHAPES)
def test_the_schema_refuses_wrong_shapes_as_well(
    change: Callable[[Any], None], place: tuple[Any, ...], message: str
) -> None:
    data = copy.deepcopy(safety())
    change(data)
    if "is used twice" not in message:  # beyond a schema
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, SCHEMA)


def test_all_mistakes_are_told_at_once() -> None:
    data = safety()
    for change, _, _ in SHAPES[:4]:
        change(data)
    assert len(check(data)) >= 4


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@UNHURRIED
@given(anything, st.sampled_from(["id", "name", "vocabulary", "anchors", "indicators", "negatives", "wants_quantity"]))
def test_nothing_makes_the_check_fail_itself(value: object, key: str) -> None:
    assert isinstance(check(value), tuple)
    assert isinstance(check({**safety(), key: value}), tuple)
