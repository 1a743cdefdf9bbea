"""A mandate names its proxy by a number, and waits where nobody has proven it yet.

Programs from before give mandates to accounts only, and see none that wait.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("mandate", sa.Column("proxy_hash", sa.LargeBinary(), nullable=True))
    op.alter_column("mandate", "account_id", existing_type=sa.Uuid(), nullable=True)
    op.create_check_constraint(
        op.f("ck_mandate_names_a_proxy"), "mandate", "account_id IS NOT NULL OR proxy_hash IS NOT NULL"
    )
    op.create_index(
        "ix_mandate_waiting",
        "mandate",
        ["proxy_hash"],
        postgresql_where=sa.text("account_id IS NULL AND revoked_at IS NULL"),
    )


def downgrade():
    op.execute("DELETE FROM mandate WHERE account_id IS NULL")
    op.drop_index("ix_mandate_waiting", "mandate")
    op.drop_constraint(op.f("ck_mandate_names_a_proxy"), "mandate")
    op.alter_column("mandate", "account_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_column("mandate", "proxy_hash")
