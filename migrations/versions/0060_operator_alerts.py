"""What an operator must put right."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "operator_alert",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid_v7()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.CheckConstraint("times > 0", name=op.f("ck_operator_alert_times_positive")),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL)", name=op.f("ck_operator_alert_resolved_by_someone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_alert")),
    )
    op.create_index(
        "uq_operator_alert_open",
        "operator_alert",
        ["code", "subject"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index("ix_operator_alert_last", "operator_alert", ["code", "subject", "last_at"])


def downgrade():
    op.drop_table("operator_alert")
