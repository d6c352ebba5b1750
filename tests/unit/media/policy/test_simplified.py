"""Simplified Chinese stays simplified, and offsets into it right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transcription.policy.simplified import simplify


@pytest.mark.parametrize(
    ("written", "simplified"),
    [
        ("以下是普通話的句子。", "以下是普通话的句子。"),
        ("客戶投訴後來減少了4.5%", "客户投诉后来减少了4.5%"),
        ("皇后和後面的頭髮", "皇后和后面的头发"),
        ("我们用 Python 写代码", "我们用 Python 写代码"),
        ("We called them.", "We called them."),
        ("", ""),
    ],
)
def test_traditional_characters_become_simplified(written: str, simplified: str) -> None:
    assert simplify(written) == simplified


@given(st.text(alphabet="乾隆後來著名藉口慰瞭解餘兒𠮷里裡ab 。", max_size=20))
def test_length_stays(text: str) -> None:
    assert len(simplify(text)) == len(text)
