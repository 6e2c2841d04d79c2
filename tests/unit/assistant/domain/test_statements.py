from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.statements import basis_of, heading_of, shorten, statements, strip_basis

GUIDE = """## 办理时限
- 用户投诉后，供热单位应当在十二小时内到场（依据：《北京市供热办法》第三条、第五条；《物业条例》第十条）。
1. 先联系物业；再打12345（依据：《条例》第一条）。

普通段落第一句。第二句！
"""


def test_bullets_lose_mark_and_marker_and_keep_their_basis() -> None:
    first, second, *rest = statements(GUIDE)
    assert first.text == "用户投诉后，供热单位应当在十二小时内到场。"
    assert first.basis == ("《北京市供热办法》第三条、第五条", "《物业条例》第十条")
    assert (first.heading, first.listed) == ("办理时限", True)
    assert second.text == "先联系物业；再打12345。"
    assert [piece.text for piece in rest] == ["普通段落第一句。", "第二句！"]
    assert [piece.ordinal for piece in statements(GUIDE)] == [0, 1, 2, 3]


def test_items_keep_the_line_that_opens_them() -> None:
    pieces = statements("有下列情形之一的，处罚款：\n（一）甲；\n（二）乙。\n另一款。")
    assert [piece.lead for piece in pieces] == ["", "有下列情形之一的，处罚款：", "有下列情形之一的，处罚款：", ""]


def test_the_number_of_an_article_is_no_part_of_what_it_says() -> None:
    first, second = statements("第八百九十四条 保管人不得转交。但是另有约定的除外。")
    assert (first.text, second.text) == ("保管人不得转交。", "但是另有约定的除外。")
    assert statements("第八条规定的费用由单位承担。")[0].text == "第八条规定的费用由单位承担。"


def test_marker_with_nested_brackets() -> None:
    text = "应当登记（依据：《甲办法（试行）》第二条）。"
    assert strip_basis(text) == "应当登记。"
    assert basis_of(text) == ("《甲办法（试行）》第二条",)


@given(st.text(max_size=300))
def test_any_text_is_cut_without_loss_of_order(text: str) -> None:
    pieces = statements(text)
    assert [piece.ordinal for piece in pieces] == list(range(len(pieces)))
    assert all(piece.text.strip() for piece in pieces)


@given(st.text(alphabet="字，。；", min_size=1, max_size=900), st.integers(min_value=5, max_value=400))
def test_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.rstrip("…"))


def test_the_heading_of_a_numbered_step_is_its_section() -> None:
    assert heading_of(("办理步骤", "3.")) == "办理步骤"
    assert heading_of(("三", "（二）")) == ""
    assert heading_of(()) == ""
