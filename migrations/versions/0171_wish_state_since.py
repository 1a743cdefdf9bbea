"""When a wish came into its state: its photographs are erased so long after it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0171"
down_revision = "0170"
branch_labels = None
depends_on = None


def upgrade():
    # The default stays: a program from before, which still runs, does not name the column.
    since = sa.Column("state_since", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
    op.add_column("wish", since)
    op.create_index(
        "ix_wish_ended",
        "wish",
        ["state_since"],
        postgresql_where=sa.text("state IN ('returned', 'fulfilled', 'rated', 'withdrawn', 'expired', 'merged')"),
    )


def downgrade():
    op.drop_index("ix_wish_ended", table_name="wish")
    op.drop_column("wish", "state_since")
