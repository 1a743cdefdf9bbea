"""Co-owners: several ballots of a party, of which one may stand; delegates, and scans of signed papers.

A program from before casts on: its ballots are effective, and the unique index stops a second one as the key did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PARTY = ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"]
PARTY_OWNER = [f"voting_party_owner.{column}" for column in ("compound_id", "meeting_id", "party_id", "owner_id")]


def upgrade():
    op.add_column(
        "voting_party_owner", sa.Column("delegate_votes", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("ballot", sa.Column("state", sa.Text(), server_default="effective", nullable=False))
    op.create_check_constraint(
        op.f("ck_ballot_state_known"), "ballot", "state IN ('effective', 'disputed', 'contrary', 'withdrawn')"
    )
    op.create_index(
        "uq_ballot_standing",
        "ballot",
        ["compound_id", "meeting_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('effective', 'disputed')"),
    )
    op.create_index(
        "ix_ballot_aside",
        "ballot",
        ["compound_id", "meeting_id", "party_id"],
        postgresql_where=sa.text("state IN ('contrary', 'withdrawn')"),
    )
    op.drop_constraint("fk_log_leaf_compound_id_ballot_id", "log_leaf")
    op.drop_constraint("uq_ballot_compound_id_id", "ballot")
    op.drop_constraint("pk_ballot", "ballot")
    op.create_primary_key(op.f("pk_ballot"), "ballot", ["compound_id", "id"])
    _refer_to_ballots()
    op.create_table(
        "meeting_scan",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_meeting_scan_media_type_known"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_meeting_scan_size_positive")),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_meeting_scan_sha256_whole")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_meeting_scan_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_meeting_scan")),
    )
    op.create_table(
        "delegate_naming",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("by_owner_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id", "owner_id"],
            PARTY_OWNER,
            name=op.f("fk_delegate_naming_compound_id_meeting_id_party_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id", "by_owner_id"],
            PARTY_OWNER,
            name=op.f("fk_delegate_naming_compound_id_meeting_id_party_id_by_owner_id"),
        ),
        sa.PrimaryKeyConstraint(
            "compound_id", "meeting_id", "party_id", "by_owner_id", name=op.f("pk_delegate_naming")
        ),
    )
    op.create_table(
        "delegation",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            PARTY,
            name=op.f("fk_delegation_compound_id_meeting_id_party_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id", "owner_id"],
            PARTY_OWNER,
            name=op.f("fk_delegation_compound_id_meeting_id_party_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "scan_id"],
            ["meeting_scan.compound_id", "meeting_scan.id"],
            name=op.f("fk_delegation_compound_id_scan_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "party_id", name=op.f("pk_delegation")),
    )


def downgrade():
    op.drop_table("delegation")
    op.drop_table("delegate_naming")
    op.drop_table("meeting_scan")
    op.drop_constraint("fk_log_leaf_compound_id_ballot_id", "log_leaf")
    op.drop_constraint("pk_ballot", "ballot")
    op.drop_index("ix_ballot_aside", "ballot")
    op.drop_index("uq_ballot_standing", "ballot")
    op.create_primary_key(op.f("pk_ballot"), "ballot", ["compound_id", "meeting_id", "party_id"])
    op.create_unique_constraint(op.f("uq_ballot_compound_id_id"), "ballot", ["compound_id", "id"])
    _refer_to_ballots()
    op.drop_column("ballot", "state")
    op.drop_column("voting_party_owner", "delegate_votes")


def _refer_to_ballots():
    op.create_foreign_key(
        op.f("fk_log_leaf_compound_id_ballot_id"),
        "log_leaf",
        "ballot",
        ["compound_id", "ballot_id"],
        ["compound_id", "id"],
    )
