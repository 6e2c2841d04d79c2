"""What a unit gets for its own analysis. Every order is 演示数据."""

from __future__ import annotations

import json

from assistant.domain import work_order_events as e
from assistant.domain.unit_export import exported, part_of
from tests.orders import HOLIDAY, NOON, STREET, dispatched, fed_back


def test_article_28_a_unit_gets_the_whole_order_and_its_follow_ups() -> None:
    desk = fed_back()
    desk.do(e.FeedbackReview(passed=True))
    desk.do(e.FollowUp("电话", True, True, False, e.Satisfaction.DISSATISFIED, "演示：又漏了"))
    row = exported(desk.order, "housing", desk.at, HOLIDAY)
    assert (row["state"], row["part"], row["content"]) == ("回访", "主办", desk.order.content)
    follow_up = row["follow_ups"][0]  # type: ignore[index]
    assert (follow_up["contacted"], follow_up["solved"], follow_up["satisfaction"]) == (True, False, "不满意")
    assert [clock["kind"] for clock in row["clocks"]] == [clock.kind.value for clock in desk.order.clocks]  # type: ignore[attr-defined]
    assert str(row["received_at"]).endswith("+08:00")
    json.dumps(row)


def test_article_28_an_export_tells_nobody_who_complained() -> None:
    desk = dispatched("street-a", content="演示数据：请联系〔手机1〕", appellant_key="secret-key", confidential=True)
    row = exported(desk.order, "street-a", NOON, HOLIDAY)
    assert "secret-key" not in repr(row)
    assert not {"appellant_key", "repeat_of", "merged_from"} & row.keys()


def test_part_of_names_lead_copy_and_co_unit() -> None:
    order = dispatched("street-a").order
    assert part_of(order, "street-a") == "主办"
    assert [part_of(order, unit) for unit in order.copies] == ["抄送"]
    assert part_of(order, str(STREET.unit) + "-other") == "协办"
