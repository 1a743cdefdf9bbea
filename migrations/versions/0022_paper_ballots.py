"""Ballots from paper: cast by nobody's account for nobody alone, with spoiled items; who votes on paper casts no more.

A program from before writes accounts and owners on, and none of its ballots is paper's.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "voting_party_owner", sa.Column("paper_votes", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("ballot", sa.Column("spoiled", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.alter_column("ballot", "owner_id", existing_type=sa.Uuid(), nullable=True)
    op.alter_column("ballot", "account_id", existing_type=sa.Uuid(), nullable=True)
    op.create_check_constraint(
        op.f("ck_ballot_account_unless_paper"), "ballot", "account_id IS NOT NULL OR channel = 'paper'"
    )
    op.create_check_constraint(op.f("ck_ballot_spoiled_on_paper"), "ballot", "spoiled IS NULL OR channel = 'paper'")


def downgrade():
    op.drop_constraint(op.f("ck_ballot_spoiled_on_paper"), "ballot")
    op.drop_constraint(op.f("ck_ballot_account_unless_paper"), "ballot")
    op.alter_column("ballot", "account_id", existing_type=sa.Uuid(), nullable=False)
    op.alter_column("ballot", "owner_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_column("ballot", "spoiled")
    op.drop_column("voting_party_owner", "paper_votes")
