"""Followers of the linked official account."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "official_follower",
        sa.Column("openid", sa.Text(), nullable=False),
        sa.Column("unionid", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unfollowed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("openid", name=op.f("pk_official_follower")),
    )
    op.create_index("ix_official_follower_unionid", "official_follower", ["unionid"], unique=False)
    op.create_index(
        "ix_official_follower_unmatched",
        "official_follower",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("unionid IS NULL AND unfollowed_at IS NULL"),
    )


def downgrade():
    op.drop_table("official_follower")
