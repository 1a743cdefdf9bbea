"""When a tenant was told that the last day of the lease is near: once for each last day."""

import sqlalchemy as sa
from alembic import op

revision = "0310"
down_revision = "0290"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("binding", sa.Column("lease_warned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("binding", "lease_warned_at")
