"""Drawn lots of an election."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "lot",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("witnessed_by", sa.Uuid(), nullable=True),
        sa.Column("witnessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_lot_number_positive")),
        sa.CheckConstraint("witnessed_by <> drawn_by", name=op.f("ck_lot_two_people")),
        sa.CheckConstraint("(witnessed_by IS NULL) = (witnessed_at IS NULL)", name=op.f("ck_lot_witnessed_at_a_time")),
        sa.ForeignKeyConstraint(
            ["compound_id", "motion_id"],
            ["motion.compound_id", "motion.id"],
            name=op.f("fk_lot_compound_id_motion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "candidate_id"],
            ["candidate.compound_id", "candidate.id"],
            name=op.f("fk_lot_compound_id_candidate_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "motion_id", "candidate_id", name=op.f("pk_lot")),
        sa.UniqueConstraint("compound_id", "motion_id", "number", name=op.f("uq_lot_compound_id_motion_id_number")),
    )


def downgrade():
    op.drop_table("lot")
