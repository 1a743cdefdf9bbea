"""Requests that brought a key, so that one sent again is answered and not done again."""

import sqlalchemy as sa
from alembic import op

revision = "0211"
down_revision = "0200"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "answered_request",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(status IS NULL) = (answer IS NULL)", name=op.f("ck_answered_request_answered_whole")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_answered_request")),
    )
    op.create_index(op.f("ix_answered_request_asked_at"), "answered_request", ["asked_at"])


def downgrade():
    op.drop_table("answered_request")
