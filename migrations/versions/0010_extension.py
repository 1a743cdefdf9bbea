"""When voting was to close before it was extended."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("meeting", sa.Column("first_closes_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("meeting", "first_closes_at")
