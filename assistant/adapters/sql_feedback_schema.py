"""Tables of drafts, of what people made of proposals, and of what they corrected; beside the work orders."""

from __future__ import annotations

import sqlalchemy as sa

from assistant.adapters.sql_schema import UtcDateTime, metadata

_ID = sa.String(64)
_NAME = sa.String(200)

drafts = sa.Table(
    "reply_drafts",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("order_id", _ID, sa.ForeignKey("work_orders.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", _NAME, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("actor_unit", _ID),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("verdict", sa.String(16)),
    sa.Column("final", sa.Text),
    sa.Column("decided_at", UtcDateTime),
    sa.Index(None, "order_id"),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", _ID, nullable=False),
    sa.Column("part", sa.String(32), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("proposed", sa.Text, nullable=False),
    sa.Column("final", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("distance", sa.Integer),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("actor", _NAME, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("actor_unit", _ID),
    sa.Column("order_id", _ID, sa.ForeignKey("work_orders.id")),
    sa.Column("model", _NAME, nullable=False),
    sa.Column("prompt", _NAME, nullable=False),
    sa.Index(None, "kind", "at"),
    sa.Index(None, "subject"),
)
corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("part", sa.String(16), nullable=False),
    sa.Column("wrong", _NAME, nullable=False),
    sa.Column("instead", _NAME),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("category", _NAME, nullable=False),
    sa.Column("street", _ID),
    sa.Column("order_id", _ID, sa.ForeignKey("work_orders.id")),
    sa.Index(None, "order_id"),
)
