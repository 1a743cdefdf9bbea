"""By which proofs of delivery the count let a silent party join the majority."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("voting_party", sa.Column("deemed_by", JSONB(), nullable=True))


def downgrade():
    op.drop_column("voting_party", "deemed_by")
