"""Tables of how answers ended, by day, and of questions that found nothing. No row belongs to anybody."""

from __future__ import annotations

import sqlalchemy as sa

from assistant.adapters.sql_schema import UtcDateTime, metadata

answer_days = sa.Table(
    "answer_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("status", sa.String(64), primary_key=True),
    sa.Column("composer", sa.String(32), primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("degraded", sa.Integer, nullable=False),
)
unanswered = sa.Table(
    "unanswered_questions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("status", sa.String(64), nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("first_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
    sa.Index(None, "last_at"),
)
