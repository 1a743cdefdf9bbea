"""A turnout is counted from the index of the ballots that stand, without their rows.

Each ballot lies on a page of its own, since people vote at different times. An index alone answers where the pages are
known to be visible to all, so ballots are vacuumed after some hundredth of the table has come, not after a fifth.
"""

import sqlalchemy as sa
from alembic import op

revision = "0320"
down_revision = "0290"
branch_labels = None
depends_on = None

STANDING = sa.text("state IN ('effective', 'disputed')")
KEY = ["compound_id", "meeting_id", "party_id"]


def upgrade():
    with op.get_context().autocommit_block():  # built beside the old one, while ballots are cast
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS uq_ballot_standing_covering")  # of a build that was cut off
        op.create_index(
            "uq_ballot_standing_covering",
            "ballot",
            KEY,
            unique=True,
            postgresql_include=["state", "area_centi"],
            postgresql_where=STANDING,
            postgresql_concurrently=True,
        )
    op.drop_index("uq_ballot_standing", "ballot")
    op.execute("ALTER INDEX uq_ballot_standing_covering RENAME TO uq_ballot_standing")
    op.execute("ALTER TABLE ballot SET (autovacuum_vacuum_insert_scale_factor = 0.01)")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS uq_ballot_standing_plain")
        op.create_index(
            "uq_ballot_standing_plain",
            "ballot",
            KEY,
            unique=True,
            postgresql_where=STANDING,
            postgresql_concurrently=True,
        )
    op.drop_index("uq_ballot_standing", "ballot")
    op.execute("ALTER INDEX uq_ballot_standing_plain RENAME TO uq_ballot_standing")
    op.execute("ALTER TABLE ballot RESET (autovacuum_vacuum_insert_scale_factor)")
