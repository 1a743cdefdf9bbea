"""Channels that rest, and an index by which a claim sees whom a message is under way to."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0055"
branch_labels = None
depends_on = None

SENDING = sa.text("state = 'sending'")


def upgrade():
    op.create_table(
        "channel_pause",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pause")),
    )
    op.create_index("ix_outbox_sending", "outbox", ["account_id", "claimed_at"], unique=False, postgresql_where=SENDING)
    op.drop_index("ix_outbox_in_flight", "outbox")


def downgrade():
    op.create_index("ix_outbox_in_flight", "outbox", ["claimed_at"], unique=False, postgresql_where=SENDING)
    op.drop_index("ix_outbox_sending", "outbox")
    op.drop_table("channel_pause")
