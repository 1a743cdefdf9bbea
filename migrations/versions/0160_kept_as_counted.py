"""What a meeting was counted from stays as it was counted: triggers refuse to change or delete it.

Rows are still added while a meeting is counted and afterwards, as by the program before: no trigger looks at an INSERT,
so casting is as fast as it was.
"""

from alembic import op

revision = "0160"
down_revision = "0126"
branch_labels = None
depends_on = None

OF_A_MEETING = (
    "attachment",
    "ballot",
    "count_approval",
    "count_record",
    "delegate_naming",
    "delegation",
    "delivery",
    "electorate_objection",
    "excluded_unit",
    "mandate",
    "meeting_scan",
    "motion",
    "paper_sheet",
    "posted_notice",
    "voting_party",
    "voting_party_owner",
    "voting_party_unit",
)
BY_WAY_OF = {"candidate": ("motion", "motion_id"), "paper_entry": ("paper_sheet", "sheet_id")}
CHANGED_LATER = ("opening_told_at", "published_at", "result_code", "finalized_at", "annulled_at", "annul_reason")


def upgrade():
    op.execute(
        """
        CREATE FUNCTION refuse_change_once_counted() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM meeting WHERE compound_id = OLD.compound_id
                       AND id IN (OLD.meeting_id, NEW.meeting_id) AND counted_at IS NOT NULL) THEN
                RAISE EXCEPTION '% of a counted meeting is kept as it is', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN coalesce(NEW, OLD);
        END
        $$
        """
    )
    for table in OF_A_MEETING:
        _watch(table, "refuse_change_once_counted")
    for table, (parent, reference) in BY_WAY_OF.items():
        op.execute(
            f"""
            CREATE FUNCTION refuse_change_of_counted_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT FROM {parent} AS parent
                           JOIN meeting ON meeting.compound_id = parent.compound_id AND meeting.id = parent.meeting_id
                           WHERE parent.compound_id = OLD.compound_id
                             AND parent.id IN (OLD.{reference}, NEW.{reference})
                             AND meeting.counted_at IS NOT NULL) THEN
                    RAISE EXCEPTION '% of a counted meeting is kept as it is', TG_TABLE_NAME
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN coalesce(NEW, OLD);
            END
            $$
            """
        )
        _watch(table, f"refuse_change_of_counted_{table}")
    op.execute(
        "CREATE TRIGGER kept_once_witnessed BEFORE UPDATE OR DELETE ON lot FOR EACH ROW"
        " WHEN (OLD.witnessed_by IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
    listed = ", ".join(f"'{column}'" for column in CHANGED_LATER)
    op.execute(
        f"""
        CREATE FUNCTION keep_counted_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            later CONSTANT text[] := ARRAY[{listed}];
        BEGIN
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - later <> to_jsonb(OLD) - later
               OR NOT to_jsonb(NEW) @> jsonb_strip_nulls(to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'a counted meeting is kept as it is' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER kept_as_counted BEFORE UPDATE OR DELETE ON meeting FOR EACH ROW"
        " WHEN (OLD.counted_at IS NOT NULL) EXECUTE FUNCTION keep_counted_meeting()"
    )


def downgrade():
    for table in (*OF_A_MEETING, *BY_WAY_OF):
        op.execute(f"DROP TRIGGER kept_as_counted ON {table}")
        op.execute(f"DROP TRIGGER never_deleted_once_counted ON {table}")
    op.execute("DROP TRIGGER kept_once_witnessed ON lot")
    op.execute("DROP TRIGGER kept_as_counted ON meeting")
    for function in ("refuse_change_once_counted", "keep_counted_meeting"):
        op.execute(f"DROP FUNCTION {function}()")
    for table in BY_WAY_OF:
        op.execute(f"DROP FUNCTION refuse_change_of_counted_{table}()")


def _watch(table, function):
    """Two triggers: an UPDATE that leaves a row as it is, as of a late attempt to vote, is no change."""
    op.execute(
        f"CREATE TRIGGER kept_as_counted BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION {function}()"
    )
    op.execute(
        f"CREATE TRIGGER never_deleted_once_counted BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
