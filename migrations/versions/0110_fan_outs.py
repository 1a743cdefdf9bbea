"""Messages to many: recorded by their cause, written page by page."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0110"
down_revision = "0096"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "fan_out",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid_v7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("dedup_prefix", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("written", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("urgency IN ('critical', 'normal', 'bulk')", name=op.f("ck_fan_out_urgency_known")),
        sa.CheckConstraint("written >= 0 AND written < cardinality(recipients)", name=op.f("ck_fan_out_some_left")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_fan_out_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_fan_out")),
    )


def downgrade():
    op.drop_table("fan_out")
