"""Files are encrypted, each with a key that stands in the row which names it.

Expand: rows without a key name files in clear, which stay readable; `flask keys rotate` encrypts them and turns the
rows to the new files, also those that a meeting was counted from: the SHA-256 beside them says that they are the same.
Once no installation has any, a later migration may demand the key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0230"
down_revision = "0220"
branch_labels = None
depends_on = None

TABLES = ("attachment", "meeting_scan", "picture")
OF_MEETINGS = ("attachment", "meeting_scan")
FIRST_KEY = r"""
                ELSIF field = 'file_key' AND was IS NULL AND left(becomes, 4) = '\x01' THEN
                    older := older - field - 'storage_key';
                    newer := newer - field - 'storage_key';
"""


def upgrade():
    for table in TABLES:
        op.add_column(table, sa.Column("file_key", sa.LargeBinary(), nullable=True))
    _says_the_same(FIRST_KEY)
    for table in OF_MEETINGS:
        _watch(table, "'{file_key}', '{}'")


def downgrade():
    for table in TABLES:
        op.execute(
            f"DO $$ BEGIN IF EXISTS (SELECT FROM {table} WHERE file_key IS NOT NULL) THEN"
            " RAISE EXCEPTION 'files are encrypted: without their keys nobody could read them'; END IF; END $$"
        )
    for table in OF_MEETINGS:
        _watch(table, "")
    _says_the_same("")
    for table in TABLES:
        op.drop_column(table, "file_key")


def _says_the_same(more):
    op.execute(
        rf"""
        CREATE OR REPLACE FUNCTION says_the_same(older jsonb, newer jsonb, sealed text, hashed text) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        DECLARE
            field text;
            was text;
            becomes text;
        BEGIN
            FOREACH field IN ARRAY coalesce(sealed, '{{}}')::text[] LOOP
                was := older ->> field;
                becomes := newer ->> field;
                IF left(becomes, 4) = '\x01' AND (left(was, 4) = '\x67'
                   OR left(was, 4) = '\x01' AND substr(was, 109) = substr(becomes, 109)) THEN
                    older := older - field;
                    newer := newer - field;
                {more}
                END IF;
            END LOOP;
            IF hashed IS NOT NULL AND EXISTS (SELECT FROM key_state WHERE coming IS NOT NULL) THEN
                older := older - hashed::text[];
                newer := newer - hashed::text[];
            END IF;
            RETURN older = newer;
        END
        $$
        """
    )


def _watch(table, arguments):
    op.execute(f"DROP TRIGGER kept_as_counted ON {table}")
    op.execute(
        f"CREATE TRIGGER kept_as_counted BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION refuse_change_once_counted({arguments})"
    )
