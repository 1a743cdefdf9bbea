"""Proof of delivery to each voting party, and posted notices."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "delivery",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("handed_by", sa.LargeBinary(), nullable=True),
        sa.Column("received_by", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("item IN ('notice', 'ballot')", name=op.f("ck_delivery_item_known")),
        sa.CheckConstraint("way IN ('opened', 'message', 'paper')", name=op.f("ck_delivery_way_known")),
        sa.CheckConstraint(
            "(way = 'paper') = (handed_by IS NOT NULL)", name=op.f("ck_delivery_paper_names_who_handed_it_over")
        ),
        sa.CheckConstraint("way = 'paper' OR received_by IS NULL", name=op.f("ck_delivery_received_on_paper")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
            name=op.f("fk_delivery_compound_id_meeting_id_party_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "party_id", "item", "way", name=op.f("pk_delivery")),
    )
    op.create_table(
        "posted_notice",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_posted_notice_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "scan_id"],
            ["meeting_scan.compound_id", "meeting_scan.id"],
            name=op.f("fk_posted_notice_compound_id_scan_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_posted_notice")),
        sa.UniqueConstraint(
            "compound_id",
            "meeting_id",
            "place",
            "posted_at",
            name=op.f("uq_posted_notice_compound_id_meeting_id_place_posted_at"),
        ),
    )


def downgrade():
    op.drop_table("posted_notice")
    op.drop_table("delivery")
