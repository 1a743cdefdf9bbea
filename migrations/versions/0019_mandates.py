"""Mandates of proxies, ballots cast by them, and the staff of property companies, who are refused as proxies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0030"
branch_labels = None
depends_on = None

ROLES = "'steward', 'secretary', 'supervisor', 'community_officer', 'street_officer', 'operator'"


def upgrade():
    op.drop_constraint(op.f("ck_appointment_role_known"), "appointment")
    op.create_check_constraint(op.f("ck_appointment_role_known"), "appointment", f"role IN ({ROLES}, 'property_staff')")
    op.create_table(
        "mandate",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_mandate_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "scan_id"],
            ["meeting_scan.compound_id", "meeting_scan.id"],
            name=op.f("fk_mandate_compound_id_scan_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_mandate")),
    )
    op.create_index(
        "uq_mandate_current",
        "mandate",
        ["compound_id", "meeting_id", "party_id", "owner_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index("ix_mandate_account", "mandate", ["compound_id", "account_id", "meeting_id"])
    op.add_column("ballot", sa.Column("mandate_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_ballot_compound_id_mandate_id"),
        "ballot",
        "mandate",
        ["compound_id", "mandate_id"],
        ["compound_id", "id"],
    )
    op.create_index(
        "ix_ballot_mandate",
        "ballot",
        ["compound_id", "mandate_id"],
        postgresql_where=sa.text("mandate_id IS NOT NULL"),
    )


def downgrade():
    op.drop_index("ix_ballot_mandate", "ballot")
    op.drop_column("ballot", "mandate_id")
    op.drop_table("mandate")
    op.drop_constraint(op.f("ck_appointment_role_known"), "appointment")
    op.create_check_constraint(op.f("ck_appointment_role_known"), "appointment", f"role IN ({ROLES})")
