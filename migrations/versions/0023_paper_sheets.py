"""Signed sheets that were handed in, and what two people read on each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATES = "'open', 'mismatched', 'confirmed', 'late', 'unidentified', 'conflict', 'duplicate', 'set_aside'"
PARTY = ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"]


def upgrade():
    op.create_table(
        "paper_sheet",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ballot_id", sa.Uuid(), nullable=True),
        sa.Column("app_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_paper_sheet_state_known")),
        sa.CheckConstraint(
            "party_id IS NOT NULL OR state = 'unidentified'", name=op.f("ck_paper_sheet_party_unless_unidentified")
        ),
        sa.CheckConstraint(
            "(ballot_id IS NOT NULL) = (state = 'confirmed')", name=op.f("ck_paper_sheet_ballot_once_confirmed")
        ),
        sa.CheckConstraint(
            "reason IS NOT NULL OR state NOT IN ('unidentified', 'set_aside')",
            name=op.f("ck_paper_sheet_reason_given"),
        ),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)", name=op.f("ck_paper_sheet_settled_by_somebody")
        ),
        sa.CheckConstraint("received_at <= registered_at", name=op.f("ck_paper_sheet_received_before_registered")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_paper_sheet_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            PARTY,
            name=op.f("fk_paper_sheet_compound_id_meeting_id_party_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "scan_id"],
            ["meeting_scan.compound_id", "meeting_scan.id"],
            name=op.f("fk_paper_sheet_compound_id_scan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "ballot_id"],
            ["ballot.compound_id", "ballot.id"],
            name=op.f("fk_paper_sheet_compound_id_ballot_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_paper_sheet")),
    )
    op.create_index(op.f("ix_paper_sheet_compound_id_meeting_id"), "paper_sheet", ["compound_id", "meeting_id"])
    op.create_index(
        "uq_paper_sheet_holding",
        "paper_sheet",
        ["compound_id", "meeting_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'mismatched', 'confirmed')"),
    )
    op.create_table(
        "paper_entry",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choices", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("marks", postgresql.JSONB(), nullable=True),
        sa.Column("spoiled", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("corrections", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("place IN (1, 2)", name=op.f("ck_paper_entry_two_places")),
        sa.CheckConstraint(
            "(entered_at IS NULL) = (choices IS NULL)", name=op.f("ck_paper_entry_entered_with_choices")
        ),
        sa.CheckConstraint(
            "(entered_at IS NULL) = (spoiled IS NULL)", name=op.f("ck_paper_entry_entered_with_spoiled")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "sheet_id"],
            ["paper_sheet.compound_id", "paper_sheet.id"],
            name=op.f("fk_paper_entry_compound_id_sheet_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "sheet_id", "account_id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint("compound_id", "sheet_id", "place", name=op.f("uq_paper_entry_compound_id_sheet_id_place")),
    )


def downgrade():
    op.drop_table("paper_entry")
    op.drop_table("paper_sheet")
