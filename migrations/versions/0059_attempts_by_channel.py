"""What each channel said of a message."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("outbox", sa.Column("channel", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("msgid", sa.Text(), nullable=True))
    op.add_column(
        "outbox",
        sa.Column("trail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column(
        "outbox",
        sa.Column("undelivered_by", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade():
    for name in ("undelivered_by", "trail", "msgid", "channel"):
        op.drop_column("outbox", name)
