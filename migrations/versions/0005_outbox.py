"""The outbox and the subscription ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "outbox",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid_v7()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="created", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('created', 'sending', 'sent', 'refused', 'failed', 'expired')",
            name=op.f("ck_outbox_state_known"),
        ),
        sa.CheckConstraint("urgency IN ('critical', 'normal', 'bulk')", name=op.f("ck_outbox_urgency_known")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_outbox_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("compound_id", "dedup_key", name=op.f("uq_outbox_compound_id_dedup_key")),
    )
    op.create_index("ix_outbox_account", "outbox", ["account_id", "created_at"], unique=False)
    op.create_index(
        "ix_outbox_in_flight", "outbox", ["claimed_at"], unique=False, postgresql_where=sa.text("state = 'sending'")
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["urgency", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'created'"),
    )
    op.create_table(
        "subscription_credit",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_subscription_credit_credits_not_negative")),
        sa.PrimaryKeyConstraint("account_id", "template_id", name=op.f("pk_subscription_credit")),
    )


def downgrade():
    op.drop_table("subscription_credit")
    op.drop_table("outbox")
