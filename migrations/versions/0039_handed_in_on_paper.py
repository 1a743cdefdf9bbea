"""Signatures and objections that owners hand in on paper: who entered them, and where the sheet is filed.

Programs from before go on entering them for their own account; a waiting objection is now one an owner, not an account.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("petition_signature", sa.Column("paper_note", sa.Text(), nullable=True))
    op.add_column("result_objection", sa.Column("paper_note", sa.Text(), nullable=True))
    _waiting_by("owner_id")


def downgrade():
    _waiting_by("account_id")
    op.drop_column("result_objection", "paper_note")
    op.drop_column("petition_signature", "paper_note")


def _waiting_by(person):
    op.drop_index("uq_result_objection_waiting", "result_objection")
    op.create_index(
        "uq_result_objection_waiting",
        "result_objection",
        ["compound_id", "meeting_id", person, "motion_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
