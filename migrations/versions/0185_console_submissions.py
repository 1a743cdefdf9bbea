"""Forms of the console that were taken, so that sending one twice does its act once."""

import sqlalchemy as sa
from alembic import op

revision = "0185"
down_revision = "0171"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "console_submission",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "token", name="pk_console_submission"),
    )
    op.create_index("ix_console_submission_sent_at", "console_submission", ["sent_at"])


def downgrade():
    op.drop_table("console_submission")
