"""A ballot that replaces an earlier one of its party, where the rule set allows one change before the close.

A program from before writes none, and takes a replaced ballot for one that does not count, which it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0140"
branch_labels = None
depends_on = None

STATES = ["effective", "disputed", "contrary", "withdrawn", "replaced"]
PARTY = ["compound_id", "meeting_id", "party_id"]


def upgrade():
    op.add_column("ballot", sa.Column("replaces", sa.Uuid(), nullable=True))
    op.add_column("ballot", sa.Column("replaces_leaf_hash", sa.LargeBinary(), nullable=True))
    _allow_states(STATES)
    op.create_foreign_key(
        op.f("fk_ballot_compound_id_replaces"),
        "ballot",
        "ballot",
        ["compound_id", "replaces"],
        ["compound_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_ballot_replaces_in_the_app"),
        "ballot",
        "num_nulls(replaces, replaces_leaf_hash) = 2 OR (num_nulls(replaces, replaces_leaf_hash) = 0"
        " AND channel = 'app' AND replaces <> id AND octet_length(replaces_leaf_hash) = 32)",
    )
    for name, which in (("uq_ballot_replaced", "state = 'replaced'"), ("uq_ballot_replacing", "replaces IS NOT NULL")):
        op.create_index(name, "ballot", PARTY, unique=True, postgresql_where=sa.text(which))


def downgrade():
    """Keeps the earlier ballots as withdrawn: they do not count, as before."""
    op.drop_index("uq_ballot_replacing", "ballot")
    op.drop_index("uq_ballot_replaced", "ballot")
    op.execute("UPDATE ballot SET state = 'withdrawn' WHERE state = 'replaced'")
    op.drop_constraint(op.f("ck_ballot_replaces_in_the_app"), "ballot")
    op.drop_constraint(op.f("fk_ballot_compound_id_replaces"), "ballot")
    _allow_states(STATES[:-1])
    op.drop_column("ballot", "replaces_leaf_hash")
    op.drop_column("ballot", "replaces")


def _allow_states(states):
    op.drop_constraint(op.f("ck_ballot_state_known"), "ballot")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f("ck_ballot_state_known"), "ballot", f"state IN ({listed})")
