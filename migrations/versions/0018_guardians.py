"""Wards on the roll and their guardians."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "guardianship",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("guardian_name", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_phone", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("ground IN ('minor', 'incapable')", name=op.f("ck_guardianship_ground_known")),
        sa.CheckConstraint("(ground = 'minor') = (until IS NOT NULL)", name=op.f("ck_guardianship_minors_come_of_age")),
        sa.CheckConstraint(
            "(guardian_name IS NULL) = (guardian_phone_hash IS NULL)", name=op.f("ck_guardianship_guardian_whole")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "owner_id"],
            ["owner.compound_id", "owner.id"],
            name=op.f("fk_guardianship_compound_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_guardianship")),
    )
    op.create_index(
        "uq_guardianship_current",
        "guardianship",
        ["compound_id", "owner_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_guardianship_account", "guardianship", ["account_id"])
    op.create_index("ix_guardianship_phone", "guardianship", ["guardian_phone_hash"])


def downgrade():
    op.drop_table("guardianship")
