"""What a checked roll would change is kept, so that an import neither reads nor works out anything again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0330"
down_revision = "0320"
branch_labels = None
depends_on = None

ARRAYS = {
    "building_ids": sa.Uuid(),
    "building_names": sa.Text(),
    "unit_is_new": sa.Boolean(),
    "unit_ids": sa.Uuid(),
    "unit_building_ids": sa.Uuid(),
    "unit_stairwells": sa.Text(),
    "unit_rooms": sa.Text(),
    "unit_uses": sa.Text(),
    "unit_registers": sa.BigInteger(),
    "unit_surveys": sa.BigInteger(),
    "unit_contracts": sa.BigInteger(),
    "unit_held": sa.Boolean(),
    "renumbered": sa.Uuid(),
    "closed": sa.Uuid(),
    "opened_ids": sa.Uuid(),
    "opened_unit_ids": sa.Uuid(),
    "opened_owner_ids": sa.Uuid(),
    "opened_numerators": sa.BigInteger(),
    "opened_denominators": sa.BigInteger(),
}


def upgrade():
    op.create_table(
        "roll_plan",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, postgresql.ARRAY(kind)) for name, kind in ARRAYS.items()),
        sa.Column("owners", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["compound_id", "import_id"],
            ["roll_import.compound_id", "roll_import.id"],
            name=op.f("fk_roll_plan_compound_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("compound_id", "import_id", name=op.f("pk_roll_plan")),
    )
    # Ids hardly grow smaller by compression, and a plan is kept for minutes.
    for name in (*ARRAYS, "owners"):
        op.execute(f"ALTER TABLE roll_plan ALTER COLUMN {name} SET STORAGE EXTERNAL")
    # What waits without a plan has to be checked again.
    op.execute("UPDATE roll_import SET roll_version = -1 WHERE state = 'checked'")


def downgrade():
    op.drop_table("roll_plan")
