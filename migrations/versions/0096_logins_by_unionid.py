"""Logins by unionid: an event of the official account is about a follower, who is known by it."""

from alembic import op

revision = "0096"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_wechat_login_unionid", "wechat_login", ["unionid"])


def downgrade():
    op.drop_index("ix_wechat_login_unionid", table_name="wechat_login")
