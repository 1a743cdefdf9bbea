"""Objections to the electorate, and the version that tells a ballot of a correction under way.

A program from before never corrects an electorate: its version stays 0.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("meeting", sa.Column("electorate_version", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "electorate_objection",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("corrections", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('wrong_area', 'wrong_owner', 'missing_unit', 'not_to_be_listed', 'other')",
            name=op.f("ck_electorate_objection_kind_known"),
        ),
        sa.CheckConstraint("state IN ('filed', 'upheld', 'refused')", name=op.f("ck_electorate_objection_state_known")),
        sa.CheckConstraint(
            "(state = 'filed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (reason IS NULL)",
            name=op.f("ck_electorate_objection_decided_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_electorate_objection_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "scan_id"],
            ["meeting_scan.compound_id", "meeting_scan.id"],
            name=op.f("fk_electorate_objection_compound_id_scan_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_electorate_objection")),
        sa.UniqueConstraint(
            "compound_id",
            "meeting_id",
            "account_id",
            "content_hash",
            name=op.f("uq_electorate_objection_compound_id_meeting_id_account_id_content_hash"),
        ),
    )
    op.create_index(
        op.f("ix_electorate_objection_compound_id_meeting_id_state"),
        "electorate_objection",
        ["compound_id", "meeting_id", "state"],
    )


def downgrade():
    op.drop_table("electorate_objection")
    op.drop_column("meeting", "electorate_version")
