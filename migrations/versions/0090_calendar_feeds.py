"""Calendar feeds, by the hash of their secret."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "calendar_feed",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_calendar_feed_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "account_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("compound_id", "token_hash", name=op.f("uq_calendar_feed_compound_id_token_hash")),
    )


def downgrade():
    op.drop_table("calendar_feed")
