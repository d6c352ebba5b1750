"""Rules of the browser pages that can be read off their files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[3] / "client_web"
SCRIPTS = sorted(WEB.rglob("*.js"))
SHEETS = sorted(WEB.rglob("*.css"))
DOCUMENTS = sorted(WEB.rglob("*.html"))
LOCALES = WEB / "locales"
PREFIXES = sorted(path.name.removesuffix("en.json") for path in LOCALES.glob("*en.json"))
LANGUAGES = ("en", "zh-CN")
SHARED = ("lib", "components", "worklets")


def read_locale(prefix: str, language: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((LOCALES / f"{prefix}{language}.json").read_text(encoding="utf-8"))
    return texts


def name_of(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def places(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text if isinstance(text, str) else text["other"]))


def used_patterns() -> list[re.Pattern[str]]:
    """Each `prefix.key` string of the scripts, as a pattern; what a template fills in may be anything."""
    literals = set()
    for script in SCRIPTS:
        literals |= set(re.findall(r"[\"`]([a-z]+\.[\w${}. ]+)[\"`]", script.read_text(encoding="utf-8")))
    return [re.compile(re.sub(r"\\\$\\\{[^}]*\}", r"\\w+", re.escape(literal)) + r"\Z") for literal in literals]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_both_languages_say_the_same_things(prefix: str) -> None:
    texts = {language: read_locale(prefix, language) for language in LANGUAGES}
    assert list(texts["en"]) == list(texts["zh-CN"])
    for key, english in texts["en"].items():
        chinese = texts["zh-CN"][key]
        assert places(english) == places(chinese), key
        for text in (english, chinese):
            assert text if isinstance(text, str) else text["other"], key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    patterns = used_patterns()
    candidate = read_locale("", "en")
    assert [key for key in candidate if not any(pattern.match(key) for pattern in patterns)] == []
    known = {key for prefix in PREFIXES for key in read_locale(prefix, "en")}
    called = set()
    for script in SCRIPTS:
        called |= set(re.findall(r"\bt\(\"([\w.]+)\"", script.read_text(encoding="utf-8")))
    assert called - known == set()


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS, *DOCUMENTS], ids=name_of)
def test_no_file_names_another_host(path: Path) -> None:
    addresses = re.findall(r"\b(?:https?:|wss?:)?//[\w.-]+\.\w+[^\s\"'`]*", path.read_text(encoding="utf-8"))
    assert [address for address in addresses if "www.w3.org/2000/svg" not in address] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_markup_is_written_in_one_file_only(path: Path) -> None:
    writers = r"\.(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe)\b|document\.write|\beval\(|new Function\("
    found = re.findall(writers, path.read_text(encoding="utf-8"))
    assert found == [] or (name_of(path) == "lib/html.js" and found == ["innerHTML"])


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_markup_has_no_inline_style_or_handler(path: Path) -> None:
    assert re.findall(r"<[a-z-]+[^>]*\s(?:style|on[a-z]+)=", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_imports_run_downwards(path: Path) -> None:
    """lib imports nothing above it, components only lib, and no page another page."""
    room = name_of(path).split("/")[0]
    allowed = {"lib": ("lib",), "components": ("lib", "components")}.get(room, (*SHARED, room))
    for target in re.findall(r"^import (?:[^\"]*from )?\"([^\"]+)\"", path.read_text(encoding="utf-8"), re.MULTILINE):
        imported = (path.parent / target).resolve()
        assert imported.is_file(), target
        assert name_of(imported).split("/")[0] in allowed, target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_documents_refer_to_files_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style\b|\son[a-z]+=", text) == []
    for address in re.findall(r"(?:src|href)=\"(/assets/[^\"]+)\"", text):
        assert (WEB / address.removeprefix("/assets/")).is_file(), address
