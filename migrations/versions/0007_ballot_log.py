"""The ballot log: leaf hash and receipt of a ballot, leaves in order, signed tree heads; the last two append-only.

The ballot's new columns are nullable: programs from before keep casting, and the first sequencing completes theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log_leaf", "tree_head")


def upgrade():
    op.add_column("ballot", sa.Column("nonce", sa.LargeBinary(), nullable=True))
    op.add_column("ballot", sa.Column("leaf_hash", sa.LargeBinary(), nullable=True))
    op.add_column("ballot", sa.Column("receipt_key_id", sa.Text(), nullable=True))
    op.add_column("ballot", sa.Column("receipt_signature", sa.LargeBinary(), nullable=True))
    op.create_table(
        "log_leaf",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=True),
        sa.Column("input", sa.Text(), nullable=True),
        sa.CheckConstraint("index >= 0", name=op.f("ck_log_leaf_index_not_negative")),
        sa.CheckConstraint("octet_length(leaf_hash) = 32", name=op.f("ck_log_leaf_leaf_hash_is_sha256")),
        sa.CheckConstraint("(ballot_id IS NULL) <> (input IS NULL)", name=op.f("ck_log_leaf_ballot_or_own_input")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_log_leaf_compound_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "ballot_id"],
            ["ballot.compound_id", "ballot.id"],
            name=op.f("fk_log_leaf_compound_id_ballot_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "index", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("compound_id", "ballot_id", name=op.f("uq_log_leaf_compound_id_ballot_id")),
        sa.UniqueConstraint(
            "compound_id", "meeting_id", "leaf_hash", name=op.f("uq_log_leaf_compound_id_meeting_id_leaf_hash")
        ),
    )
    op.create_table(
        "tree_head",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_tree_head_size_positive")),
        sa.ForeignKeyConstraint(
            ["compound_id", "meeting_id"],
            ["meeting.compound_id", "meeting.id"],
            name=op.f("fk_tree_head_compound_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "meeting_id", "size", name=op.f("pk_tree_head")),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END
        $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    op.drop_table("tree_head")
    op.drop_table("log_leaf")
    op.execute("DROP FUNCTION refuse_change()")
    op.drop_column("ballot", "receipt_signature")
    op.drop_column("ballot", "receipt_key_id")
    op.drop_column("ballot", "leaf_hash")
    op.drop_column("ballot", "nonce")
