"""Activities, their slots, and bookings. A person is in one place at a time.

Equality of ids under GiST needs an extension that not every server has; ids as ranges of one element need none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TYPE uuid_range AS RANGE (subtype = uuid)")
    op.create_table(
        "offering",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("cancel_minutes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('activity')", name=op.f("ck_offering_kind_known")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_offering_cancelled_with_reason")
        ),
        sa.CheckConstraint("cancel_minutes >= 0", name=op.f("ck_offering_cancel_limit_not_negative")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_offering_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_offering")),
    )
    op.create_table(
        "slot",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_slot_cancelled_with_reason")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_slot_has_places")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slot_starts_before_it_ends")),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name=op.f("ck_slot_never_overbooked")),
        sa.ForeignKeyConstraint(
            ["compound_id", "offering_id"],
            ["offering.compound_id", "offering.id"],
            name=op.f("fk_slot_compound_id_offering_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_slot")),
        sa.UniqueConstraint(
            "compound_id", "id", "starts_at", "ends_at", name=op.f("uq_slot_compound_id_id_starts_at_ends_at")
        ),
    )
    op.create_index(
        op.f("ix_slot_compound_id_offering_id_starts_at"),
        "slot",
        ["compound_id", "offering_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "booking",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("uuid_range(compound_id, compound_id, '[]')"), "="),
            (sa.text("uuid_range(person_id, person_id, '[]')"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state IN ('booked', 'waiting')"),
            using="gist",
            name="ex_booking_one_place_at_a_time",
        ),
        sa.CheckConstraint(
            "state IN ('booked', 'waiting', 'cancelled', 'no_show')", name=op.f("ck_booking_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "slot_id", "starts_at", "ends_at"],
            ["slot.compound_id", "slot.id", "slot.starts_at", "slot.ends_at"],
            name=op.f("fk_booking_compound_id_slot_id_starts_at_ends_at"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_booking")),
        sa.UniqueConstraint("compound_id", "slot_id", "turn", name=op.f("uq_booking_compound_id_slot_id_turn")),
    )
    op.create_index(
        op.f("ix_booking_compound_id_person_id_starts_at"),
        "booking",
        ["compound_id", "person_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        "uq_booking_live",
        "booking",
        ["compound_id", "slot_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('booked', 'waiting')"),
    )


def downgrade():
    op.drop_table("booking")
    op.drop_table("slot")
    op.drop_table("offering")
    op.execute("DROP TYPE uuid_range")
