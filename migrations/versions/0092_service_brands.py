"""Service brands; an offering may be in the name of a group and under a brand.

Both are optional: programs from before go on without them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "service_brand",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound_id", "group_id"],
            ["helping_group.compound_id", "helping_group.id"],
            name=op.f("fk_service_brand_compound_id_group_id"),
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_service_brand_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_service_brand")),
    )
    op.create_index(
        "uq_service_brand_name",
        "service_brand",
        ["compound_id", "name"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("offering", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.add_column("offering", sa.Column("brand_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_offering_compound_id_brand_id"),
        "offering",
        "service_brand",
        ["compound_id", "brand_id"],
        ["compound_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_offering_compound_id_group_id"),
        "offering",
        "helping_group",
        ["compound_id", "group_id"],
        ["compound_id", "id"],
    )


def downgrade():
    op.drop_column("offering", "brand_id")
    op.drop_column("offering", "group_id")
    op.drop_table("service_brand")
