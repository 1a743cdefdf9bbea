"""Service records, requests to correct them, and their trail, which is append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "service_record",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (minutes IS NULL)", name=op.f("ck_service_record_open_has_no_minutes")),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)",
            name=op.f("ck_service_record_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'recorded', 'confirmed', 'refused')", name=op.f("ck_service_record_state_known")
        ),
        sa.CheckConstraint("(slot_id IS NULL) <> (post_id IS NULL)", name=op.f("ck_service_record_of_slot_or_post")),
        sa.CheckConstraint("decided_by <> account_id", name=op.f("ck_service_record_never_decided_by_oneself")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_service_record_minutes_within_a_day")),
        sa.ForeignKeyConstraint(
            ["compound_id", "post_id"],
            ["volunteer_post.compound_id", "volunteer_post.id"],
            name=op.f("fk_service_record_compound_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "slot_id"],
            ["slot.compound_id", "slot.id"],
            name=op.f("fk_service_record_compound_id_slot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "volunteer_id"],
            ["volunteer.compound_id", "volunteer.id"],
            name=op.f("fk_service_record_compound_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_service_record")),
    )
    op.create_index(
        op.f("ix_service_record_compound_id_account_id_started_at"),
        "service_record",
        ["compound_id", "account_id", "started_at"],
        unique=False,
    )
    op.create_index(
        "ix_service_record_waiting",
        "service_record",
        ["compound_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.create_index(
        "uq_service_record_slot",
        "service_record",
        ["compound_id", "slot_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("slot_id IS NOT NULL"),
    )
    op.create_table(
        "correction_request",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (accepted IS NULL)", name=op.f("ck_correction_request_decided_is_whole")
        ),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_correction_request_never_decided_by_oneself")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_correction_request_minutes_within_a_day")),
        sa.ForeignKeyConstraint(
            ["compound_id", "record_id"],
            ["service_record.compound_id", "service_record.id"],
            name=op.f("fk_correction_request_compound_id_record_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_correction_request")),
    )
    op.create_index(
        "uq_correction_request_waiting",
        "correction_request",
        ["compound_id", "record_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "service_record_change",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound_id", "record_id"],
            ["service_record.compound_id", "service_record.id"],
            name=op.f("fk_service_record_change_compound_id_record_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_service_record_change")),
    )
    op.create_index(
        op.f("ix_service_record_change_compound_id_record_id_id"),
        "service_record_change",
        ["compound_id", "record_id", "id"],
        unique=False,
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON service_record_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    op.drop_table("service_record_change")
    op.drop_table("correction_request")
    op.drop_table("service_record")
