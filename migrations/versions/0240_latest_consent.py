"""The latest consent of an account is found by an index, withdrawn ones too: every act looks for it."""

from alembic import op

revision = "0240"
down_revision = "0222"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_consent_account_id_purpose_id", "consent", ["account_id", "purpose", "id"])


def downgrade() -> None:
    op.drop_index("ix_consent_account_id_purpose_id", table_name="consent")
