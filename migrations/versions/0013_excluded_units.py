"""The units that a meeting's rules leave out, for the note on what counting them had changed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "excluded_unit",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("joining", sa.BigInteger(), nullable=True),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("stairwell", sa.Text(), nullable=False),
        sa.Column("area_centi", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(party_id IS NULL) <> (joining IS NULL)", name=op.f("ck_excluded_unit_one_person")),
        sa.CheckConstraint("area_centi >= 0", name=op.f("ck_excluded_unit_area_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_excluded_unit_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
            name=op.f("fk_excluded_unit_compound_id_meeting_id_party_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "unit_id", name=op.f("pk_excluded_unit")),
    )
    op.create_index(
        op.f("ix_excluded_unit_compound_id_meeting_id_party_id"),
        "excluded_unit",
        ["compound_id", "meeting_id", "party_id"],
    )


def downgrade():
    op.drop_table("excluded_unit")
