"""Committees: kind and term of an election, committees with their members.

A motion from before has neither kind nor term: an owners' committee, for as long as the rule set has it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("motion", sa.Column("committee_kind", sa.Text(), nullable=True))
    op.add_column("motion", sa.Column("term_years", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_motion_committee_kind_known"), "motion", "committee_kind IN ('owners_committee', 'self_management')"
    )
    op.create_check_constraint(
        op.f("ck_motion_term_of_a_committee"),
        "motion",
        "term_years IS NULL OR (seats > 0 AND term_years BETWEEN 1 AND 5)",
    )
    _committee()
    _committee_member()


def _committee():
    op.create_table(
        "committee",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("began_at < expires_at", name=op.f("ck_committee_term_begins_before_it_ends")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_committee_seats_positive")),
        sa.CheckConstraint("kind IN ('owners_committee', 'self_management')", name=op.f("ck_committee_kind_known")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_committee_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "motion_id"],
            ["motion.compound_id", "motion.id"],
            name=op.f("fk_committee_compound_id_motion_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_committee")),
        sa.UniqueConstraint("compound_id", "motion_id", name=op.f("uq_committee_compound_id_motion_id")),
    )
    op.create_index(
        "uq_committee_current",
        "committee",
        ["compound_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_committee_expiring",
        "committee",
        ["expires_at"],
        postgresql_where=sa.text("ended_at IS NULL AND warned_at IS NULL"),
    )


def _committee_member():
    op.create_table(
        "committee_member",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaving", sa.Text(), nullable=True),
        sa.Column("left_reason", sa.LargeBinary(), nullable=True),
        sa.Column("removal_motion_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(left_at IS NULL) = (leaving IS NULL) AND (left_at IS NULL) = (left_reason IS NULL)",
            name=op.f("ck_committee_member_left_with_reason"),
        ),
        sa.CheckConstraint(
            "(leaving = 'removed') = (removal_motion_id IS NOT NULL)",
            name=op.f("ck_committee_member_removed_by_a_motion"),
        ),
        sa.CheckConstraint(
            "leaving IN ('resigned', 'disqualified', 'removed')", name=op.f("ck_committee_member_leaving_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "committee_id"],
            ["committee.compound_id", "committee.id"],
            name=op.f("fk_committee_member_compound_id_committee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_committee_member_compound_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "removal_motion_id"],
            ["motion.compound_id", "motion.id"],
            name=op.f("fk_committee_member_compound_id_removal_motion_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint(
            "compound_id",
            "committee_id",
            "position",
            name=op.f("uq_committee_member_compound_id_committee_id_position"),
        ),
    )


def downgrade():
    op.drop_table("committee_member")
    op.drop_table("committee")
    op.drop_constraint(op.f("ck_motion_term_of_a_committee"), "motion")
    op.drop_constraint(op.f("ck_motion_committee_kind_known"), "motion")
    op.drop_column("motion", "term_years")
    op.drop_column("motion", "committee_kind")
