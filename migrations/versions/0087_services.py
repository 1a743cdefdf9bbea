"""Services: offered, reviewed and repeated by a rule; bookings by residents and for neighbours; reminders.

Programs from before go on booking activities: what is new may be empty, and an offering is open unless it says else.
"""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0065"
branch_labels = None
depends_on = None

_CHECKS = {
    "offering": {
        "review_known": "review IN ('waiting', 'open', 'declined')",
        "declined_with_reason": "review <> 'declined' OR review_reason IS NOT NULL",
    },
    "booking": {
        "neighbour_takes_the_place": "neighbour_id IS NULL OR neighbour_id = person_id",
        "neighbour_consented": "neighbour_id IS NULL OR consent IS NOT NULL",
        "consent_known": "consent IN ('written', 'spoken')",
    },
}


def upgrade():
    op.create_table(
        "recurrence",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("window_minutes", sa.BigInteger(), nullable=False),
        sa.Column("slot_minutes", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("made_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_recurrence_has_places")),
        sa.CheckConstraint("slot_minutes > 0 AND slot_minutes <= window_minutes", name=op.f("ck_recurrence_slots_fit")),
        sa.ForeignKeyConstraint(
            ["compound_id", "offering_id"],
            ["offering.compound_id", "offering.id"],
            name=op.f("fk_recurrence_compound_id_offering_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "offering_id", name=op.f("pk_recurrence")),
    )
    op.create_index(op.f("ix_recurrence_made_until"), "recurrence", ["made_until"], unique=False)
    op.create_table(
        "neighbour",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "unit_id"], ["unit.compound_id", "unit.id"], name=op.f("fk_neighbour_compound_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_neighbour")),
        sa.UniqueConstraint(
            "compound_id", "unit_id", "name_hash", name=op.f("uq_neighbour_compound_id_unit_id_name_hash")
        ),
    )
    op.add_column("booking", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("booking", sa.Column("neighbour_id", sa.Uuid(), nullable=True))
    op.add_column("booking", sa.Column("consent", sa.Text(), nullable=True))
    op.add_column("booking", sa.Column("name", sa.LargeBinary(), nullable=True))
    op.add_column("booking", sa.Column("unit_id", sa.Uuid(), nullable=True))
    op.add_column("booking", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.add_column("booking", sa.Column("note", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_booking_compound_id_entered_by"), "booking", ["compound_id", "entered_by"], unique=False)
    op.create_index(
        "ix_booking_to_remind",
        "booking",
        ["starts_at"],
        unique=False,
        postgresql_where=sa.text("state = 'booked' AND reminded_at IS NULL"),
    )
    op.create_foreign_key(
        op.f("fk_booking_compound_id_neighbour_id"),
        "booking",
        "neighbour",
        ["compound_id", "neighbour_id"],
        ["compound_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_booking_compound_id_unit_id"), "booking", "unit", ["compound_id", "unit_id"], ["compound_id", "id"]
    )
    op.add_column("offering", sa.Column("review", sa.Text(), server_default="open", nullable=False))
    op.add_column("offering", sa.Column("review_reason", sa.Text(), nullable=True))
    op.add_column("offering", sa.Column("reviewed_by", sa.Uuid(), nullable=True))
    op.add_column("offering", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    for table, checks in _CHECKS.items():
        for name, rule in checks.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    _kinds("kind IN ('activity', 'service')")


def downgrade():
    _kinds("kind IN ('activity')")
    for column in ("review", "review_reason", "reviewed_by", "reviewed_at"):
        op.drop_column("offering", column)
    op.drop_index("ix_booking_compound_id_entered_by", "booking")
    for column in ("reminded_at", "neighbour_id", "consent", "name", "unit_id", "phone", "note"):
        op.drop_column("booking", column)
    op.drop_table("neighbour")
    op.drop_table("recurrence")


def _kinds(rule):
    op.drop_constraint(op.f("ck_offering_kind_known"), "offering")
    op.create_check_constraint(op.f("ck_offering_kind_known"), "offering", rule)
