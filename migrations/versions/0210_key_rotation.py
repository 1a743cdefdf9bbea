"""A new master key or look-up key may come to what a meeting was counted from, and nothing else may.

An encrypted value is an envelope of 53 bytes and what it holds. The triggers let an UPDATE pass that makes envelopes
anew and leaves what they hold as it is; a value from before there were envelopes (a Fernet token) may become one once;
and keyed hashes change while `key_state` says that a new look-up key is coming.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0210"
down_revision = "0172"
branch_labels = None
depends_on = None

SEALED = {
    "delivery": (("handed_by", "received_by"), ()),
    "electorate_objection": (("text", "reason"), ("content_hash",)),
    "mandate": (("name",), ("proxy_hash",)),
    "voting_party_owner": (("name",), ()),
}
OF_A_MEETING = """
    EXISTS (SELECT FROM meeting WHERE compound_id = OLD.compound_id
            AND id IN (OLD.meeting_id, NEW.meeting_id) AND counted_at IS NOT NULL)
"""
OF_A_MOTION = """
    EXISTS (SELECT FROM motion AS parent
            JOIN meeting ON meeting.compound_id = parent.compound_id AND meeting.id = parent.meeting_id
            WHERE parent.compound_id = OLD.compound_id AND parent.id IN (OLD.motion_id, NEW.motion_id)
              AND meeting.counted_at IS NOT NULL)
"""
UNLESS_THE_SAME = " AND (TG_OP = 'DELETE' OR NOT says_the_same(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV[0], TG_ARGV[1]))"


def upgrade():
    op.create_table(
        "key_state",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("coming", sa.Text(), nullable=True),
        sa.Column("done", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_state")),
    )
    op.execute(
        r"""
        CREATE FUNCTION says_the_same(older jsonb, newer jsonb, sealed text, hashed text) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        DECLARE
            field text;
            was text;
            becomes text;
        BEGIN
            FOREACH field IN ARRAY coalesce(sealed, '{}')::text[] LOOP
                was := older ->> field;
                becomes := newer ->> field;
                IF left(becomes, 4) = '\x01' AND (left(was, 4) = '\x67'
                   OR left(was, 4) = '\x01' AND substr(was, 109) = substr(becomes, 109)) THEN
                    older := older - field;
                    newer := newer - field;
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
    _keep("refuse_change_once_counted", OF_A_MEETING + UNLESS_THE_SAME)
    _keep("refuse_change_of_counted_candidate", OF_A_MOTION + UNLESS_THE_SAME)
    for table, (sealed, hashed) in SEALED.items():
        _watch(table, "refuse_change_once_counted", sealed, hashed)
    _watch("candidate", "refuse_change_of_counted_candidate", ("name",), ())


def downgrade():
    for table in SEALED:
        _watch(table, "refuse_change_once_counted")
    _watch("candidate", "refuse_change_of_counted_candidate")
    _keep("refuse_change_once_counted", OF_A_MEETING)
    _keep("refuse_change_of_counted_candidate", OF_A_MOTION)
    op.execute("DROP FUNCTION says_the_same(jsonb, jsonb, text, text)")
    op.drop_table("key_state")


def _keep(function, condition):
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '% of a counted meeting is kept as it is', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN coalesce(NEW, OLD);
        END
        $$
        """
    )


def _watch(table, function, *columns):
    arguments = ", ".join("'{" + ",".join(names) + "}'" for names in columns)
    op.execute(f"DROP TRIGGER kept_as_counted ON {table}")
    op.execute(
        f"CREATE TRIGGER kept_as_counted BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION {function}({arguments})"
    )
