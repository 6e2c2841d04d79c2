"""The place of an order beside its street, and orders by their last change: similar orders and watch read both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_orders", sa.Column("place", sa.Text(), nullable=False, server_default=""))
    _fill_places()
    op.create_index(op.f("ix_work_orders_updated_at_id"), "work_orders", ["updated_at", "id"], unique=False)


def _fill_places() -> None:
    """As the first event has it: an acceptance, or a history that holds one."""
    if op.get_bind().dialect.name == "sqlite":
        said = "coalesce(json_extract(change, '$.place'), json_extract(change, '$.acceptance.place'))"
    else:
        said = "coalesce(change::json ->> 'place', change::json -> 'acceptance' ->> 'place')"
    first = f"SELECT {said} FROM work_order_events WHERE order_id = work_orders.id AND sequence = 1"  # noqa: S608 - no input
    op.execute(f"UPDATE work_orders SET place = coalesce(({first}), '')")  # noqa: S608 - no input


def downgrade() -> None:
    op.drop_index(op.f("ix_work_orders_updated_at_id"), table_name="work_orders")
    op.drop_column("work_orders", "place")
