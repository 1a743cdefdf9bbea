"""The home's version rises with the entries of the red/black list, too."""

from alembic import op

revision = "0067"
down_revision = "0092"
branch_labels = None
depends_on = None

SHOWN = ("notice_entry", "notice_entry_person", "notice_statement")


def upgrade():
    for table in SHOWN:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_raises_home_version AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_home_version()"
        )


def downgrade():
    for table in SHOWN:
        op.execute(f"DROP TRIGGER {table}_raises_home_version ON {table}")
