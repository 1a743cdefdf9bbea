"""Scopes of motions, and what a frozen electorate must keep for them.

Programs from before insert parties and units without the new columns: defaults and nulls read as the whole compound.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("motion", sa.Column("scope_building_id", sa.Uuid(), nullable=True))
    op.add_column("motion", sa.Column("scope_stairwell", sa.Text(), nullable=True))
    op.add_column("motion", sa.Column("scope_name", sa.Text(), nullable=True))
    op.add_column("voting_party_unit", sa.Column("building_id", sa.Uuid(), nullable=True))
    op.add_column("voting_party_unit", sa.Column("stairwell", sa.Text(), nullable=True))
    op.add_column(
        "voting_party",
        sa.Column("out_of_scope", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade():
    op.drop_column("voting_party", "out_of_scope")
    op.drop_column("voting_party_unit", "stairwell")
    op.drop_column("voting_party_unit", "building_id")
    op.drop_column("motion", "scope_name")
    op.drop_column("motion", "scope_stairwell")
    op.drop_column("motion", "scope_building_id")
