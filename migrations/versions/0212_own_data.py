"""Consents, children's guardians, and accounts that are to be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0212"
down_revision = "0201"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("account", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_account_erased_knows_nobody"), "account", "erased_at IS NULL OR (openid = '' AND phone IS NULL)"
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('privacy')", name=op.f("ck_consent_purpose_known")),
        sa.CheckConstraint("given_by <> account_id", name=op.f("ck_consent_given_by_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        "uq_consent_live",
        "consent",
        ["account_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "child_account",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guardian_id", sa.Uuid(), nullable=True),
        sa.Column("guarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("guardian_id <> account_id", name=op.f("ck_child_account_guarded_by_another")),
        sa.CheckConstraint("(guardian_id IS NULL) = (guarded_at IS NULL)", name=op.f("ck_child_account_guarded_whole")),
        sa.CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name=op.f("ck_child_account_code_whole")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_child_account")),
    )
    op.create_index("ix_child_account_guardian", "child_account", ["guardian_id"])
    op.create_index("ix_child_account_code", "child_account", ["code_hash"])
    op.create_table(
        "closing",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("asked_at < due_at", name=op.f("ck_closing_due_later")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_closing")),
    )
    op.create_index("ix_closing_due", "closing", ["due_at"], postgresql_where=sa.text("closed_at IS NULL"))


def downgrade():
    for table in ("closing", "child_account", "consent"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_account_erased_knows_nobody"), "account")
    op.drop_column("account", "erased_at")
