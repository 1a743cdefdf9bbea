"""A petition keeps its count from signature to signature, on one version of the roll.

Run no program from before beside the new one while signatures are collected: what it signs would not be in the count
until the roll changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0088"
branch_labels = None
depends_on = None

COLUMNS = ("counted_version", "counted_persons", "counted_area_centi", "counted_of_persons", "counted_of_area_centi")


def upgrade():
    for name in COLUMNS:
        op.add_column("petition", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_petition_counted_whole"), "petition", f"num_nulls({', '.join(COLUMNS)}) IN (0, 5)"
    )


def downgrade():
    op.drop_constraint(op.f("ck_petition_counted_whole"), "petition")
    for name in reversed(COLUMNS):
        op.drop_column("petition", name)
