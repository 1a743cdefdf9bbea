"""The home's version rises with bookings and with the names of buildings and compounds, too."""

from alembic import op

revision = "0170"
down_revision = "0161"
branch_labels = None
depends_on = None

DEFERRED = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION"


def upgrade():
    op.execute(
        "CREATE CONSTRAINT TRIGGER booking_raises_home_version"
        " AFTER INSERT OR DELETE OR UPDATE OF state, slot_id, person_id ON booking"
        f" {DEFERRED} raise_home_version()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER building_raises_home_version AFTER UPDATE OF name ON building"
        f" {DEFERRED} raise_home_version()"
    )
    op.execute(
        """
        CREATE FUNCTION raise_named_home_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO home_version VALUES (NEW.id, 1)
            ON CONFLICT (compound_id) DO UPDATE SET version = home_version.version + 1;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER org_unit_raises_home_version AFTER UPDATE OF name ON org_unit"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'compound')"
        " EXECUTE FUNCTION raise_named_home_version()"
    )


def downgrade():
    for table in ("org_unit", "building", "booking"):
        op.execute(f"DROP TRIGGER {table}_raises_home_version ON {table}")
    op.execute("DROP FUNCTION raise_named_home_version")
