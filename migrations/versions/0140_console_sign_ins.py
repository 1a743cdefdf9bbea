"""Signing in to the console: codes that browsers show, and the browsers that are signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0140"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "console_scan",
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number BETWEEN 10 AND 99", name="ck_console_scan_two_digits"),
        sa.CheckConstraint(
            "(account_id IS NULL) = (confirmed_at IS NULL)", name="ck_console_scan_confirmed_by_somebody"
        ),
        sa.CheckConstraint("used_at IS NULL OR confirmed_at IS NOT NULL", name="ck_console_scan_used_after_confirming"),
        sa.CheckConstraint("rejected_at IS NULL OR confirmed_at IS NULL", name="ck_console_scan_rejected_or_confirmed"),
        sa.PrimaryKeyConstraint("scene", name="pk_console_scan"),
    )
    op.create_index("ix_console_scan_expires_at", "console_scan", ["expires_at"])
    op.create_table(
        "console_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_console_session"),
    )
    op.create_index("ix_console_session_account_id", "console_session", ["account_id"])
    op.create_index("ix_console_session_expires_at", "console_session", ["expires_at"])


def downgrade():
    op.drop_table("console_session")
    op.drop_table("console_scan")
