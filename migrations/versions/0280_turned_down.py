"""Who was put forward may turn it down, and hears of it when the number is proven."""

import sqlalchemy as sa
from alembic import op

revision = "0280"
down_revision = "0270"
branch_labels = None
depends_on = None

NAME = "ck_role_nomination_state_known"


def upgrade():
    _known("'open', 'appointed', 'declined', 'withdrawn', 'turned_down'")
    op.create_index(
        op.f("ix_role_nomination_phone_hash"),
        "role_nomination",
        ["phone_hash"],
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade():
    op.drop_index(op.f("ix_role_nomination_phone_hash"), "role_nomination")
    op.execute("UPDATE role_nomination SET state = 'withdrawn' WHERE state = 'turned_down'")
    _known("'open', 'appointed', 'declined', 'withdrawn'")


def _known(states):
    op.drop_constraint(op.f(NAME), "role_nomination", type_="check")
    op.create_check_constraint(op.f(NAME), "role_nomination", f"state IN ({states})")
