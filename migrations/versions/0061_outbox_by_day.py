"""The outbox by the day on which messages were written, for the operator: a few pages, however large it grows."""

from alembic import op

revision = "0061"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_outbox_written", "outbox", ["created_at"], postgresql_using="brin")


def downgrade():
    op.drop_index("ix_outbox_written", "outbox")
