"""What the overview counts by in one index of SQLite, and callers by time of receipt; the rates' indexes hold the category too.

Looking a million orders up one by one took a minute, and half a gigabyte of reading, where an index holds all that is asked.
PostgreSQL reads the table in several processes and needs only the callers.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTED = "type, channel, category, street, lead, lead_name, state, closed_by, late, objections, is_demo"
GROUPS = {"unit": "coalesce(lead, lead_name)", "channel": "channel", "street": "coalesce(street, '')"}
DAY = "coalesce(followed_up_at, closed_at)"


def upgrade() -> None:
    op.drop_index("ix_work_orders_appellant_key", "work_orders")
    op.create_index("ix_work_orders_appellant_key_received_at", "work_orders", ["appellant_key", "received_at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE INDEX ix_overview ON work_orders (received_at, {COUNTED}, appellant_key, closed_at)")
        _rates("type, closed_by, channel, category")


def downgrade() -> None:
    op.drop_index("ix_work_orders_appellant_key_received_at", "work_orders")
    op.create_index("ix_work_orders_appellant_key", "work_orders", ["appellant_key"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP INDEX ix_overview")
        _rates("type, closed_by, channel")


def _rates(ruled: str) -> None:
    for name, group in GROUPS.items():
        op.execute(f"DROP INDEX ix_rates_{name}")
        columns = f"{group}, contacted, solved, satisfaction, coalesce(state, ''), {DAY}, {ruled}"
        op.execute(f"CREATE INDEX ix_rates_{name} ON work_orders ({columns})")
