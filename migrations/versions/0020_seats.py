"""Owners who bought a party's units while voting ran: they vote for it, and are not on the frozen list."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("voting_party_owner", sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("voting_party_owner", "joined_at")
