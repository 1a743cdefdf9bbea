"""Whom a role was given to, by name and number, and who ended it: for the desk where roles are given."""

import sqlalchemy as sa
from alembic import op

revision = "0186"
down_revision = "0185"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("appointment", sa.Column("name", sa.LargeBinary(), nullable=True))
    op.add_column("appointment", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.add_column("appointment", sa.Column("ended_by", sa.Uuid(), nullable=True))


def downgrade():
    op.drop_column("appointment", "ended_by")
    op.drop_column("appointment", "phone")
    op.drop_column("appointment", "name")
