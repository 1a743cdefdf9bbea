"""Officers of the county (区县工作人员) may be appointed."""

from alembic import op

revision = "0201"
down_revision = "0195"
branch_labels = None
depends_on = None

BEFORE = (
    "steward",
    "secretary",
    "supervisor",
    "community_officer",
    "street_officer",
    "operator",
    "property_staff",
)


def upgrade():
    _allow("steward", "secretary", "supervisor", "community_officer", "street_officer", "county_officer", *BEFORE[5:])


def downgrade():
    _allow(*BEFORE)


def _allow(*roles):
    name, listed = op.f("ck_appointment_role_known"), ", ".join(f"'{role}'" for role in roles)
    op.execute(f"ALTER TABLE appointment DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE appointment ADD CONSTRAINT {name} CHECK (role IN ({listed})) NOT VALID")
    op.execute(f"ALTER TABLE appointment VALIDATE CONSTRAINT {name}")
