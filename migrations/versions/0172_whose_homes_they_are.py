"""The home's version rises with whatever decides for whom an account speaks, and once a transaction.

A transaction that changes many rows raises it with the first of them: an update of one row for each of thousands would
read ever longer chains of its dead versions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0172"
down_revision = "0186"
branch_labels = None
depends_on = None

EVENTS = {
    "binding": "INSERT OR UPDATE OR DELETE",
    "guardianship": "INSERT OR UPDATE OR DELETE",
    "mandate": "INSERT OR UPDATE OR DELETE",
    "roll": "UPDATE",
    "voting_party_owner": "UPDATE OF delegate_votes, paper_votes",
    "ballot": "UPDATE OF state OR DELETE",
}
RAISE = """
CREATE OR REPLACE FUNCTION raise_home_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {statement}
    RETURN NULL;
END $$
"""
ONCE = """
    INSERT INTO home_version (compound_id, version, raised_in)
    VALUES (coalesce(NEW.compound_id, OLD.compound_id), 1, pg_current_xact_id()::text::bigint)
    ON CONFLICT (compound_id) DO UPDATE SET version = home_version.version + 1, raised_in = excluded.raised_in
    WHERE home_version.raised_in IS DISTINCT FROM excluded.raised_in;
"""
ALWAYS = """
    INSERT INTO home_version VALUES (coalesce(NEW.compound_id, OLD.compound_id), 1)
    ON CONFLICT (compound_id) DO UPDATE SET version = home_version.version + 1;
"""


def upgrade():
    op.add_column("home_version", sa.Column("raised_in", sa.BigInteger()))
    op.execute(RAISE.format(statement=ONCE))
    for table, events in EVENTS.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_raises_home_version AFTER {events} ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_home_version()"
        )


def downgrade():
    for table in EVENTS:
        op.execute(f"DROP TRIGGER {table}_raises_home_version ON {table}")
    op.execute(RAISE.format(statement=ALWAYS))
    op.drop_column("home_version", "raised_in")
