"""Party members who reported in; withdrawing erases name and branch."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "report_in",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("branch", sa.LargeBinary(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (name IS NOT NULL) AND (withdrawn_at IS NULL) = (branch IS NOT NULL)",
            name=op.f("ck_report_in_withdrawn_is_erased"),
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_report_in_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_report_in")),
    )
    op.create_index(
        "uq_report_in_current",
        "report_in",
        ["compound_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def downgrade():
    op.drop_table("report_in")
