"""The planner knows that a meeting's id says which compound it is of.

Each key begins with both. Taken for independent they leave one row of a meeting's hundreds, and in a city of thousands
of compounds the planner then reads a whole electorate to find one owner in it.
"""

from alembic import op

revision = "0290"
down_revision = "0280"
branch_labels = None
depends_on = None

TABLES = ("voting_party", "voting_party_owner", "voting_party_unit", "ballot", "delivery", "paper_sheet", "log_leaf")


def upgrade():
    for table in TABLES:
        op.execute(f"CREATE STATISTICS st_{table}_meeting (dependencies) ON compound_id, meeting_id FROM {table}")
        op.execute(f"ANALYZE {table}")


def downgrade():
    for table in TABLES:
        op.execute(f"DROP STATISTICS st_{table}_meeting")
