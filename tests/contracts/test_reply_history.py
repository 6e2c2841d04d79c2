"""Past replies that satisfied, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from assistant.adapters.past_replies import PastReplies
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.domain import work_order_events as e
from assistant.domain.work_order_folding import replay
from assistant.ports.orders import Step
from tests.orders import AGENT, BOSS, CONTENT, HOLIDAY, HOUSING, Desk, accepted, handling


def answered(number: int, reply: str, follow_up: e.FollowUp = CONTENT, **changes: object) -> Desk:
    desk = handling(HOUSING, number=f"DEMO-{number}", **changes)
    desk.do(e.Contact(True), HOUSING)
    desk.do(e.Feedback(e.HandlingResult.SOLVED, reply, True), HOUSING)
    desk.do(e.FeedbackReview(True))
    desk.do(follow_up, AGENT)
    desk.do(e.Closure(unsolved_approved=follow_up.solved is False), BOSS)
    return desk


async def test_only_what_satisfied_the_likest_first_and_nothing_confidential(engine: sa.Engine) -> None:
    store = SqlWorkOrders(engine, HOLIDAY)
    cross = replace(CONTENT, solved=False, satisfaction=e.Satisfaction.DISSATISFIED)
    made = [
        answered(1, "已更换阀门", title="演示：楼道漏水"),
        answered(2, "已补种绿植", title="演示：绿地缺株"),
        answered(3, "不属实", cross, title="演示：楼道漏水"),
        answered(4, "已秘密处理", title="演示：楼道漏水", confidential=True),
        answered(5, "已修剪", title="演示：树枝挡窗", category="园林绿化/树木修剪"),
    ]
    for number, desk in enumerate(made, start=1):
        store.commit([Step(replay(f"order-{number}", desk.events), tuple(desk.events), 0)])
    history = PastReplies(lambda: store)
    asked = replace(accepted(title="演示：楼道顶部漏水").order, id="asked")
    assert [past.reply for past in await history.best(asked, 3)] == ["已更换阀门", "已补种绿植"]
    assert [past.number for past in await history.best(asked, 1)] == ["DEMO-1"]
    other = replace(asked, category="市场管理/消费纠纷")
    assert await history.best(other, 3) == ()
