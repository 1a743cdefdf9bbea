"""Events of WeChat that could not be handled: when each is tried again, and which were given up."""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("wechat_event", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("wechat_event", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE wechat_event SET due_at = received_at")
    op.alter_column("wechat_event", "due_at", nullable=False)
    op.create_check_constraint(
        op.f("ck_wechat_event_one_end"), "wechat_event", "handled_at IS NULL OR failed_at IS NULL"
    )
    op.drop_index("ix_wechat_event_waiting", table_name="wechat_event")
    op.create_index(
        "ix_wechat_event_waiting", "wechat_event", ["due_at"], postgresql_where=sa.text("handled_at IS NULL")
    )


def downgrade():
    op.drop_index("ix_wechat_event_waiting", table_name="wechat_event")
    op.execute("UPDATE wechat_event SET handled_at = failed_at WHERE failed_at IS NOT NULL")
    op.create_index(
        "ix_wechat_event_waiting", "wechat_event", ["received_at"], postgresql_where=sa.text("handled_at IS NULL")
    )
    op.drop_constraint(op.f("ck_wechat_event_one_end"), "wechat_event")
    op.drop_column("wechat_event", "failed_at")
    op.drop_column("wechat_event", "due_at")
