"""Grids and building groups, the buildings that they cover, and who answers for them."""

import sqlalchemy as sa
from alembic import op

revision = "0222"
down_revision = "0221"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "area",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('grid', 'building_group')", name=op.f("ck_area_kind_known")),
        sa.CheckConstraint("(kind = 'grid') = (community_id IS NOT NULL)", name=op.f("ck_area_grid_of_a_community")),
        sa.CheckConstraint(
            "(kind = 'building_group') = (branch_id IS NOT NULL)", name=op.f("ck_area_group_of_a_branch")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_area_community_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["party_branch.id"], name=op.f("fk_area_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    op.create_index(
        "uq_area_name",
        "area",
        ["community_id", "branch_id", "name"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "area_building",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('grid', 'building_group')", name=op.f("ck_area_building_kind_known")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_area_building_compound_id")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_building_area_id")),
        sa.ForeignKeyConstraint(
            ["compound_id", "building_id"],
            ["building.compound_id", "building.id"],
            name=op.f("fk_area_building_compound_id_building_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_area_building")),
    )
    op.create_index(op.f("ix_area_building_area_id"), "area_building", ["area_id"])
    op.create_index(
        "uq_area_building_current",
        "area_building",
        ["compound_id", "building_id", "kind"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "area_leader",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_leader_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_leader")),
    )
    op.create_index(op.f("ix_area_leader_phone_hash"), "area_leader", ["phone_hash"])
    op.create_index(
        "uq_area_leader_current", "area_leader", ["area_id"], unique=True, postgresql_where=sa.text("until IS NULL")
    )


def downgrade():
    op.drop_table("area_leader")
    op.drop_table("area_building")
    op.drop_table("area")
