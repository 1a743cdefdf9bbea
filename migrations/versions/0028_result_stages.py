"""Result stages: objections to a published result, its final announcement, its annulment.

Programs from before know neither end: they show a final or annulled result as published.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("meeting", sa.Column("finalized_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("annul_reason", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_meeting_final_after_published"), "meeting", "finalized_at IS NULL OR published_at IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("ck_meeting_annulled_before_final"),
        "meeting",
        "annulled_at IS NULL OR (published_at IS NOT NULL AND finalized_at IS NULL)",
    )
    op.create_table(
        "result_objection",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decision IS NULL) AND (decided_at IS NULL) = (reason IS NULL)"
            " AND (decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_result_objection_decided_with_reason"),
        ),
        sa.CheckConstraint("decided_by <> account_id", name=op.f("ck_result_objection_decided_by_another")),
        sa.CheckConstraint(
            "decision IN ('rejected', 'upheld', 'count_wrong')", name=op.f("ck_result_objection_decision_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_result_objection_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "motion_id"],
            ["motion.compound_id", "motion.id"],
            name=op.f("fk_result_objection_compound_id_motion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_result_objection_compound_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_result_objection")),
    )
    op.create_index(
        "uq_result_objection_waiting",
        "result_objection",
        ["compound_id", "meeting_id", "account_id", "motion_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade():
    op.drop_table("result_objection")
    op.drop_constraint(op.f("ck_meeting_annulled_before_final"), "meeting")
    op.drop_constraint(op.f("ck_meeting_final_after_published"), "meeting")
    op.drop_column("meeting", "annul_reason")
    op.drop_column("meeting", "annulled_at")
    op.drop_column("meeting", "finalized_at")
