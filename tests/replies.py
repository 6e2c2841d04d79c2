"""Builders for drafts of replies; every case in them is 演示数据."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.contracts import Evidence
from assistant.domain import work_order_events as e
from assistant.domain.reply_draft import ReplyCase
from tests.factories import make_evidence, make_passage
from tests.orders import HOUSING, Desk, handling

TODAY = date(2026, 3, 5)
NAMES = {"housing": "演示住建局", "market": "演示市场监管局", "street-a": "演示街道"}
RULE = make_passage(
    "- 业主专有部分以外的漏水，物业应当立即组织维修。（依据：《演示物业管理条例》第八十七条）\n- 先看看是不是楼上漏的。",
    title="楼道漏水谁来修",
    path=("谁来管",),
)


def evidence() -> Evidence:
    return make_evidence(RULE, as_of=TODAY)


def logged(**changes: object) -> Desk:
    """Contacted, reported on, not yet fed back."""
    desk = handling(HOUSING, **changes)
    desk.do(e.Contact(True, "电话联系〔手机1〕，诉求人说明漏水位置"), HOUSING)
    desk.do(
        e.StageReport("3月3日到现场查看，系顶层管道接口老化渗漏。已更换管道接口，漏水点已修复。下一步将于3月6日复查"),
        HOUSING,
    )
    return desk


def case_of(desk: Desk, **changes: object) -> ReplyCase:
    made = ReplyCase(desk.order, tuple(desk.events), TODAY, unit_names=NAMES)
    return replace(made, **changes)  # type: ignore[arg-type]
