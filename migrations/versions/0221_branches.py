"""Party branches, the compounds that they serve, and their members."""

import sqlalchemy as sa
from alembic import op

revision = "0221"
down_revision = "0230"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "party_branch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("founded_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('own', 'joint', 'functional')", name=op.f("ck_party_branch_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_branch")),
    )
    op.create_table(
        "branch_compound",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("territorial", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_branch_compound_compound_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["party_branch.id"], name=op.f("fk_branch_compound_branch_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_branch_compound")),
    )
    op.create_index(op.f("ix_branch_compound_branch_id"), "branch_compound", ["branch_id"])
    op.create_index(
        "uq_branch_compound_territorial",
        "branch_compound",
        ["compound_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL AND territorial"),
    )
    op.create_index(
        "uq_branch_compound_current",
        "branch_compound",
        ["compound_id", "branch_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "party_member",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("formal", sa.Boolean(), nullable=False),
        sa.Column("registered_here", sa.Boolean(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("consent_note", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT registered_here OR branch_id IS NULL", name=op.f("ck_party_member_registered_elsewhere_in_functional")
        ),
        sa.CheckConstraint(
            "(left_at IS NULL) = (name IS NOT NULL) AND (left_at IS NULL) = (phone IS NOT NULL)"
            " AND (left_at IS NULL) = (phone_hash IS NOT NULL)",
            name=op.f("ck_party_member_left_is_erased"),
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_party_member_compound_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["party_branch.id"], name=op.f("fk_party_member_branch_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_party_member")),
    )
    for column in ("branch_id", "phone_hash", "account_id"):
        op.create_index(op.f(f"ix_party_member_{column}"), "party_member", [column])
    op.create_index(
        "uq_party_member_current",
        "party_member",
        ["compound_id", "phone_hash"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )


def downgrade():
    op.drop_table("party_member")
    op.drop_table("branch_compound")
    op.drop_table("party_branch")
