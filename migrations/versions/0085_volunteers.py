"""Volunteers, posts with places, and who claimed them."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "volunteer",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_type", sa.Text(), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id_type IN ('citizen', 'passport', 'permit')", name=op.f("ck_volunteer_id_type_known")),
        sa.CheckConstraint("(id_type IS NULL) = (id_number IS NULL)", name=op.f("ck_volunteer_id_is_whole")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_volunteer_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("compound_id", "number", name=op.f("uq_volunteer_compound_id_number")),
    )
    op.create_index(
        "uq_volunteer_current",
        "volunteer",
        ["compound_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "volunteer_post",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("places", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_volunteer_post_has_places")),
        sa.CheckConstraint("taken >= 0 AND taken <= places", name=op.f("ck_volunteer_post_never_overbooked")),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_volunteer_post_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_volunteer_post")),
    )
    op.create_table(
        "post_claim",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'declined' OR reason IS NOT NULL", name=op.f("ck_post_claim_declined_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('claimed', 'confirmed', 'declined', 'given_up')", name=op.f("ck_post_claim_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "post_id"],
            ["volunteer_post.compound_id", "volunteer_post.id"],
            name=op.f("fk_post_claim_compound_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "volunteer_id"],
            ["volunteer.compound_id", "volunteer.id"],
            name=op.f("fk_post_claim_compound_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_post_claim")),
    )
    op.create_index(
        op.f("ix_post_claim_compound_id_volunteer_id"), "post_claim", ["compound_id", "volunteer_id"], unique=False
    )
    op.create_index(
        "uq_post_claim_live",
        "post_claim",
        ["compound_id", "post_id", "volunteer_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('claimed', 'confirmed')"),
    )


def downgrade():
    op.drop_table("post_claim")
    op.drop_table("volunteer_post")
    op.drop_table("volunteer")
