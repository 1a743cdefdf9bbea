"""Once voting began a meeting is cancelled by two: one asks with a reason, the other one does it."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("meeting", sa.Column("cancel_asked_by", sa.Uuid(), nullable=True))
    op.add_column("meeting", sa.Column("cancel_asked_as", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("cancel_asked_reason", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_meeting_cancel_asked_as_known"), "meeting", "cancel_asked_as IN ('secretary', 'supervisor')"
    )
    op.create_check_constraint(
        op.f("ck_meeting_cancellation_asked_with_reason"),
        "meeting",
        "num_nulls(cancel_asked_by, cancel_asked_as, cancel_asked_at, cancel_asked_reason) IN (0, 4)",
    )


def downgrade():
    for constraint in ("cancellation_asked_with_reason", "cancel_asked_as_known"):
        op.drop_constraint(op.f(f"ck_meeting_{constraint}"), "meeting")
    for column in ("cancel_asked_reason", "cancel_asked_at", "cancel_asked_as", "cancel_asked_by"):
        op.drop_column("meeting", column)
