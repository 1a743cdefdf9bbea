"""Certificates of volunteer service, and who issues them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0089"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "certificate_issuer",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_certificate_issuer_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", name=op.f("pk_certificate_issuer")),
    )
    op.create_table(
        "certificate",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_type", sa.Text(), nullable=False),
        sa.Column("id_number_masked", sa.LargeBinary(), nullable=False),
        sa.Column("volunteer_number", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("services", postgresql.JSONB(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoke_reason IS NULL)", name=op.f("ck_certificate_revoked_with_reason")
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_certificate_days_in_order")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_certificate_certifies_something")),
        sa.ForeignKeyConstraint(
            ["compound_id", "volunteer_id"],
            ["volunteer.compound_id", "volunteer.id"],
            name=op.f("fk_certificate_compound_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "serial", name=op.f("pk_certificate")),
    )
    op.create_index(
        op.f("ix_certificate_compound_id_account_id"), "certificate", ["compound_id", "account_id"], unique=False
    )
    op.create_index(op.f("ix_certificate_serial"), "certificate", ["serial"], unique=False)


def downgrade():
    op.drop_table("certificate")
    op.drop_table("certificate_issuer")
