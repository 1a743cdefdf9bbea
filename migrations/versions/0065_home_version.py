"""A version for each compound's home, raised with every change of a row that it shows.

The triggers are deferred: the version's row is locked at the very end of a transaction, so that it neither holds up
others for long nor meets their locks in another order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0042"
branch_labels = None
depends_on = None

SHOWN = ("meeting", "wish", "wish_claim", "review_case", "offering", "slot")


def upgrade():
    op.create_table(
        "home_version",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_home_version_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", name=op.f("pk_home_version")),
    )
    op.execute(
        """
        CREATE FUNCTION raise_home_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO home_version VALUES (coalesce(NEW.compound_id, OLD.compound_id), 1)
            ON CONFLICT (compound_id) DO UPDATE SET version = home_version.version + 1;
            RETURN NULL;
        END $$
        """
    )
    for table in SHOWN:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_raises_home_version AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_home_version()"
        )
    op.create_index(
        "ix_outbox_unread",
        "outbox",
        ["compound_id", "account_id", "id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "ix_wish_open",
        "wish",
        ["compound_id", "listed_at"],
        postgresql_where=sa.text("state IN ('published', 'claimed')"),
    )
    op.create_index("ix_slot_next", "slot", ["compound_id", "starts_at"])


def downgrade():
    op.drop_index("ix_slot_next", "slot")
    op.drop_index("ix_wish_open", "wish")
    op.drop_index("ix_outbox_unread", "outbox")
    for table in SHOWN:
        op.execute(f"DROP TRIGGER {table}_raises_home_version ON {table}")
    op.execute("DROP FUNCTION raise_home_version")
    op.drop_table("home_version")
