"""Which monthly figures are hidden: decided when they are computed. Those there are hidden until the next run."""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("monthly_figure", sa.Column("hidden", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade():
    op.drop_column("monthly_figure", "hidden")
