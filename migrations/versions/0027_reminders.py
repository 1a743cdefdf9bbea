"""Reminders to parties that have not voted."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "reminder",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(due_at IS NULL) = (account_id IS NOT NULL)", name=op.f("ck_reminder_planned_or_asked_for")
        ),
        sa.CheckConstraint("number > 0 AND told >= 0", name=op.f("ck_reminder_counts")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_reminder_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "number", name=op.f("pk_reminder")),
    )


def downgrade():
    op.drop_table("reminder")
