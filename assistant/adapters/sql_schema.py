"""Tables of the work orders, for SQLite and PostgreSQL. Changes go through a new file in ``migrations/versions``.

``work_order_events`` is the truth and is only ever appended to; ``work_orders`` and ``order_parties`` are what lists and rates
read, written in the same transaction; personal data lies in ``appellants`` alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: UTC in the database, aware in Python."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_ID = sa.String(64)
_NAME = sa.String(200)


def _order_id(**more: Any) -> sa.Column[str]:
    return sa.Column("order_id", _ID, sa.ForeignKey("work_orders.id"), nullable=False, **more)


orders = sa.Table(
    "work_orders",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("number", _NAME, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("category", _NAME, nullable=False),
    sa.Column("street", _ID),
    sa.Column("lead", _ID),
    sa.Column("lead_name", _NAME, nullable=False),
    sa.Column("urgency", sa.String(16), nullable=False),
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False, server_default=""),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("dispatch_due", UtcDateTime),
    sa.Column("feedback_due", UtcDateTime),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("closed_by", sa.String(16)),
    sa.Column("late", sa.Boolean),
    sa.Column("contacted", sa.Boolean),
    sa.Column("solved", sa.Boolean),
    sa.Column("satisfaction", sa.String(16)),
    sa.Column("first_solved", sa.Boolean),
    sa.Column("first_satisfaction", sa.String(16)),
    sa.Column("followed_up_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("follow_up_due", UtcDateTime),
    sa.Column("objections", sa.Integer, nullable=False),
    sa.Column("confidential", sa.Boolean, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    sa.Column("appellant_key", _ID),
    sa.Column("repeat_of", _ID),
    sa.Column("merged_into", _ID),
    sa.Column("code_digest", sa.String(64), nullable=False),
    sa.Index(None, "received_at", "id"),
    sa.Index(None, "state", "feedback_due"),
    sa.Index(None, "lead", "received_at"),
    sa.Index(None, "street", "received_at"),
    sa.Index(None, "category", "received_at"),
    sa.Index(None, "updated_at", "id"),
    sa.Index(None, "appellant_key", "received_at"),
    sa.Index(None, "follow_up_due", "id"),
)
events = sa.Table(
    "work_order_events",
    metadata,
    _order_id(primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", _NAME, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("actor_unit", _ID),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("change", sa.Text, nullable=False),
)
parties = sa.Table(
    "order_parties",
    metadata,
    _order_id(primary_key=True),
    sa.Column("unit", _ID, primary_key=True),
    sa.Index(None, "unit"),
)
appellants = sa.Table(
    "appellants",
    metadata,
    _order_id(primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("original", sa.Text, nullable=False),
)
accesses = sa.Table(
    "personal_data_accesses",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _order_id(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", _NAME, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("actor_unit", _ID),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "order_id"),
)
requests = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("caller", _NAME, primary_key=True),
    sa.Column("key", _NAME, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("claimed_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("body", sa.Text),
    sa.Column("etag", sa.String(32)),
    sa.Index(None, "claimed_at"),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dedup_key", _NAME, nullable=False, unique=True),
    _order_id(),
    sa.Column("destination", _ID, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("fault", sa.String(64), nullable=False),
    sa.Index(None, "delivered_at", "due_at"),
)
mappings = sa.Table(
    "import_mappings",
    metadata,
    sa.Column("columns_digest", sa.String(64), primary_key=True),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Column("kept_at", UtcDateTime, nullable=False),
)
