"""Which backups were made, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0250"
down_revision = "0203"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "backup_made",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("manifest_sha256", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(manifest_sha256) = 32", name=op.f("ck_backup_made_manifest_sha256_is_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_made")),
    )


def downgrade():
    op.drop_table("backup_made")
