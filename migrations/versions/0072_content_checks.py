"""Pictures, and what WeChat says of texts and pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("review_case", sa.Column("check_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("wish_claim", sa.Column("report_shown_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "picture",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("source_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("thumbnail_key", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 6", name=op.f("ck_picture_position_of_six")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_picture_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_picture")),
        sa.UniqueConstraint(
            "compound_id",
            "kind",
            "subject_id",
            "position",
            name=op.f("uq_picture_compound_id_kind_subject_id_position"),
        ),
        sa.UniqueConstraint(
            "compound_id",
            "kind",
            "subject_id",
            "source_sha256",
            name=op.f("uq_picture_compound_id_kind_subject_id_source_sha256"),
        ),
    )
    op.create_table(
        "content_check",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("trace_id", sa.Text(), nullable=True),
        sa.Column("suggest", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (suggest IS NOT NULL)", name=op.f("ck_content_check_done_says_something")
        ),
        sa.CheckConstraint("state <> 'asked' OR trace_id IS NOT NULL", name=op.f("ck_content_check_asked_has_trace")),
        sa.CheckConstraint("state IN ('due', 'asked', 'done')", name=op.f("ck_content_check_state_known")),
        sa.CheckConstraint(
            "suggest IN ('pass', 'review', 'risky', 'unchecked')", name=op.f("ck_content_check_suggest_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "case_id"],
            ["review_case.compound_id", "review_case.id"],
            name=op.f("fk_content_check_compound_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_content_check")),
    )
    op.create_index("ix_content_check_case", "content_check", ["compound_id", "case_id"])
    op.create_index("ix_content_check_due", "content_check", ["next_at"], postgresql_where=sa.text("state = 'due'"))
    op.create_index(
        "ix_content_check_trace", "content_check", ["trace_id"], postgresql_where=sa.text("trace_id IS NOT NULL")
    )


def downgrade():
    op.drop_table("content_check")
    op.drop_table("picture")
    op.drop_column("wish_claim", "report_shown_at")
    op.drop_column("review_case", "check_until")
