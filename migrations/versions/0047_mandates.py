"""Nobody enters a mandate from paper that names the one who enters as the proxy.

One that was entered so before ends, which changes no ballot: a ballot that was cast by it stands.
"""

from alembic import op

revision = "0047"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "UPDATE mandate SET revoked_at = now(), reason = '代理人与录入人为同一人'"
        " WHERE on_paper AND account_id = given_by AND revoked_at IS NULL"
    )
    op.create_check_constraint(
        op.f("ck_mandate_entered_by_another"),
        "mandate",
        "NOT on_paper OR account_id <> given_by OR revoked_at IS NOT NULL",
    )


def downgrade():
    op.drop_constraint(op.f("ck_mandate_entered_by_another"), "mandate")
