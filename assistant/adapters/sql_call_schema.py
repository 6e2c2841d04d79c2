"""The table of the telephone platform's counts, by day."""

from __future__ import annotations

import sqlalchemy as sa

from assistant.adapters.sql_schema import metadata

call_days = sa.Table(
    "call_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("offered", sa.Integer, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False),
    sa.Column("within_15s", sa.Integer, nullable=False),
)
