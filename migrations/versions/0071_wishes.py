"""Small wishes, their claims and their backings."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "wish",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posted_by", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("beneficiary_name", sa.LargeBinary(), nullable=False),
        sa.Column("beneficiary_phone", sa.LargeBinary(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("consent_note", sa.LargeBinary(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_wish_merged_into_one")),
        sa.CheckConstraint(
            "category IN ('repair', 'errand', 'escort', 'goods', 'learning', 'company', 'other')",
            name=op.f("ck_wish_category_known"),
        ),
        sa.CheckConstraint("claim_lapses_at IS NULL OR state = 'claimed'", name=op.f("ck_wish_lapse_of_claim")),
        sa.CheckConstraint("consent IN ('written', 'spoken')", name=op.f("ck_wish_consent_known")),
        sa.CheckConstraint(
            "state IN ('draft', 'checking', 'returned', 'published', 'claimed', 'fulfilled', 'rated', 'withdrawn', "
            "'expired', 'merged')",
            name=op.f("ck_wish_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'claimed') OR expires_at IS NOT NULL", name=op.f("ck_wish_published_expires")
        ),
        sa.CheckConstraint("(consent IS NULL) = (consent_at IS NULL)", name=op.f("ck_wish_consent_has_time")),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 500", name=op.f("ck_wish_text_length")),
        sa.ForeignKeyConstraint(
            ["compound_id", "building_id"],
            ["building.compound_id", "building.id"],
            name=op.f("fk_wish_compound_id_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "merged_into"],
            ["wish.compound_id", "wish.id"],
            name=op.f("fk_wish_compound_id_merged_into"),
        ),
        sa.ForeignKeyConstraint(
            ["compound_id", "unit_id"], ["unit.compound_id", "unit.id"], name=op.f("fk_wish_compound_id_unit_id")
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["org_unit.id"], name=op.f("fk_wish_compound_id")),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_wish")),
    )
    op.create_index("ix_wish_expires", "wish", ["expires_at"], postgresql_where=sa.text("state = 'published'"))
    op.create_index("ix_wish_feed", "wish", ["compound_id", "listed_at", "id"])
    op.create_index("ix_wish_lapses", "wish", ["claim_lapses_at"], postgresql_where=sa.text("state = 'claimed'"))
    op.create_index("ix_wish_posted_by", "wish", ["compound_id", "posted_by", "listed_at", "id"])
    op.create_index(
        "uq_wish_form",
        "wish",
        ["compound_id", "posted_by", "form_key"],
        unique=True,
        postgresql_where=sa.text("form_key IS NOT NULL"),
    )
    op.create_table(
        "wish_claim",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("rating_text", sa.LargeBinary(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ending IN ('fulfilled', 'given_up', 'released', 'lapsed', 'withdrawn')",
            name=op.f("ck_wish_claim_ending_known"),
        ),
        sa.CheckConstraint("rating IS NULL OR ending = 'fulfilled'", name=op.f("ck_wish_claim_rating_of_fulfilled")),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_wish_claim_ended_somehow")),
        sa.CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name=op.f("ck_wish_claim_rating_has_time")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_wish_claim_rating_of_five")),
        sa.ForeignKeyConstraint(
            ["compound_id", "wish_id"], ["wish.compound_id", "wish.id"], name=op.f("fk_wish_claim_compound_id_wish_id")
        ),
        sa.PrimaryKeyConstraint("compound_id", "id", name=op.f("pk_wish_claim")),
    )
    op.create_index("ix_wish_claim_account", "wish_claim", ["compound_id", "account_id", "claimed_at"])
    op.create_index(
        "uq_wish_claim_fulfilled",
        "wish_claim",
        ["compound_id", "wish_id"],
        unique=True,
        postgresql_where=sa.text("ending = 'fulfilled'"),
    )
    op.create_index(
        "uq_wish_claim_live",
        "wish_claim",
        ["compound_id", "wish_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "wish_backing",
        sa.Column("compound_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("backed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id", "wish_id"],
            ["wish.compound_id", "wish.id"],
            name=op.f("fk_wish_backing_compound_id_wish_id"),
        ),
        sa.PrimaryKeyConstraint("compound_id", "wish_id", "account_id", name=op.f("pk_wish_backing")),
    )


def downgrade():
    op.drop_table("wish_backing")
    op.drop_table("wish_claim")
    op.drop_table("wish")
