"""Rolls: buildings, units, owners, ownership, bindings and uploads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "roll",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_roll_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", name=op.f("pk_roll")),
    )
    op.create_table(
        "building",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_building_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_building")),
        sa.UniqueConstraint("compound_id", "name", name=op.f("uq_building_compound_id_name")),
    )
    op.create_table(
        "unit",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("stairwell", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("area_register_centi", sa.BigInteger(), nullable=True),
        sa.Column("area_survey_centi", sa.BigInteger(), nullable=True),
        sa.Column("area_contract_centi", sa.BigInteger(), nullable=True),
        sa.Column(
            "area_centi",
            sa.BigInteger(),
            sa.Computed("coalesce(area_register_centi, area_survey_centi, area_contract_centi)", persisted=True),
            nullable=False,
        ),
        sa.Column("held_by_developer", sa.Boolean(), nullable=False),
        sa.CheckConstraint("use IN ('residence', 'shop', 'parking', 'storage')", name=op.f("ck_unit_use_known")),
        sa.CheckConstraint("area_centi > 0", name=op.f("ck_unit_area_positive")),
        sa.ForeignKeyConstraint(
            ["compound_id", "building_id"],
            ["building.compound_id", "building.id"],
            name=op.f("fk_unit_compound_id_building_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint(
            "compound_id",
            "building_id",
            "stairwell",
            "room",
            name=op.f("uq_unit_compound_id_building_id_stairwell_room"),
        ),
    )
    op.create_table(
        "owner",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_owner_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_owner")),
    )
    op.create_index("ix_owner_name", "owner", ["compound_id", "name_hash"], unique=False)
    op.create_index("ix_owner_phone", "owner", ["phone_hash"], unique=False)
    op.create_index(
        "uq_owner_id_number",
        "owner",
        ["compound_id", "id_number_hash"],
        unique=True,
        postgresql_where=sa.text("id_number_hash IS NOT NULL"),
    )
    op.create_table(
        "ownership",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("share_numerator", sa.BigInteger(), nullable=False),
        sa.Column("share_denominator", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "share_numerator > 0 AND share_numerator <= share_denominator", name=op.f("ck_ownership_share_within_one")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_ownership_compound_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "unit_id"], ["unit.compound_id", "unit.id"], name=op.f("fk_ownership_compound_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_ownership")),
    )
    op.create_index("ix_ownership_compound_id_owner_id", "ownership", ["compound_id", "owner_id"], unique=False)
    op.create_index(
        "uq_ownership_current",
        "ownership",
        ["compound_id", "unit_id", "owner_id"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "binding",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("claimed_name", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method IN ('phone', 'application')", name=op.f("ck_binding_method_known")),
        sa.CheckConstraint("state <> 'accepted' OR owner_id IS NOT NULL", name=op.f("ck_binding_accepted_names_owner")),
        sa.CheckConstraint(
            "state IN ('applied', 'accepted', 'rejected', 'revoked')", name=op.f("ck_binding_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"], ["owner.compound_id", "owner.id"], name=op.f("fk_binding_compound_id_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "unit_id"], ["unit.compound_id", "unit.id"], name=op.f("fk_binding_compound_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_binding")),
    )
    op.create_index("ix_binding_account", "binding", ["account_id"], unique=False)
    op.create_index("ix_binding_owner", "binding", ["compound_id", "owner_id"], unique=False)
    op.create_index(
        "ix_binding_waiting",
        "binding",
        ["compound_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'applied'"),
    )
    op.create_index(
        "uq_binding_live",
        "binding",
        ["compound_id", "account_id", "unit_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('applied', 'accepted')"),
    )
    op.create_table(
        "roll_import",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("roll_version", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("difference", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('checked', 'applied')", name=op.f("ck_roll_import_state_known")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_roll_import_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_roll_import")),
    )


def downgrade():
    op.drop_table("roll_import")
    op.drop_table("binding")
    op.drop_table("ownership")
    op.drop_table("owner")
    op.drop_table("unit")
    op.drop_table("building")
    op.drop_table("roll")
