"""Groups that help in a compound, and wishes claimed in their name."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "helping_group",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('partner_unit', 'veterans', 'company', 'residents')", name=op.f("ck_helping_group_kind_known")
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_helping_group_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_helping_group")),
    )
    op.create_index(
        "uq_helping_group_name",
        "helping_group",
        ["compound_id", "name"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "group_member",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound_id", "group_id"],
            ["helping_group.compound_id", "helping_group.id"],
            name=op.f("fk_group_member_compound_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_group_member")),
    )
    op.create_index(op.f("ix_group_member_account_id"), "group_member", ["account_id"])
    op.create_index(op.f("ix_group_member_phone_hash"), "group_member", ["phone_hash"])
    op.create_index(
        "uq_group_member_current",
        "group_member",
        ["compound_id", "group_id", "phone_hash"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.add_column("wish_claim", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_wish_claim_compound_id_group_id"),
        "wish_claim",
        "helping_group",
        ["compound_id", "group_id"],
        ["compound_id", "id"],
    )


def downgrade():
    op.drop_column("wish_claim", "group_id")
    op.drop_table("group_member")
    op.drop_table("helping_group")
