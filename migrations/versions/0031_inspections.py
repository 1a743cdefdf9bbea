"""Inspections: a meeting's records opened to one owner for a short time."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "inspection",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("opened_at < expires_at", name=op.f("ck_inspection_opens_before_it_expires")),
        sa.CheckConstraint("octet_length(salt) = 32", name=op.f("ck_inspection_salt_of_32_bytes")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_inspection_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_inspection_compound_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_compound_id_meeting_id"), "inspection", ["compound_id", "meeting_id"])


def downgrade():
    op.drop_table("inspection")
