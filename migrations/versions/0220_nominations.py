"""Nominations for steward beside those for secretary; what a steward looks after."""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0250"
branch_labels = None
depends_on = None

WAYS = "'self', 'neighbour', 'secretary', 'community', 'street'"
CHECKS = {
    "way_known": f"way IN ({WAYS})",
    "role_known": "role IN ('secretary', 'steward')",
    "chosen_how_known": "chosen_how IN ('backing', 'meeting', 'visits', 'named')",
    "steward_of_a_building": "(role = 'steward') = (building_id IS NOT NULL)",
    "place_named": "(building_id IS NULL) = (place IS NULL)",
    "steward_chosen": "(role = 'steward' AND state = 'appointed') = (chosen_how IS NOT NULL)",
}
KEPT = (
    "pk_{}",
    "fk_{}_compound_id",
    "ck_{}_state_known",
    "ck_{}_decided_once",
    "ck_{}_declined_with_a_reason",
    "ck_{}_appointed_by_an_appointment",
)


def upgrade():
    op.rename_table("secretary_nomination", "role_nomination")
    _rename("secretary_nomination", "role_nomination")
    op.drop_index("uq_secretary_nomination_open", "role_nomination")
    op.drop_constraint(op.f("ck_secretary_nomination_way_known"), "role_nomination", type_="check")
    op.add_column("role_nomination", sa.Column("role", sa.Text(), server_default="secretary", nullable=False))
    op.alter_column("role_nomination", "role", server_default=None)
    _add_place("role_nomination")
    op.add_column("role_nomination", sa.Column("chosen_how", sa.Text(), nullable=True))
    op.add_column("role_nomination", sa.Column("chosen_note", sa.Text(), nullable=True))
    op.create_foreign_key(
        "fk_role_nomination_compound_id_building_id",
        "role_nomination",
        "building",
        ["compound_id", "building_id"],
        ["compound_id", "id"],
    )
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_role_nomination_{name}"), "role_nomination", condition)
    op.create_index(
        "uq_role_nomination_open",
        "role_nomination",
        ["compound_id", "role", "phone_hash"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    _create_backing()
    _add_place("appointment")
    for name, condition in (
        ("place_of_a_steward", "building_id IS NULL OR role = 'steward'"),
        ("place_named", "(building_id IS NULL) = (place IS NULL)"),
    ):
        op.create_check_constraint(op.f(f"ck_appointment_{name}"), "appointment", condition)
    op.drop_index("uq_appointment_current", "appointment")
    op.create_index(
        "uq_appointment_current",
        "appointment",
        ["phone_hash", "role", "org_unit_id", "building_id", "stairwell"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_appointment_place",
        "appointment",
        ["org_unit_id", "building_id", "stairwell"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND building_id IS NOT NULL"),
    )


def downgrade():
    op.drop_index("uq_appointment_place", "appointment")
    op.drop_index("uq_appointment_current", "appointment")
    op.execute("UPDATE appointment SET ended_at = now() WHERE building_id IS NOT NULL AND ended_at IS NULL")
    op.create_index(
        "uq_appointment_current",
        "appointment",
        ["phone_hash", "role", "org_unit_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for name in ("place_of_a_steward", "place_named"):
        op.drop_constraint(op.f(f"ck_appointment_{name}"), "appointment", type_="check")
    for name in ("building_id", "stairwell", "place"):
        op.drop_column("appointment", name)
    op.drop_table("nomination_backing")
    op.execute("DELETE FROM role_nomination WHERE role = 'steward'")
    op.drop_index("uq_role_nomination_open", "role_nomination")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_role_nomination_{name}"), "role_nomination", type_="check")
    op.drop_constraint("fk_role_nomination_compound_id_building_id", "role_nomination", type_="foreignkey")
    for name in ("role", "building_id", "stairwell", "place", "chosen_how", "chosen_note"):
        op.drop_column("role_nomination", name)
    op.rename_table("role_nomination", "secretary_nomination")
    _rename("role_nomination", "secretary_nomination")
    op.create_check_constraint(
        op.f("ck_secretary_nomination_way_known"), "secretary_nomination", "way IN ('self', 'community', 'street')"
    )
    op.create_index(
        "uq_secretary_nomination_open",
        "secretary_nomination",
        ["compound_id", "phone_hash"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _rename(old: str, new: str) -> None:
    """Let the constraints that stay bear the table's new name."""
    for kept in KEPT:
        op.execute(f'ALTER TABLE "{new}" RENAME CONSTRAINT "{kept.format(old)}" TO "{kept.format(new)}"')


def _add_place(table: str) -> None:
    op.add_column(table, sa.Column("building_id", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("stairwell", sa.Text(), server_default="", nullable=False))
    op.add_column(table, sa.Column("place", sa.Text(), nullable=True))


def _create_backing() -> None:
    op.create_table(
        "nomination_backing",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("backed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "nomination_id"],
            ["role_nomination.compound_id", "role_nomination.id"],
            name=op.f("fk_nomination_backing_compound_id_nomination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "unit_id"],
            ["unit.compound_id", "unit.id"],
            name=op.f("fk_nomination_backing_compound_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "nomination_id", "unit_id", name=op.f("pk_nomination_backing")),
    )
    op.create_index(op.f("ix_nomination_backing_account_id"), "nomination_backing", ["account_id"])
