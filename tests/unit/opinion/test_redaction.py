"""What reaches or names a person does not leave, and every quote finds its way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.opinion.redaction import KnownNames, redact
from tests.unit.scoring.material import UNHURRIED

NOBODY = KnownNames()
NAMES = KnownNames(
    persons=("Maria José Okafor", "欧阳晓燕", "王小明", "Will Stone"),
    schools=("Oakwood College", "江南大学"),
    firms=("Borealis Logistics Ltd.", "长河科技有限公司"),
)


@pytest.mark.parametrize(
    ("text", "hidden", "token"),
    [
        ("write to maria.okafor+job@mail.example.com please", "maria.okafor+job@mail.example.com", "[EMAIL]"),
        ("邮箱是xiaoming_88@example.cn谢谢", "xiaoming_88@example.cn", "[EMAIL]"),
        ("it is maria dot okafor at example dot com okay", "maria dot okafor at example dot com", "[EMAIL]"),
        ("look at https://example.com/me?x=1 there", "https://example.com/me?x=1", "[LINK]"),
        ("我的主页www.example.com/abc在那里", "www.example.com/abc", "[LINK]"),
        ("code on example.io/maria now", "example.io/maria", "[LINK]"),
        ("身份证号是11010519491231002X，对", "11010519491231002X", "[ID]"),
        ("my passport number is E12345678 and", "E12345678", "[ID]"),
        ("social security 123-45-6789 was", "123-45-6789", "[ID]"),
        ("card 4111 1111 1111 1111 was charged", "4111 1111 1111 1111", "[ID]"),
        ("我的学号是20190123号", "20190123", "[ID]"),
        ("call me on +44 (20) 7946 0958 later", "+44 (20) 7946 0958", "[PHONE]"),
        ("电话13800138000随时打", "13800138000", "[PHONE]"),
        ("电话１３８００１３８０００随时打", "１３８００１３８０００", "[PHONE]"),
        ("号码是一三八零零一三八零零零，记下", "一三八零零一三八零零零", "[PHONE]"),
        ("dial five five five oh one double seven eight now", "five five five oh one double seven eight", "[PHONE]"),
        ("my wechat is maria_88 okay", "maria_88", "[HANDLE]"),
        ("find me as @maria_o there", "@maria_o", "[HANDLE]"),
        ("hello my name is grace hopper and I", "grace hopper", "[PERSON]"),
        ("您好，我叫李雷，我做测试", "李雷", "[PERSON]"),
        ("then Mr. Brown agreed", "Brown", "[PERSON]"),
        ("后来张经理同意了", "张", "[PERSON]"),
        ("I am maria jose okafor", "maria jose okafor", "[PERSON]"),
        ("they asked Okafor's team", "Okafor", "[PERSON]"),
        ("大家叫我晓燕，还有", "晓燕", "[PERSON]"),
        ("他们叫我小王，我就", "小王", "[PERSON]"),
        ("but Will said so", "Will", "[PERSON]"),
        ("at oakwood college I", "oakwood college", "[SCHOOL]"),
        ("我毕业于北京某某大学，后来", "北京某某大学", "[SCHOOL]"),
        ("studied at the University of Somewhere North in", "the University of Somewhere North", "[SCHOOL]"),
        ("when borealis logistics moved", "borealis logistics", "[FIRM]"),
        ("我在长河科技做过测试", "长河科技", "[FIRM]"),
    ],
)
def test_what_names_or_reaches_a_person_is_hidden(text: str, hidden: str, token: str) -> None:
    redacted = redact(text, NAMES)
    before, after = text.split(hidden)
    assert redacted.text == f"{before}{token}{after}"
    start = redacted.text.index(token)
    span = redacted.uncover(start, start + len(token))
    assert span is not None
    assert text[span[0] : span[1]] == hidden


@pytest.mark.parametrize(
    "text",
    [
        "From 2019 to 2021, or 2019-2021, we cut costs by 12.5 percent and served 1,500 people.",
        "It happened on 2021-03-15 at nine, and I will call the customer back.",
        "We deployed version 3.11 of node.js in two days.",
        "one two three, then we went",
        "从两千一百个错误降到三百五十个，用了十二天。",
        "我叫了同事一起开会，总结了三点。",
        "我们在公司里用了Python和SQL。",
    ],
)
def test_what_is_no_name_and_no_number_of_a_person_stays(text: str) -> None:
    assert redact(text, NOBODY).text == text


def test_a_name_that_is_a_word_stays_a_word() -> None:
    assert redact("I will call him at the stone wall.", NAMES).text == "I will call him at the stone wall."


def test_overlapping_finds_become_one() -> None:
    redacted = redact("mail Maria José Okafor <okafor@example.com>", NAMES)
    assert redacted.text == "mail [PERSON] <[EMAIL]>"
    assert len(redacted.replacements) == 2


def test_a_quote_that_cuts_through_a_token_leads_nowhere() -> None:
    redacted = redact("I called Maria today", NAMES)
    start = redacted.text.index("PERSON")
    assert redacted.uncover(start, start + len("PERSON")) is None
    assert redacted.uncover(0, start) is None
    assert redacted.uncover(0, 2) == (0, 2)
    assert redacted.uncover(0, len(redacted.text)) == (0, len("I called Maria today"))


def test_what_does_not_show_becomes_a_space() -> None:
    assert redact("a\u202eb\u2028c\x00d", NOBODY).text == "a b c d"


PIECES = st.sampled_from(
    "I|called|Maria|Okafor|at|555 010 7788|a@example.com|，|王小明|我叫|小王|[PERSON]|.|www.example.com"
    "|Borealis| |大学|\n|13800138000|oakwood college".split("|")
)


@UNHURRIED
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60))
def test_every_span_outside_the_tokens_is_the_same_text(text: str) -> None:
    redacted = redact(text, NAMES)
    at = 0
    for item in redacted.replacements:
        assert at <= item.start < item.end
        assert redacted.uncover(item.start, item.end) == (item.char_start, item.char_end)
        assert redacted.shield(item.char_start, item.char_end) == (item.start, item.end)
        at = item.end
    for start in range(len(redacted.text) + 1):
        span = redacted.uncover(start, len(redacted.text))
        if span is None:
            assert any(item.start < start < item.end for item in redacted.replacements)
            continue
        assert span[1] == len(text)
        assert redacted.shield(*span) == (start, len(redacted.text))
    plain = [sign for sign in redacted.text if sign.isprintable()]
    assert len(plain) == len(redacted.text)


@UNHURRIED
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_no_known_name_or_number_is_left(text: str) -> None:
    shown = redact(text, NAMES).text
    for secret in ("Maria", "Okafor", "王小明", "555 010 7788", "a@example.com", "www.example.com", "oakwood college"):
        assert secret not in shown
