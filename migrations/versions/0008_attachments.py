"""Attachments of motions."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "attachment",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_attachment_media_type_known"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_positive")),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_attachment_sha256_whole")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_attachment_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "motion_id"],
            ["motion.compound_id", "motion.id"],
            name=op.f("fk_attachment_compound_id_motion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_attachment")),
    )
    op.create_index("uq_attachment_position", "attachment", ["compound_id", "motion_id", "position"], unique=True)
    op.create_index(
        op.f("ix_attachment_compound_id_meeting_id"), "attachment", ["compound_id", "meeting_id"], unique=False
    )


def downgrade():
    op.drop_table("attachment")
