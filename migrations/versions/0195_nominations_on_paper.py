"""Nominations that came on paper: for the red list in an owner's name, and of candidates."""

import sqlalchemy as sa
from alembic import op

revision = "0195"
down_revision = "0211"
branch_labels = None
depends_on = None

WATCHED = """
    CREATE TRIGGER kept_as_counted BEFORE UPDATE ON candidate FOR EACH ROW
    WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION refuse_change_of_counted_candidate('{{{sealed}}}', '{{}}')
"""


def upgrade():
    op.add_column("notice_nomination", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.add_column("notice_nomination", sa.Column("paper_note", sa.LargeBinary(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notice_nomination_compound_id_owner_id"),
        "notice_nomination",
        "owner",
        ["compound_id", "owner_id"],
        ["compound_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_notice_nomination_paper_is_filed"), "notice_nomination", "(owner_id IS NULL) = (paper_note IS NULL)"
    )
    op.add_column("candidate", sa.Column("nominated", sa.Text(), nullable=True))
    op.add_column("candidate", sa.Column("paper_note", sa.LargeBinary(), nullable=True))
    op.create_check_constraint(op.f("ck_candidate_nominated_known"), "candidate", "nominated IN ('owners', 'self')")
    _watch_candidates("name,paper_note")  # a new master key may come to either, once the meeting is counted


def downgrade():
    _watch_candidates("name")
    op.drop_constraint(op.f("ck_candidate_nominated_known"), "candidate", type_="check")
    op.drop_column("candidate", "paper_note")
    op.drop_column("candidate", "nominated")
    op.drop_constraint(op.f("ck_notice_nomination_paper_is_filed"), "notice_nomination", type_="check")
    op.drop_constraint(op.f("fk_notice_nomination_compound_id_owner_id"), "notice_nomination", type_="foreignkey")
    op.drop_column("notice_nomination", "paper_note")
    op.drop_column("notice_nomination", "owner_id")


def _watch_candidates(sealed):
    op.execute("DROP TRIGGER kept_as_counted ON candidate")
    op.execute(WATCHED.format(sealed=sealed))
