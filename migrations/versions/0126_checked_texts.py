"""Posts, activities and services are shown once their words were checked. Those there already stay shown."""

import sqlalchemy as sa
from alembic import op

revision = "0126"
down_revision = "0153"
branch_labels = None
depends_on = None

TABLES = ("volunteer_post", "offering")


def upgrade():
    for table in TABLES:
        op.add_column(table, sa.Column("text_state", sa.Text(), server_default="shown", nullable=False))
        op.create_check_constraint(
            op.f(f"ck_{table}_text_state_known"), table, "text_state IN ('checking', 'shown', 'refused')"
        )


def downgrade():
    for table in TABLES:
        op.drop_column(table, "text_state")
