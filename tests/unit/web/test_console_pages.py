"""What HR's console says and shows, held to the server's own tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from server.auth.permissions import PERMISSIONS
from server.db.users import Role
from server.errors import InterviewError
from server.interviews import errors
from server.protocol.events import AlertKind, DirectiveKind, FloorMode

WEB = Path(__file__).parents[3] / "client_web"
TEXTS: dict[str, object] = json.loads((WEB / "locales" / "hr.en.json").read_text(encoding="utf-8"))
SCRIPT = (WEB / "hr" / "permissions.js").read_text(encoding="utf-8")
# Refusals that only a candidate's commands meet.
OF_CANDIDATES = {
    "rejected", "already_started", "consent_required", "consent_text_unknown", "not_over", "review_asked",
    "not_explained", "language_not_offered", "asr_busy", "help_asked",
}  # fmt: skip


def _strings(text: str) -> list[str]:
    return re.findall(r'"([\w.]+)"', text)


def _refusals(kind: type[InterviewError]) -> list[type[InterviewError]]:
    below = [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]
    return [*below, *(deeper for each in below for deeper in _refusals(each))]


def test_the_page_offers_what_the_server_allows() -> None:
    found = re.search(r"const ALL = \[(.*?)\];", SCRIPT)
    assert found is not None
    known = _strings(found[1])
    shown = {
        role: known if listed == "ALL" else _strings(listed)
        for role, listed in re.findall(r"^  (\w+): (ALL|\[.*\]),$", SCRIPT, re.MULTILINE)
    }
    assert set(shown) == set(get_args(Role))
    for role, permissions in PERMISSIONS.items():
        assert set(shown[role]) == set(known) & {str(name) for name in permissions}, role


@pytest.mark.parametrize("code", sorted({each.code for each in _refusals(InterviewError)}))
def test_each_refusal_of_the_console_has_words_of_its_own(code: str) -> None:
    assert f"problem.{code}" in TEXTS or code in OF_CANDIDATES


def test_each_kind_has_words() -> None:
    wanted = [f"alert.{kind}" for kind in get_args(AlertKind)]
    wanted += [f"directive_kind.{kind}" for kind in get_args(DirectiveKind)]
    for mode in get_args(FloorMode):
        wanted += [f"{family}{mode}" for family in ("mode.", "news.", "bar.mine_", "bar.held_", "card.floor_")]
    assert [key for key in wanted if key not in TEXTS] == []
