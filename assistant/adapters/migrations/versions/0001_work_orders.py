"""Work orders: events, what lists read, personal data apart, idempotency keys, outbox, full text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("etag", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "import_mappings",
        sa.Column("columns_digest", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("columns_digest", name=op.f("pk_import_mappings")),
    )
    op.create_table(
        "work_orders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=64), nullable=True),
        sa.Column("lead", sa.String(length=64), nullable=True),
        sa.Column("lead_name", sa.String(length=200), nullable=False),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatch_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feedback_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=16), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("contacted", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.String(length=16), nullable=True),
        sa.Column("first_solved", sa.Boolean(), nullable=True),
        sa.Column("first_satisfaction", sa.String(length=16), nullable=True),
        sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objections", sa.Integer(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("appellant_key", sa.String(length=64), nullable=True),
        sa.Column("repeat_of", sa.String(length=64), nullable=True),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_work_orders_number")),
    )
    op.create_index(op.f("ix_work_orders_appellant_key"), "work_orders", ["appellant_key"], unique=False)
    op.create_index(
        op.f("ix_work_orders_category_received_at"), "work_orders", ["category", "received_at"], unique=False
    )
    op.create_index(op.f("ix_work_orders_lead_received_at"), "work_orders", ["lead", "received_at"], unique=False)
    op.create_index(op.f("ix_work_orders_received_at_id"), "work_orders", ["received_at", "id"], unique=False)
    op.create_index(op.f("ix_work_orders_state_feedback_due"), "work_orders", ["state", "feedback_due"], unique=False)
    op.create_index(op.f("ix_work_orders_street_received_at"), "work_orders", ["street", "received_at"], unique=False)
    op.create_table(
        "appellants",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_appellants_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_appellants")),
    )
    op.create_table(
        "order_parties",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_order_parties_order_id")),
        sa.PrimaryKeyConstraint("order_id", "unit", name=op.f("pk_order_parties")),
    )
    op.create_index(op.f("ix_order_parties_unit"), "order_parties", ["unit"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_outbox_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_dedup_key")),
    )
    op.create_index(op.f("ix_outbox_delivered_at_due_at"), "outbox", ["delivered_at", "due_at"], unique=False)
    op.create_table(
        "personal_data_accesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("actor_unit", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_personal_data_accesses_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_accesses")),
    )
    op.create_index(op.f("ix_personal_data_accesses_order_id"), "personal_data_accesses", ["order_id"], unique=False)
    op.create_table(
        "work_order_events",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("actor_unit", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_work_order_events_order_id")),
        sa.PrimaryKeyConstraint("order_id", "sequence", name=op.f("pk_work_order_events")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE order_search USING fts5(order_id UNINDEXED, tokens, detail=none, columnsize=0)"
        )
    else:
        op.execute("CREATE TABLE order_search (order_id VARCHAR(64) PRIMARY KEY, tokens BIGINT[] NOT NULL)")
        op.execute("CREATE INDEX ix_order_search_tokens ON order_search USING gin (tokens)")


def downgrade() -> None:
    op.execute("DROP TABLE order_search")
    op.drop_table("work_order_events")
    op.drop_index(op.f("ix_personal_data_accesses_order_id"), table_name="personal_data_accesses")
    op.drop_table("personal_data_accesses")
    op.drop_index(op.f("ix_outbox_delivered_at_due_at"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_order_parties_unit"), table_name="order_parties")
    op.drop_table("order_parties")
    op.drop_table("appellants")
    op.drop_index(op.f("ix_work_orders_street_received_at"), table_name="work_orders")
    op.drop_index(op.f("ix_work_orders_state_feedback_due"), table_name="work_orders")
    op.drop_index(op.f("ix_work_orders_received_at_id"), table_name="work_orders")
    op.drop_index(op.f("ix_work_orders_lead_received_at"), table_name="work_orders")
    op.drop_index(op.f("ix_work_orders_category_received_at"), table_name="work_orders")
    op.drop_index(op.f("ix_work_orders_appellant_key"), table_name="work_orders")
    op.drop_table("work_orders")
    op.drop_table("import_mappings")
    op.drop_table("idempotency_keys")
