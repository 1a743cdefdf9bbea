"""Owners' meetings: motions, frozen electorates, ballots and counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "meeting",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("convenor", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_set", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("motion_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("electorate_persons", sa.BigInteger(), nullable=True),
        sa.Column("electorate_area_centi", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opening_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "convenor IN ('committee', 'preparatory_group', 'community')", name=op.f("ck_meeting_convenor_known")
        ),
        sa.CheckConstraint(
            "announced_at IS NULL OR (electorate_persons > 0 AND electorate_area_centi > 0 AND rule_set IS NOT NULL)",
            name=op.f("ck_meeting_announced_is_frozen"),
        ),
        sa.CheckConstraint(
            "counted_at IS NULL OR counted_at >= closes_at", name=op.f("ck_meeting_counted_after_closing")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_meeting_opens_before_it_closes")),
        sa.CheckConstraint(
            "published_at IS NULL OR counted_at IS NOT NULL", name=op.f("ck_meeting_published_after_count")
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_meeting_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_opening", "meeting", ["opens_at"], unique=False)
    op.create_table(
        "motion",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("matter", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("matter BETWEEN 1 AND 9", name=op.f("ck_motion_matter_in_law")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_motion_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_motion")),
        sa.UniqueConstraint(
            "compound_id", "meeting_id", "position", name=op.f("uq_motion_compound_id_meeting_id_position")
        ),
    )
    op.create_table(
        "voting_party",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("area_centi", sa.BigInteger(), nullable=False),
        sa.Column("is_developer", sa.Boolean(), nullable=False),
        sa.CheckConstraint("area_centi >= 0", name=op.f("ck_voting_party_area_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_voting_party_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "id", name=op.f("pk_voting_party")),
        sa.UniqueConstraint(
            "compound_id", "meeting_id", "number", name=op.f("uq_voting_party_compound_id_meeting_id_number")
        ),
    )
    op.create_table(
        "voting_party_unit",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("area_centi", sa.BigInteger(), nullable=False),
        sa.Column("area_source", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "area_source IN ('register', 'survey', 'contract')", name=op.f("ck_voting_party_unit_area_source_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
            name=op.f("fk_voting_party_unit_compound_id_meeting_id_party_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "unit_id", name=op.f("pk_voting_party_unit")),
    )
    op.create_index(
        "ix_voting_party_unit_compound_id_meeting_id_party_id",
        "voting_party_unit",
        ["compound_id", "meeting_id", "party_id"],
        unique=False,
    )
    op.create_table(
        "voting_party_owner",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
            name=op.f("fk_voting_party_owner_compound_id_meeting_id_party_id"),
        ),
        sa.PrimaryKeyConstraint(
            "compound_id", "meeting_id", "party_id", "owner_id", name=op.f("pk_voting_party_owner")
        ),
    )
    op.create_index(
        "ix_voting_party_owner_compound_id_meeting_id_owner_id",
        "voting_party_owner",
        ["compound_id", "meeting_id", "owner_id"],
        unique=False,
    )
    op.create_table(
        "ballot",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("choices", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("area_centi", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('app', 'paper')", name=op.f("ck_ballot_channel_known")),
        sa.CheckConstraint(
            "cardinality(choices) > 0 AND 0 <= ALL (choices) AND 3 >= ALL (choices)",
            name=op.f("ck_ballot_choices_known"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
            name=op.f("fk_ballot_compound_id_meeting_id_party_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "party_id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("compound_id", "id", name=op.f("uq_ballot_compound_id_id")),
    )
    op.create_table(
        "count_approval",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity IN ('secretary', 'supervisor')", name=op.f("ck_count_approval_capacity_known")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_count_approval_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "capacity", name=op.f("pk_count_approval")),
        sa.UniqueConstraint(
            "compound_id", "meeting_id", "account_id", name=op.f("uq_count_approval_compound_id_meeting_id_account_id")
        ),
    )
    op.create_table(
        "count_record",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_count_record_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", name=op.f("pk_count_record")),
    )


def downgrade():
    op.drop_table("count_record")
    op.drop_table("count_approval")
    op.drop_table("ballot")
    op.drop_table("voting_party_owner")
    op.drop_table("voting_party_unit")
    op.drop_table("voting_party")
    op.drop_table("motion")
    op.drop_table("meeting")
