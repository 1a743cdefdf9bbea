"""Answers and appeals to entries of the red/black list."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notice_statement",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("concerned", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("paper_note", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'appeal') = (state IS NOT NULL)", name=op.f("ck_notice_statement_appeals_have_states")
        ),
        sa.CheckConstraint("kind IN ('answer', 'appeal')", name=op.f("ck_notice_statement_kind_known")),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_notice_statement_state_known")),
        sa.CheckConstraint(
            "state IS NULL OR state = 'open' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL"
            " AND reason IS NOT NULL)",
            name=op.f("ck_notice_statement_decision_has_reason"),
        ),
        sa.CheckConstraint("decided_by <> account_id", name=op.f("ck_notice_statement_decided_by_another")),
        sa.ForeignKeyConstraint(
            ["compound_id", "entry_id"],
            ["notice_entry.compound_id", "notice_entry.id"],
            name=op.f("fk_notice_statement_compound_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_notice_statement_compound_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_notice_statement")),
    )
    op.create_index("ix_notice_statement_entry", "notice_statement", ["compound_id", "entry_id"], unique=False)
    op.create_index(
        "uq_notice_statement_appeal",
        "notice_statement",
        ["compound_id", "entry_id", "owner_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'appeal'"),
    )


def downgrade():
    op.drop_table("notice_statement")
