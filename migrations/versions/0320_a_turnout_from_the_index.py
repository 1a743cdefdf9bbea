"""A turnout is counted from the index of the ballots that stand, without their rows.

Each ballot lies on a page of its own, since people vote at different times. An index alone answers where the pages are
known to be visible to all, so ballots are vacuumed after some hundredth of the table has come, not after a fifth.
"""

import sqlalchemy as sa
from alembic import op

from migrations.beside import build_index

revision = "0320"
down_revision = "0290"
branch_labels = None
depends_on = None

STANDING = sa.text("state IN ('effective', 'disputed')")
KEY = ["compound_id", "meeting_id", "party_id"]


def upgrade():
    covering = {"postgresql_include": ["state", "area_centi"], "postgresql_where": STANDING}
    build_index("uq_ballot_standing_covering", "ballot", KEY, unique=True, **covering)
    op.drop_index("uq_ballot_standing", "ballot")
    op.execute("ALTER INDEX uq_ballot_standing_covering RENAME TO uq_ballot_standing")
    op.execute("ALTER TABLE ballot SET (autovacuum_vacuum_insert_scale_factor = 0.01)")


def downgrade():
    build_index("uq_ballot_standing_plain", "ballot", KEY, unique=True, postgresql_where=STANDING)
    op.drop_index("uq_ballot_standing", "ballot")
    op.execute("ALTER INDEX uq_ballot_standing_plain RENAME TO uq_ballot_standing")
    op.execute("ALTER TABLE ballot RESET (autovacuum_vacuum_insert_scale_factor)")
