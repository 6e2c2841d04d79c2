"""A process that dispatches orders and relays messages until it is killed: ``DATABASE RECEIVER FIRST_ORDER``."""

from __future__ import annotations

import sys
from itertools import count

from assistant.adapters.outbox_relay import HttpDelivery, relay
from assistant.adapters.sql_engine import open_engine
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_outbox import SqlOutbox
from assistant.adapters.sql_requests import SqlRequests
from assistant.desks.orders import OrderDesk, OrderForm
from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType
from assistant.ports.orders import OutboxMessage
from tests.orders import AGENT, HOLIDAY, POLICY


def main(database: str, receiver: str) -> None:
    engine = open_engine(database)
    desk = OrderDesk(SqlWorkOrders(engine, HOLIDAY), SqlRequests(engine), POLICY, str)
    deliver, box = HttpDelivery(receiver), SqlOutbox(engine)

    def told(message: OutboxMessage) -> None:
        deliver(message)

    for _ in count():
        form = OrderForm("演示", "演示数据", AppealType.HELP, "住房/物业管理")
        order = desk.open(form, AGENT)[0]
        desk.take(order.id, e.Dispatch("street-a", ("housing",)), AGENT)
        print(order.id, flush=True)  # told to the caller: must never be lost
        relay(box, told, limit=2)


if __name__ == "__main__":
    main(*sys.argv[1:3])
