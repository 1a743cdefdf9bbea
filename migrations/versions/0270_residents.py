"""Residents who own nothing (租客、家人) are bound to homes: as what, and until when a lease runs."""

import sqlalchemy as sa
from alembic import op

revision = "0270"
down_revision = "0240"
branch_labels = None
depends_on = None

OWNER = "ck_binding_accepted_names_owner"
CHECKS = {
    OWNER: "state <> 'accepted' OR capacity <> 'owner' OR owner_id IS NOT NULL",
    "ck_binding_resident_names_no_owner": "capacity = 'owner' OR owner_id IS NULL",
    "ck_binding_lease_of_a_tenant": "capacity = 'tenant' OR lease_ends IS NULL",
    "ck_binding_capacity_known": "capacity IN ('owner', 'tenant', 'family')",
}


def upgrade():
    op.add_column("binding", sa.Column("capacity", sa.Text(), server_default="owner", nullable=False))
    op.add_column("binding", sa.Column("lease_ends", sa.Date(), nullable=True))
    op.execute(f"ALTER TABLE binding DROP CONSTRAINT {OWNER}")
    for name, condition in CHECKS.items():
        op.execute(f"ALTER TABLE binding ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE binding VALIDATE CONSTRAINT {name}")
    op.create_index(
        "ix_binding_lease_ends",
        "binding",
        ["lease_ends"],
        postgresql_where=sa.text("state = 'accepted' AND lease_ends IS NOT NULL"),
    )


def downgrade():
    op.drop_index("ix_binding_lease_ends", table_name="binding")
    op.execute("DELETE FROM binding WHERE capacity <> 'owner'")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the homes' versions, before the table is changed
    for name in CHECKS:
        op.execute(f"ALTER TABLE binding DROP CONSTRAINT {name}")
    op.drop_column("binding", "lease_ends")
    op.drop_column("binding", "capacity")
    op.execute(f"ALTER TABLE binding ADD CONSTRAINT {OWNER} CHECK (state <> 'accepted' OR owner_id IS NOT NULL)")
