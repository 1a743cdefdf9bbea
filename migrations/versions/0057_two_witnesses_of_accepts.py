"""Accepts as the client reports them and as WeChat pushes them, side by side."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("subscription_credit", sa.Column("reported", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("subscription_credit", sa.Column("pushed", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("subscription_credit", sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("subscription_credit", "cleared_at")
    op.drop_column("subscription_credit", "pushed")
    op.drop_column("subscription_credit", "reported")
