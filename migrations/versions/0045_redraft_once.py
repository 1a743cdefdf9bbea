"""A wrong or annulled meeting is made anew once: the draft names it, and only one that stands may.

Programs from before make drafts that name nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("meeting", sa.Column("redraft_of", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_meeting_compound_id_redraft_of"),
        "meeting",
        "meeting",
        ["compound_id", "redraft_of"],
        ["compound_id", "id"],
    )
    op.create_index(
        "uq_meeting_redraft",
        "meeting",
        ["compound_id", "redraft_of"],
        unique=True,
        postgresql_where=sa.text("redraft_of IS NOT NULL AND cancelled_at IS NULL"),
    )


def downgrade():
    op.drop_index("uq_meeting_redraft", "meeting")
    op.drop_constraint(op.f("fk_meeting_compound_id_redraft_of"), "meeting", type_="foreignkey")
    op.drop_column("meeting", "redraft_of")
