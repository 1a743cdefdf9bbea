"""Entries of the red/black list, and whom they are about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notice_entry",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("hearing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "category IN ('hygiene', 'parking', 'noise', 'fire_safety', 'animals',"
            " 'common_parts', 'neighbours', 'service', 'other')",
            name=op.f("ck_notice_entry_category_known"),
        ),
        sa.CheckConstraint("colour IN ('red', 'black')", name=op.f("ck_notice_entry_colour_known")),
        sa.CheckConstraint(
            "state <> 'hearing' OR reviewed_by IS NOT NULL", name=op.f("ck_notice_entry_heard_after_review")
        ),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_notice_entry_published_has_time")
        ),
        sa.CheckConstraint(
            "state <> 'taken_down' OR (ended_at IS NOT NULL AND note IS NOT NULL)",
            name=op.f("ck_notice_entry_end_has_note"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'reviewing', 'returned', 'hearing', 'published', 'taken_down', 'withdrawn')",
            name=op.f("ck_notice_entry_state_known"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (hearing_until IS NOT NULL AND published_at >= hearing_until"
            " AND expires_at > published_at AND published_by IS NOT NULL AND reviewed_by IS NOT NULL)",
            name=op.f("ck_notice_entry_published_after_hearing"),
        ),
        sa.CheckConstraint(
            "reviewed_by <> drafted_by AND published_by <> drafted_by", name=op.f("ck_notice_entry_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "nomination_id"],
            ["notice_nomination.compound_id", "notice_nomination.id"],
            name=op.f("fk_notice_entry_compound_id_nomination_id"),
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_notice_entry_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_notice_entry")),
    )
    op.create_index("ix_notice_entry_listed", "notice_entry", ["compound_id", "published_at", "id"], unique=False)
    op.create_table(
        "notice_entry_person",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.Uuid(), nullable=True),
        sa.Column("paper_note", sa.LargeBinary(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("consent_version", sa.BigInteger(), nullable=True),
        sa.Column("consent_by", sa.Uuid(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "consent IN ('asked', 'given', 'refused', 'withdrawn')", name=op.f("ck_notice_entry_person_consent_known")
        ),
        sa.CheckConstraint(
            "consent IS NULL OR consent = 'asked'"
            " OR (consent_version IS NOT NULL AND consent_by IS NOT NULL AND consent_at IS NOT NULL)",
            name=op.f("ck_notice_entry_person_consent_is_on_record"),
        ),
        sa.CheckConstraint(
            "(told_by IS NULL) = (paper_note IS NULL)", name=op.f("ck_notice_entry_person_paper_has_note")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "entry_id"],
            ["notice_entry.compound_id", "notice_entry.id"],
            name=op.f("fk_notice_entry_person_compound_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_notice_entry_person_compound_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "entry_id", "owner_id", name=op.f("pk_notice_entry_person")),
    )
    op.create_index("ix_notice_entry_person_owner", "notice_entry_person", ["compound_id", "owner_id"], unique=False)


def downgrade():
    op.drop_table("notice_entry_person")
    op.drop_table("notice_entry")
