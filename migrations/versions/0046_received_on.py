"""The day on which an objection to a result was handed in on paper: it may be entered later.

Programs from before enter no day; theirs was the day of the entry.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("result_objection", sa.Column("received_on", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("ck_result_objection_received_on_paper"),
        "result_objection",
        "received_on IS NULL OR paper_note IS NOT NULL",
    )


def downgrade():
    op.drop_constraint(op.f("ck_result_objection_received_on_paper"), "result_objection")
    op.drop_column("result_objection", "received_on")
