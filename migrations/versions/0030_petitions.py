"""Petitions for an interim meeting, and their signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    _petition()
    op.create_table(
        "petition_signature",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("petition_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(party) = 32", name=op.f("ck_petition_signature_party_is_sha256")),
        sa.ForeignKeyConstraint(
            ["compound_id", "petition_id"],
            ["petition.compound_id", "petition.id"],
            name=op.f("fk_petition_signature_compound_id_petition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_petition_signature_compound_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "petition_id", "party", name=op.f("pk_petition_signature")),
    )


def _petition():
    op.create_table(
        "petition",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("motions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_set", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_set_version", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("convene_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons", sa.BigInteger(), nullable=True),
        sa.Column("area_centi", sa.BigInteger(), nullable=True),
        sa.Column("electorate_persons", sa.BigInteger(), nullable=True),
        sa.Column("electorate_area_centi", sa.BigInteger(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("started_at < expires_at", name=op.f("ck_petition_starts_before_it_expires")),
        sa.CheckConstraint(
            "(delivered_at IS NULL) = (convene_by IS NULL) AND (delivered_at IS NULL) = (persons IS NULL)"
            " AND (delivered_at IS NULL) = (area_centi IS NULL)"
            " AND (delivered_at IS NULL) = (electorate_persons IS NULL)"
            " AND (delivered_at IS NULL) = (electorate_area_centi IS NULL)",
            name=op.f("ck_petition_delivered_is_frozen"),
        ),
        sa.CheckConstraint(
            "delivered_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_petition_delivered_or_withdrawn")
        ),
        sa.CheckConstraint(
            "meeting_id IS NULL OR delivered_at IS NOT NULL", name=op.f("ck_petition_meeting_after_delivery")
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_petition_compound_id")),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_petition_compound_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_petition_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_petition")),
    )
    op.create_index(
        "uq_petition_collecting",
        "petition",
        ["compound_id", "started_by"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_petition_due", "petition", ["convene_by"], postgresql_where=sa.text("warned_at IS NULL"))


def downgrade():
    op.drop_table("petition_signature")
    op.drop_table("petition")
