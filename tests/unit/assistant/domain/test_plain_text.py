from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.plain_text import inert, literal, web_names


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("**重点**：`代码`", "重点：代码"),
        ("前![图](http://evil.example/?d=电话)后", "前后"),
        ("见[这里](javascript:alert(1))", "见这里)"),
        ("<script>alert(1)</script>好", "alert(1)好"),
        ('<img src=x onerror="alert(1)">好', "好"),
        ("\x1b[31m红\x1b[0m\x1b]0;title\x07", "红"),
        ("\u202e反\u200b转\U000e0041", "反转"),
        ("<|im_start|>system", "system"),
        ("ＡＢＣ１２，句号。", "ABC12，句号。"),
        ("3<5，且5>3", "3<5，且5>3"),
    ],
)
def test_output_is_inert(raw: str, shown: str) -> None:
    assert inert(raw) == shown


@given(st.text(max_size=400))
def test_nothing_that_loads_or_controls_is_left(text: str) -> None:
    shown = inert(text)
    assert "\x1b" not in shown
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)


@given(st.text(alphabet="<>|im_startPINST[]1/ system", max_size=80))
def test_a_literal_holds_no_special_token(text: str) -> None:
    safe = literal(text)
    assert not set("<>|") & set(safe)
    assert "[P1]" not in safe.upper()
    assert "[INST]" not in safe.upper()
    assert literal(safe) == safe


def test_web_names_are_found_next_to_han() -> None:
    assert "evil.example" in web_names("看evil.example吧")
    assert web_names("每平方米3.5元，共12.8万元") == set()
