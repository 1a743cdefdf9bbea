"""The audit log's chain: a place and a hash for every row, signed heads over them; both append-only as the log is.

A row may belong to no compound from here on, so the key to the tree goes. The seal is nullable: the program from before
writes none, and rows without one are all right at the beginning of a chain.
"""

import sqlalchemy as sa
from alembic import op

revision = "0200"
down_revision = "0210"
branch_labels = None
depends_on = None

KEPT = ("audit_link", "audit_head")


def upgrade():
    op.drop_constraint("fk_audit_event_compound_id", "audit_event", type_="foreignkey")
    op.add_column("audit_event", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.create_table(
        "audit_link",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=False),
        sa.Column("chained_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("index >= 0", name=op.f("ck_audit_link_index_not_negative")),
        sa.CheckConstraint("octet_length(event_hash) = 32", name=op.f("ck_audit_link_event_hash_is_sha256")),
        sa.CheckConstraint("octet_length(chain_hash) = 32", name=op.f("ck_audit_link_chain_hash_is_sha256")),
        sa.ForeignKeyConstraint(
            ["compound_id", "event_id"],
            ["audit_event.compound_id", "audit_event.id"],
            name=op.f("fk_audit_link_compound_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "index", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("compound_id", "event_id", name=op.f("uq_audit_link_compound_id_event_id")),
    )
    op.create_table(
        "audit_head",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_audit_head_size_positive")),
        sa.PrimaryKeyConstraint("compound_id", "size", name=op.f("pk_audit_head")),
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )


def downgrade():
    for table in KEPT:
        op.drop_table(table)
    op.drop_column("audit_event", "seal")
    op.create_foreign_key(  # what belongs to no compound stays, as nothing deletes a row
        "fk_audit_event_compound_id", "audit_event", "org_unit", ["compound_id"], ["id"], postgresql_not_valid=True
    )
