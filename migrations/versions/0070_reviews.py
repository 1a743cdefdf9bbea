"""The review queue."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "review_case",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("involved", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("appeal", sa.LargeBinary(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_decided_by", sa.Uuid(), nullable=True),
        sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'appealed' OR appealed_at IS NOT NULL", name=op.f("ck_review_case_appeal_has_time")
        ),
        sa.CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name=op.f("ck_review_case_refusal_has_reason")),
        sa.CheckConstraint(
            "state IN ('checking', 'waiting', 'accepted', 'refused', 'appealed', 'closed')",
            name=op.f("ck_review_case_state_known"),
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_review_case_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_review_case")),
    )
    op.create_index("ix_review_case_subject", "review_case", ["compound_id", "subject_id"])
    op.create_index(
        "uq_review_case_open",
        "review_case",
        ["compound_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('checking', 'waiting', 'appealed')"),
    )


def downgrade():
    op.drop_table("review_case")
