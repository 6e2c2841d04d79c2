"""Rows of other systems' exports: what is understood, what is refused and why, nothing lost."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.appeal import AppealType, Urgency
from assistant.domain.order_import import (
    IGNORED,
    ImportedOrder,
    RowRefused,
    Words,
    category,
    columns_digest,
    instant,
    masked,
    masked_place,
    order_of,
    propose_mapping,
)
from assistant.domain.pii import TokenNumbering, redact
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order_events import Satisfaction

WORDS = Words({"区住建委": "housing", "演示街道": "street-a"}.get, ("演示数据",))
ROW = {
    "工单编号": "D-1", "标题": "演示标题", "主要内容": "楼道漏水，电话13800138000", "诉求类型": "投诉", "一级分类": "住房",
    "二级分类": "物业管理", "街道": "演示街道", "来电时间": "2026/3/2 12:05", "承办单位": "区住建委", "办结时间": "2026年3月5日",
    "是否解决": "已解决", "满意度": "基本满意", "是否超期": "否", "是否保密": "是", "来电号码": "13800138000", "坐席": "A1",
}  # fmt: skip


def made(**changes: str) -> ImportedOrder:
    row = ROW | changes
    return order_of(row, propose_mapping(row), WORDS)


def test_a_row_becomes_an_order_with_its_history() -> None:
    order = made()
    acceptance = order.history.acceptance
    assert (acceptance.number, acceptance.type, acceptance.category) == ("D-1", AppealType.COMPLAINT, "住房/物业管理")
    assert (acceptance.street, order.history.lead, order.history.lead_name) == ("street-a", "housing", "区住建委")
    assert acceptance.received_at == datetime(2026, 3, 2, 12, 5, tzinfo=BEIJING)
    assert order.history.closed_at == datetime(2026, 3, 5, tzinfo=BEIJING)
    assert (order.history.solved, order.history.satisfaction, order.history.late) == (
        True,
        Satisfaction.BASICALLY,
        False,
    )
    assert acceptance.confidential
    assert acceptance.labels == ("演示数据",)


@pytest.mark.parametrize("column", ["标题", "主要内容", "诉求地址", "回复内容", "办理结果"])
def test_no_text_of_a_row_keeps_a_number(column: str) -> None:
    history = masked(made(**{column: "演示：请致电13800138000"}), lambda text: text.replace("13800138000", "〔手机1〕"))
    assert "13800138000" not in repr(history) and "〔手机1〕" in repr(history)


def test_the_original_is_kept_whole_and_apart() -> None:
    order = made()
    assert order.person.original == ROW
    assert (order.person.phone, order.person.content) == ("13800138000", ROW["主要内容"])
    history = masked(order, lambda text: text.replace("13800138000", "〔手机1〕"))
    assert "13800138000" not in repr(history)
    assert "〔手机1〕" in history.acceptance.content


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"主要内容": "", "标题": ""}, "缺少诉求内容"),
        ({"来电时间": ""}, "缺少来电时间"),
        ({"来电时间": "昨天"}, "来电时间不是时间"),
        ({"来电时间": "2026/13/40"}, "来电时间不是时间"),
        ({"来电时间": "1900-01-01"}, "来电时间的年份不合理"),
        ({"办结时间": "2026-03-01"}, "办结时间早于来电时间"),
        ({"工单编号": "9" * 201}, "编号超过200个字"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_with_the_reason(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(RowRefused, match=reason):
        made(**changes)


def test_columns_are_known_by_name_and_the_rest_is_left_alone() -> None:
    mapping = propose_mapping(["工单编号", " 标题 ", "内容", "主要内容", "天气"])
    assert mapping == {"工单编号": "number", " 标题 ": "title", "内容": "content", "主要内容": IGNORED, "天气": IGNORED}
    assert columns_digest(["甲", "乙"]) == columns_digest(["乙", "甲"]) != columns_digest(["甲"])


def test_a_row_without_a_number_gets_the_same_one_every_time() -> None:
    assert made(工单编号="").history.acceptance.number == made(工单编号="").history.acceptance.number
    assert made(工单编号="").history.acceptance.number != made(工单编号="", 坐席="A2").history.acceptance.number


@pytest.mark.parametrize(
    "text", ["住房->物业管理->电梯", "住房—>物业管理—>电梯", "住房/物业管理/电梯", "住房 > 物业管理 > 电梯"]
)
def test_a_category_path_is_read_in_every_spelling(text: str) -> None:
    assert category({"category": text}) == "住房/物业管理/电梯"


def test_unknown_words_stay_open() -> None:
    acceptance = made(诉求类型="建言", 一级分类="", 二级分类="").history.acceptance
    assert (acceptance.type, acceptance.category, acceptance.urgency) == (AppealType.OTHER, "未分类", Urgency.NORMAL)
    assert made(是否解决="？").history.solved is None


@given(
    st.datetimes(datetime(1992, 1, 1), datetime(2099, 12, 31)),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y/%m/%d %H:%M:%S",
            "%Y年%m月%d日 %H:%M:%S",
            "%Y.%m.%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S+08:00",
        ]
    ),
)
def test_every_spelling_of_a_time_is_read_as_beijing_time(at: datetime, spelling: str) -> None:
    assert instant(at.strftime(spelling), "时间") == at.replace(microsecond=0, tzinfo=BEIJING)


@given(st.dictionaries(st.sampled_from([*ROW, "x"]), st.text(max_size=20)))
def test_any_row_is_taken_or_refused_and_nothing_else(row: dict[str, str]) -> None:
    try:
        order = order_of(row, propose_mapping(row), WORDS)
    except RowRefused as refusal:
        assert str(refusal)
    else:
        assert order.person.original == row


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ("朝阳区演示家园2号院5号楼3单元201室", "朝阳区演示家园2号院〔门牌1〕"),
        ("演示家园三期12号楼1单元", "演示家园三期〔门牌1〕"),
        ("演示新村西里3号楼2门101", "演示新村西里〔门牌1〕"),
        ("13900000001演示家园2号院", "〔手机1〕演示家园2号院"),
        ("演示家园", "演示家园"),
    ],
)
def test_the_yard_of_an_estate_stays_and_the_dwelling_does_not(field: str, kept: str) -> None:
    numbering = TokenNumbering()
    assert masked_place(field, lambda text: redact(text, numbering)[0]) == kept


def test_a_row_without_a_title_is_named_by_masked_words() -> None:
    """A phone number that the title's length cuts in two would no longer be seen as one."""
    said = "演示" * 16 + "电话13800138000请尽快处理演示演示"
    numbering = TokenNumbering()
    title = masked(made(标题="", 主要内容=said), lambda text: redact(text, numbering)[0]).acceptance.title
    assert title.startswith("演示") and not any(character in "38" for character in title)
