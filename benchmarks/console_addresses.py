"""Pages that no link of the walk leads to, since it follows few of each: by what lies on the large compound's desk."""

from collections.abc import Iterator
from typing import Final

import psycopg
from flask import Flask
from psycopg import sql
from psycopg.rows import dict_row

from app.core import clock
from app.core.settings import Settings
from app.org.models import Role
from benchmarks.console_city import LARGE

Rows = tuple[str, str, str]

_SHEET: Final = ("meeting_id, id AS sheet_id", "paper_sheet", "true")
_PARTY: Final = ("meeting_id, party_id", "mandate", "true")
_FOUND: Final = ("meeting_id, '101' AS q", "mandate", "true")
_WARD: Final = ("owner_id", "guardianship", "true")
_CERTIFICATE: Final = ("serial", "certificate", "true")
_OWN_WISH: Final = ("id AS wish_id", "wish", "state = 'draft'")
_PUBLIC: Final = ("result_code AS code", "meeting", "result_code IS NOT NULL")

ROWS: Final[dict[str, Rows]] = {
    "console_meetings.ask_to_redraft": ("meeting_id", "electorate_objection", "true"),
    "console_meetings.ask_to_extend": ("id AS meeting_id", "meeting", "id IN (SELECT meeting_id FROM mandate)"),
    "console_electorate.objection": ("meeting_id, id AS objection_id", "electorate_objection", "true"),
    "console_count.sheet": _SHEET,
    "console_count.sheet_state": _SHEET,
    "console_count.count_state": ("meeting_id", "paper_sheet", "true"),
    "console_count.find_principal": _FOUND,
    "console_count.find_co_owners": _FOUND,
    "console_count.new_mandate": _PARTY,
    "console_count.new_delegate": _PARTY,
    "console_count.end_mandate": ("meeting_id, id AS mandate_id", "mandate", "true"),
    "console_count.objection": ("meeting_id, id AS objection_id", "result_objection", "true"),
    "console_public_results.result": _PUBLIC,
    "console_public_results.find": ("'' AS q", "meeting", "true"),
    "console_public_certificates.show": ("'' AS q", "meeting", "true"),
    "console_roll.owner": _WARD,
    "console_roll.guardian": _WARD,
    "console_roll.binding": ("unit_id, id AS binding_id", "binding", "state = 'accepted'"),
    "console_roll.checked": ("id AS import_id", "roll_import", "true"),
    "console_slots.ask_neighbour": (
        "id AS slot_id",
        "slot",
        "starts_at > %(now)s AND offering_id IN (SELECT id FROM offering WHERE kind = 'service' AND review = 'open')",
    ),
    "console_services.ask_cancel": ("id AS service_id", "offering", "kind = 'service' AND review = 'open'"),
    "console_slots.ask_attendance": ("slot_id, id AS booking_id", "booking", "starts_at < %(now)s"),
    "console_hours.ask_correction": ("record_id", "correction_request", "true"),
    "console_certificates.show": _CERTIFICATE,
    "console_certificates.ask_revoke": _CERTIFICATE,
    "console_reviews.show": ("id AS case_id", "review_case", "state = 'refused'"),
    "console_reviews.show_appeal": ("id AS appeal_id", "notice_statement", "state = 'open'"),
    "console_notices.ask_decline": ("id AS nomination_id", "notice_nomination", "state = 'open'"),
    "console_notices.edit": ("id AS entry_id", "notice_entry", "state = 'draft' AND title = '楼道堆物'"),
    "console_notices.persons": ("id AS entry_id, '101' AS q", "notice_entry", "state = 'draft' AND title = '楼道堆物'"),
    "console_notices.told": ("entry_id, owner_id", "notice_entry_person", "told_at IS NULL"),
    "console_wishes.show": _OWN_WISH,
    "console_wishes.edit": _OWN_WISH,
}
"""Columns, table and condition of the rows that fill in the arguments of a page's address, or its query."""
OTHERS: Final = {
    "console_reviews.show_appeal": Role.COMMUNITY_OFFICER,
    "console_wishes.show": Role.STEWARD,
    "console_wishes.edit": Role.STEWARD,
}
"""Who opens a page that is not the secretary's."""


def addresses(application: Flask, settings: Settings, of_each: int) -> Iterator[tuple[Role, str]]:
    """So many addresses of each page, and who opens them."""
    urls = application.url_map.bind("localhost")
    with psycopg.connect(settings.libpq_url, row_factory=dict_row) as connection:
        for endpoint, (columns, table, condition) in ROWS.items():
            rows = sql.SQL("SELECT {} FROM {} WHERE compound_id = %(large)s AND {} LIMIT {}").format(
                sql.SQL(columns), sql.Identifier(table), sql.SQL(condition), of_each
            )
            for values in connection.execute(rows, {"large": LARGE, "now": clock.now()}):
                where = {} if endpoint.startswith("console_public") else {"compound_id": LARGE}
                yield OTHERS.get(endpoint, Role.SECRETARY), urls.build(endpoint, values | where)
