"""WeChat sign-ins are found by their account: an export or the closing of an account read all of a city's before.

The index is built beside what runs, since somebody signs in at every moment.
"""

from alembic import op

revision = "0350"
down_revision = "0330"
branch_labels = None
depends_on = None

NAME = "ix_wechat_login_account_id"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")  # of a build that was cut off
        op.create_index(NAME, "wechat_login", ["account_id"], postgresql_concurrently=True)


def downgrade():
    op.drop_index(NAME, "wechat_login")
