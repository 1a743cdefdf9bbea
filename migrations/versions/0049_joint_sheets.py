"""A paper sheet that all co-owners signed ends their dispute in the app; both of its enterers find the signatures."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade():
    for table in ("paper_sheet", "paper_entry"):
        op.add_column(table, sa.Column("joint", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    for table in ("paper_sheet", "paper_entry"):
        op.drop_column(table, "joint")
