"""Nominations for secretary, and the term of an appointment."""

import sqlalchemy as sa
from alembic import op

revision = "0203"
down_revision = "0202"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("appointment", sa.Column("term_ends", sa.Date(), nullable=True))
    op.create_table(
        "secretary_nomination",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("nominated_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("way IN ('self', 'community', 'street')", name=op.f("ck_secretary_nomination_way_known")),
        sa.CheckConstraint(
            "state IN ('open', 'appointed', 'declined', 'withdrawn')", name=op.f("ck_secretary_nomination_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_secretary_nomination_decided_once")
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason IS NOT NULL)", name=op.f("ck_secretary_nomination_declined_with_a_reason")
        ),
        sa.CheckConstraint(
            "(state = 'appointed') = (appointment_id IS NOT NULL)",
            name=op.f("ck_secretary_nomination_appointed_by_an_appointment"),
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_secretary_nomination_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_secretary_nomination")),
    )
    op.create_index(
        "uq_secretary_nomination_open",
        "secretary_nomination",
        ["compound_id", "phone_hash"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade():
    op.drop_table("secretary_nomination")
    op.drop_column("appointment", "term_ends")
