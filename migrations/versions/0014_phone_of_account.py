"""Index of proven phone numbers by account."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(op.f("ix_account_phone_account_id"), "account_phone", ["account_id"])


def downgrade():
    op.drop_index(op.f("ix_account_phone_account_id"), table_name="account_phone")
