"""Adopted rule sets, and the version that a meeting was announced with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "rule_set",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("preset", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_rule_set_version_positive")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_rule_set_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "version", name=op.f("pk_rule_set")),
    )
    op.add_column("meeting", sa.Column("rule_set_version", sa.BigInteger(), nullable=True))


def downgrade():
    op.drop_column("meeting", "rule_set_version")
    op.drop_table("rule_set")
