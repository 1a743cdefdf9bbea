"""Writing the compounds of one batch, in one transaction: it is there whole, or not at all."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from app.core.db import sql_text
from app.identity.consents.notices import NOTICES, Purpose
from app.meetings.rules.rule_set import RuleSet
from commands.city import counts, names, shape
from commands.city.shape import Shape

SQL: Final = Path(__file__).parent / "sql"
_PARTS: Final = [
    sql_text(SQL / f"{part}.sql")
    for part in ("homes", "people", "roll", "meetings", "wishes", "volunteering", "messages")
]
ACCOUNTS_OF_A_PLACE: Final = 2 * shape.MOST_HOMES + shape.MOST_HOMES // 10 + 1
"""From the number of one compound's first account to that of the next."""

TABLES: Final = [
    *("account", "wechat_login", "account_phone", "consent", "login_session", "appointment"),
    *("roll", "home_version", "rule_set", "building", "unit", "owner", "ownership", "binding"),
    *("meeting", "motion", "voting_party", "voting_party_unit", "voting_party_owner", "ballot", "count_approval"),
    *("count_record", "wish", "wish_claim", "wish_backing", "review_case", "notice_entry"),
    *("volunteer", "volunteer_post", "post_claim", "report_in", "certificate_issuer"),
    *("offering", "recurrence", "slot", "booking", "service_record", "outbox"),
]
"""What a batch writes."""


def write(url: str, city: Shape, places: Sequence[int], now: datetime) -> None:
    """Write these compounds with all that is in them, and note the batch as written."""
    homes = [city.homes_of(place) for place in places]
    values = {
        "places": list(places),
        "homes": homes,
        "names": names.POOL,
        "now": now,
        "privacy": NOTICES[Purpose.PRIVACY].version,
        "rule_set": Jsonb(RuleSet().to_dict()),
        "community": shape.COMPOUNDS_OF_A_COMMUNITY,
        "street": shape.COMPOUNDS_OF_A_COMMUNITY * shape.COMMUNITIES_OF_A_STREET,
        "county": shape.COMPOUNDS_OF_A_COMMUNITY * shape.COMMUNITIES_OF_A_STREET * shape.STREETS_OF_A_COUNTY,
    }
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")  # homes' versions are written, not raised
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute("SET LOCAL work_mem = '128MB'")
        _copy_phones(connection, places, homes)
        cursor = psycopg.ClientCursor(connection)
        for part in _PARTS:
            cursor.execute(part, values)
        counts.write(connection)
        connection.execute("UPDATE city_build.batch SET loaded_at = now() WHERE first = %s", [places[0]])


def _copy_phones(connection: "psycopg.Connection[Any]", places: Sequence[int], homes: Sequence[int]) -> None:
    connection.execute(
        "CREATE TEMPORARY TABLE phone (place integer, number integer, phone bytea, hash bytea) ON COMMIT DROP"
    )
    with connection.cursor().copy("COPY phone FROM STDIN") as copy:
        for place, number in zip(places, homes, strict=True):
            made = names.sealed_phones(place * ACCOUNTS_OF_A_PLACE, 2 * number + number // 10)
            copy.write(
                "".join(
                    f"{place}\t{one}\t\\\\x{phone.hex()}\t\\\\x{hashed.hex()}\n"
                    for one, (phone, hashed) in enumerate(made, 1)
                )
            )
