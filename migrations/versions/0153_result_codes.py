"""A code by which anybody reads a published result; results that are published already get one."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0153"
down_revision = "0125"
branch_labels = None
depends_on = None

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def upgrade():
    op.add_column("meeting", sa.Column("result_code", sa.Text(), nullable=True))
    meeting = sa.table("meeting", *(sa.column(name) for name in ("compound_id", "id", "published_at", "result_code")))
    connection = op.get_bind()
    published = sa.select(meeting.c.compound_id, meeting.c.id).where(meeting.c.published_at.is_not(None))
    for compound_id, meeting_id in connection.execute(published).all():
        this = (meeting.c.compound_id == compound_id) & (meeting.c.id == meeting_id)
        connection.execute(meeting.update().where(this).values(result_code=_code()))
    op.create_index("uq_meeting_result_code", "meeting", ["compound_id", "result_code"], unique=True)
    op.create_index(
        "ix_meeting_result_code", "meeting", ["result_code"], postgresql_where=sa.text("result_code IS NOT NULL")
    )
    op.create_check_constraint(
        op.f("ck_meeting_code_once_published"), "meeting", "result_code IS NULL OR published_at IS NOT NULL"
    )


def downgrade():
    op.drop_constraint(op.f("ck_meeting_code_once_published"), "meeting")
    op.drop_index("ix_meeting_result_code", table_name="meeting")
    op.drop_index("uq_meeting_result_code", table_name="meeting")
    op.drop_column("meeting", "result_code")


def _code():
    signs = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(signs[place : place + 4] for place in range(0, 12, 4))
