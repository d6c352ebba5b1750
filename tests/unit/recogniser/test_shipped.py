"""The weights that are shipped: what they say they understand, and how big they are."""

from __future__ import annotations

import json

from media.models.catalogue import DEMO_FOLDER
from tests.fixtures.recogniser.vocabulary import vocabulary

SIZE_LIMIT_BYTES = 12_000_000


def test_the_shipped_model_says_what_it_understands_and_is_small() -> None:
    about = json.loads((DEMO_FOLDER / "about.json").read_text("utf-8"))
    assert about["vocabulary"] == {language: vocabulary(language) for language in ("en", "zh")}
    assert len(about["vocabulary"]["en"]) >= 300
    assert len(about["vocabulary"]["zh"]) >= 150
    assert sum(file.stat().st_size for file in DEMO_FOLDER.iterdir()) <= SIZE_LIMIT_BYTES
