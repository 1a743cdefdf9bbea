"""Monthly figures of every node of the organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "monthly_figure",
        sa.Column("org_unit_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org_unit_id"], ["org_unit.id"], name=op.f("fk_monthly_figure_org_unit_id")),
        sa.PrimaryKeyConstraint("org_unit_id", "month", "measure", name=op.f("pk_monthly_figure")),
    )
    op.create_table(
        "refreshed_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_refreshed_month")),
    )


def downgrade():
    op.drop_table("refreshed_month")
    op.drop_table("monthly_figure")
