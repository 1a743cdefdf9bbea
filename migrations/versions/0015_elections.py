"""Elections: seats of a motion, candidates, marks of a ballot.

A meeting without an election has none of it, so programs from before keep casting in meetings from before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("motion", sa.Column("seats", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_motion_seats_of_a_committee"),
        "motion",
        "seats IS NULL OR (matter = 3 AND seats BETWEEN 1 AND 11)",
    )
    op.add_column("meeting", sa.Column("elections", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("ballot", sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table(
        "candidate",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "motion_id"],
            ["motion.compound_id", "motion.id"],
            name=op.f("fk_candidate_compound_id_motion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "compound_id", "motion_id", "position", name=op.f("uq_candidate_compound_id_motion_id_position")
        ),
    )


def downgrade():
    op.drop_table("candidate")
    op.drop_column("ballot", "marks")
    op.drop_column("meeting", "elections")
    op.drop_constraint(op.f("ck_motion_seats_of_a_committee"), "motion")
    op.drop_column("motion", "seats")
