"""Moves and merges of the organisation tree, and what a node merged into."""

import sqlalchemy as sa
from alembic import op

revision = "0202"
down_revision = "0212"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("org_unit", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("org_unit", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_org_unit_merged_into", "org_unit", "org_unit", ["merged_into"], ["id"])
    op.create_check_constraint("ended_by_merging", "org_unit", "(ended_at IS NULL) = (merged_into IS NULL)")
    op.create_table(
        "org_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before_id", sa.Uuid(), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('moved', 'merged')", name=op.f("ck_org_change_kind_known")),
        sa.ForeignKeyConstraint(["org_unit_id"], ["org_unit.id"], name=op.f("fk_org_change_org_unit_id")),
        sa.ForeignKeyConstraint(["before_id"], ["org_unit.id"], name=op.f("fk_org_change_before_id")),
        sa.ForeignKeyConstraint(["after_id"], ["org_unit.id"], name=op.f("fk_org_change_after_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_change")),
    )
    op.create_index("ix_org_change_org_unit_id_at", "org_change", ["org_unit_id", "at"])
    op.execute(
        "CREATE TRIGGER org_change_append_only BEFORE UPDATE OR DELETE ON org_change"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    op.drop_table("org_change")
    op.drop_constraint(op.f("ck_org_unit_ended_by_merging"), "org_unit", type_="check")
    op.drop_constraint("fk_org_unit_merged_into", "org_unit", type_="foreignkey")
    op.drop_column("org_unit", "merged_into")
    op.drop_column("org_unit", "ended_at")
