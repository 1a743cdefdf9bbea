"""Nominations for the red list."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notice_nomination",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "category IN ('hygiene', 'parking', 'noise', 'fire_safety', 'animals',"
            " 'common_parts', 'neighbours', 'service', 'other')",
            name=op.f("ck_notice_nomination_category_known"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason IS NOT NULL", name=op.f("ck_notice_nomination_declined_has_reason")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'adopted', 'declined', 'withdrawn')", name=op.f("ck_notice_nomination_state_known")
        ),
        sa.CheckConstraint("decided_by <> account_id", name=op.f("ck_notice_nomination_decided_by_another")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_notice_nomination_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_notice_nomination")),
    )
    op.create_index("ix_notice_nomination_account", "notice_nomination", ["compound_id", "account_id"], unique=False)
    op.create_index(
        "ix_notice_nomination_open",
        "notice_nomination",
        ["compound_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade():
    op.drop_table("notice_nomination")
