"""The in-app inbox: when a message was read, and which kinds an account wants there only."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("outbox", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "muted_kind",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_muted_kind")),
    )


def downgrade():
    op.drop_table("muted_kind")
    op.drop_column("outbox", "read_at")
