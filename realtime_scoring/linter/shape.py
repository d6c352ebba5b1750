"""Whether a rubric has the parts it needs, and no others. All mistakes at once, not only the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from realtime_scoring.linter.findings import Finding, Place
from realtime_scoring.rubric import LANGUAGES
from realtime_scoring.steps import STRUCTURE
from realtime_scoring.text import fold

_REQUIRED = ("id", "name", "vocabulary", "anchors", "indicators", "negatives")
_OPTIONAL = ("wants_quantity",)
_INDICATOR_REQUIRED = ("id", "label", *LANGUAGES)
_INDICATOR_OPTIONAL = ("example",)
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ANCHORS = 5
_FEWEST_INDICATORS = 3
_MOST_INDICATORS = 20
_MOST_TEXTS = 200
_LONGEST_TEXT = 2000


def check_shape(data: object) -> Iterator[Finding]:
    if not isinstance(data, Mapping):
        yield Finding((), "this is no rubric", "begin with `id:`, `name:` and so on, each on a line of its own")
        return
    yield from _check_keys(data, (), _REQUIRED, _OPTIONAL)
    if "id" in data:
        yield from _check_id(data["id"], ("id",))
    if "wants_quantity" in data and not isinstance(data["wants_quantity"], bool):
        yield Finding(("wants_quantity",), "expected true or false", "write `wants_quantity: true` or leave it out")
    if "name" in data:
        yield from _check_texts_by_language(data["name"], ("name",))
    if "vocabulary" in data:
        yield from _check_lists_by_language(data["vocabulary"], ("vocabulary",))
    if "anchors" in data:
        yield from _check_anchors(data["anchors"])
    ids: dict[str, Place] = {}
    for part in ("indicators", "negatives"):
        if part in data:
            yield from _check_indicators(data[part], part, ids)


def _check_keys(
    entries: Mapping[object, object], place: Place, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[Finding]:
    known = (*required, *optional)
    for key in entries:
        if key not in known:
            yield Finding((*place, str(key)), "there is no such entry", f"known here are {', '.join(known)}")
    for key in required:
        if key not in entries:
            what = "the language" if key in LANGUAGES else "the entry"
            yield Finding(place, f"{what} `{key}` is missing", f"add `{key}:`")


def _check_id(value: object, place: Place) -> Iterator[Finding]:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        mend = "take small Latin letters, digits and underscores, a letter first: `customer_focus`"
        yield Finding(place, "this is no id", mend)
    elif value in STRUCTURE:
        yield Finding(place, f"`{value}` is what the engine calls something of its own", "take another id")


def _check_text(value: object, place: Place) -> Iterator[Finding]:
    if not isinstance(value, str) or not value.strip():
        yield Finding(place, "expected a text", "write a text, in quotes if it looks like a number or a date")
    elif len(value) > _LONGEST_TEXT:
        yield Finding(place, f"longer than {_LONGEST_TEXT} characters", "shorten it")


def _check_texts_by_language(value: object, place: Place) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        yield Finding(place, "expected a text per language", "write `{en: ..., zh-CN: ...}`")
        return
    yield from _check_keys(value, place, LANGUAGES)
    for language in LANGUAGES:
        if language in value:
            yield from _check_text(value[language], (*place, language))


def _check_lists_by_language(value: object, place: Place) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        yield Finding(place, "expected a list per language", "write a list under `en:` and one under `zh-CN:`")
        return
    yield from _check_keys(value, place, LANGUAGES)
    for language in LANGUAGES:
        if language in value:
            yield from _check_list(value[language], (*place, language))


def _check_list(value: object, place: Place) -> Iterator[Finding]:
    if not isinstance(value, list) or not value:
        yield Finding(place, "expected a list of texts", "write each text on a line of its own after `- `")
        return
    if len(value) > _MOST_TEXTS:
        yield Finding(place, f"more than {_MOST_TEXTS} texts", "keep those that matter")
        return
    for index, item in enumerate(value):
        yield from _check_text(item, (*place, index))


def _check_anchors(value: object) -> Iterator[Finding]:
    yield from _check_lists_by_language(value, ("anchors",))
    if not isinstance(value, Mapping):
        return
    for language in LANGUAGES:
        texts = value.get(language)
        if not isinstance(texts, list) or not texts:
            continue
        place: Place = ("anchors", language)
        if len(texts) != _ANCHORS:
            message = f"expected five anchors, one for each level, found {len(texts)}"
            yield Finding(place, message, "write what an answer shows at level 1, 2, 3, 4 and 5, in this order")
        seen: dict[str, int] = {}
        for index, text in enumerate(texts):
            key = " ".join(fold(text).split()).rstrip(".。") if isinstance(text, str) else ""
            first = seen.setdefault(key, index)
            if key and first != index:
                message = f"the same anchor as that of level {first + 1}"
                yield Finding((*place, index), message, "say what is seen at this level and not at that one")


def _check_indicators(value: object, part: str, ids: dict[str, Place]) -> Iterator[Finding]:
    """`ids`: those met so far, which are added to."""
    place: Place = (part,)
    if not isinstance(value, list) or not value:
        yield Finding(place, "expected a list of behaviours", "begin each with `- id:`")
        return
    if part == "indicators" and len(value) < _FEWEST_INDICATORS:
        message = f"only {len(value)}, and level 5 asks for three different behaviours"
        yield Finding(place, message, "describe at least three behaviours, better six")
    if len(value) > _MOST_INDICATORS:
        yield Finding(place, f"more than {_MOST_INDICATORS} behaviours", "split the competency in two")
        return
    for index, item in enumerate(value):
        yield from _check_indicator(item, (part, index), ids)


def _check_indicator(item: object, place: Place, ids: dict[str, Place]) -> Iterator[Finding]:
    if not isinstance(item, Mapping):
        yield Finding(place, "expected a behaviour", "give it `id`, `label`, `en` and `zh-CN`")
        return
    yield from _check_keys(item, place, _INDICATOR_REQUIRED, _INDICATOR_OPTIONAL)
    if "id" in item:
        yield from _check_id(item["id"], (*place, "id"))
        if isinstance(item["id"], str) and ids.setdefault(item["id"], place) != place:
            yield Finding(
                (*place, "id"), f"the id `{item['id']}` is used twice", "give each behaviour an id of its own"
            )
    if "label" in item:
        yield from _check_texts_by_language(item["label"], (*place, "label"))
    if "example" in item:
        yield from _check_texts_by_language(item["example"], (*place, "example"))
    for language in LANGUAGES:
        if language in item:
            yield from _check_list(item[language], (*place, language))
