"""A paper sheet is set aside by two people: one asks with a reason, another one does it."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("paper_sheet", sa.Column("aside_by", sa.Uuid(), nullable=True))
    op.add_column("paper_sheet", sa.Column("aside_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("paper_sheet", sa.Column("aside_reason", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_paper_sheet_set_aside_by_two"), "paper_sheet", "aside_by <> settled_by")
    op.create_check_constraint(
        op.f("ck_paper_sheet_asked_with_reason"),
        "paper_sheet",
        "(aside_by IS NULL) = (aside_at IS NULL) AND (aside_by IS NULL) = (aside_reason IS NULL)",
    )


def downgrade():
    for constraint in ("asked_with_reason", "set_aside_by_two"):
        op.drop_constraint(op.f(f"ck_paper_sheet_{constraint}"), "paper_sheet")
    for column in ("aside_reason", "aside_at", "aside_by"):
        op.drop_column("paper_sheet", column)
