"""A posted notice is on record for each party that nothing else had reached, beside the other ways of delivery.

A program from before writes none of these. Where it says how far delivery is, it takes one for a delivery until it is
restarted; what it decides, it decides by its own three ways.
"""

import sqlalchemy as sa
from alembic import op

revision = "0161"
down_revision = "0160"
branch_labels = None
depends_on = None

WAYS = ("opened", "message", "paper")


def upgrade():
    op.add_column("delivery", sa.Column("notice_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_delivery_compound_id_notice_id"),
        "delivery",
        "posted_notice",
        ["compound_id", "notice_id"],
        ["compound_id", "id"],
    )
    _allow(*WAYS, "posted")
    op.create_check_constraint(
        op.f("ck_delivery_posted_names_its_notice"), "delivery", "(way = 'posted') = (notice_id IS NOT NULL)"
    )


def downgrade():
    op.drop_constraint(op.f("ck_delivery_posted_names_its_notice"), "delivery")
    op.execute("ALTER TABLE delivery DISABLE TRIGGER USER")
    op.execute("DELETE FROM delivery WHERE way = 'posted'")
    op.execute("ALTER TABLE delivery ENABLE TRIGGER USER")
    _allow(*WAYS)
    op.drop_constraint(op.f("fk_delivery_compound_id_notice_id"), "delivery")
    op.drop_column("delivery", "notice_id")


def _allow(*ways):
    listed = ", ".join(f"'{way}'" for way in ways)
    op.drop_constraint(op.f("ck_delivery_way_known"), "delivery")
    op.create_check_constraint(op.f("ck_delivery_way_known"), "delivery", f"way IN ({listed})")
