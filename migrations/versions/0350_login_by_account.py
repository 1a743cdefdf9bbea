"""WeChat sign-ins are found by their account: an export or the closing of an account read all of a city's before.

The index is built beside what runs, since somebody signs in at every moment.
"""

from alembic import op

from migrations.beside import build_index

revision = "0350"
down_revision = "0330"
branch_labels = None
depends_on = None

NAME = "ix_wechat_login_account_id"


def upgrade():
    build_index(NAME, "wechat_login", ["account_id"])


def downgrade():
    op.drop_index(NAME, "wechat_login")
