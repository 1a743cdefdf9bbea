"""A city for the console to show: many compounds, and a large one with meetings in every stage of their life."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.compounds import service as rolls
from app.core import clock
from app.core.crypto import encrypt
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.identity.console import sessions
from app.meetings import service as meetings
from app.meetings.models import Convenor
from app.meetings.rules.rule_set import Matter, RuleSet
from app.org.models import Role
from app.statistics.measures import Measure

FLATS: Final = 500
LARGE_FLATS: Final = 8000
Made = TypeVar("Made")

DAYS: Final = 53
"""How far the meetings move the clock ahead: all the rest is made for the day that is then."""

LARGE, CITY, COUNTY, STREET, COMMUNITY = (UUID(f"0198c0de-0000-7000-8000-0000000000a{number}") for number in range(5))
STAFF: Final = {
    Role.SECRETARY: (UUID("0198c0de-0000-7000-8000-0000000000b1"), LARGE),
    Role.STEWARD: (UUID("0198c0de-0000-7000-8000-0000000000b2"), LARGE),
    Role.COMMUNITY_OFFICER: (UUID("0198c0de-0000-7000-8000-0000000000b3"), COMMUNITY),
    Role.STREET_OFFICER: (UUID("0198c0de-0000-7000-8000-0000000000b4"), STREET),
    Role.OPERATOR: (UUID("0198c0de-0000-7000-8000-0000000000b5"), CITY),
}
SEED: Final = (Path(__file__).parent / "console.sql").read_text()
DESK: Final = (Path(__file__).parent / "console_desk.sql").read_text()
ROLL: Final = "楼栋,单元,房号,建筑面积,业主姓名,证件号码,手机号\n" + "".join(
    f"1栋,1单元,{room},88.8,测量新业主{room},,\n" for room in range(9000, 9200)
)
VOTES: Final = """
    INSERT INTO ballot (compound_id, meeting_id, party_id, id, owner_id, account_id, channel, choices, area_centi,
                        accepted_at)
    SELECT compound_id, meeting_id, id, uuid_v7(), id, id, 'app',
           ARRAY[1 + number %% 2, number %% 4, number %% 3]::smallint[], area_centi,
           %(since)s + number * interval '10 seconds'
    FROM voting_party
    WHERE compound_id = %(compound)s AND meeting_id = %(meeting)s AND NOT is_developer AND number %% 5 < %(fifths)s
"""


def seed(settings: Settings, compounds: int) -> None:
    """Fill the database, and bring meetings of the large compound to their stages; the clock runs ahead by then."""
    roles = list(STAFF)
    values = {
        "compounds": compounds,
        "flats": FLATS,
        "large_flats": LARGE_FLATS,
        **{"large": LARGE, "city": CITY, "county": COUNTY, "street": STREET, "community": COMMUNITY},
        **{"name": encrypt("测量业主"), "phone": encrypt("13900010001")},
        **{name: STAFF[role][0] for name, role in (("secretary", Role.SECRETARY), ("steward", Role.STEWARD))},
        "officer": STAFF[Role.COMMUNITY_OFFICER][0],
        "now": clock.now() + timedelta(days=DAYS),
        "rule_set": Jsonb(RuleSet().to_dict()),
        "measures": [measure.value for measure in Measure],
        "roles": [role.value for role in roles],
        "staff": [STAFF[role][0] for role in roles],
        "nodes": [STAFF[role][1] for role in roles],
    }
    _run(settings, SEED, values)
    held = _hold_meetings(settings)
    _run(settings, DESK, values | held | {"now": clock.now()})
    _act(lambda: rolls.check_roll(Actor(STAFF[Role.SECRETARY][0]), LARGE, "名册.csv", ROLL.encode()))
    with psycopg.connect(settings.libpq_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _hold_meetings(settings: Settings) -> dict[str, UUID]:
    """Bring them to their stages; those that are counted, running and announced."""
    secretary, supervisor = (Actor(STAFF[role][0]) for role in (Role.SECRETARY, Role.COMMUNITY_OFFICER))
    counted = _announced(secretary, "第六次业主大会")
    _move(days=17)
    _vote(settings, counted, 4)
    _move(days=16)
    for actor in (secretary, supervisor):
        _act(lambda actor=actor: meetings.approve_count(actor, LARGE, counted))  # type: ignore[misc]
    _act(lambda: meetings.publish_result(secretary, LARGE, counted))
    running = _announced(secretary, "第七次业主大会")
    _move(days=20)
    _vote(settings, running, 3)
    announced = _announced(secretary, "第八次业主大会")
    _drafted(secretary, "第九次业主大会")
    return {"counted": counted, "running": running, "announced": announced}


def _drafted(secretary: Actor, title: str) -> UUID:
    opens_at = (clock.now() + timedelta(days=16)).replace(minute=0, second=0, microsecond=0)

    def draft() -> UUID:
        closes_at = opens_at + timedelta(days=15)
        meeting_id = meetings.create_meeting(secretary, LARGE, title, Convenor.COMMITTEE, opens_at, closes_at).id
        for matter in (Matter(5), Matter(8), Matter(9)):
            meetings.add_motion(secretary, LARGE, meeting_id, matter=matter, title=f"事项{matter}", text="事项说明")
        return meeting_id

    return _act(draft)


def _announced(secretary: Actor, title: str) -> UUID:
    meeting_id = _drafted(secretary, title)
    _act(lambda: meetings.announce(secretary, LARGE, meeting_id))
    return meeting_id


def _vote(settings: Settings, meeting_id: UUID, fifths: int) -> None:
    """So many fifths of the parties have voted within a day."""
    since = clock.now() - timedelta(hours=12)
    _run(settings, VOTES, {"compound": LARGE, "meeting": meeting_id, "fifths": fifths, "since": since})


def sign_in() -> dict[Role, str]:
    """The secret of a browser of each of the staff."""
    return {role: _act(lambda who=who: sessions.open_session(who, "测量").token) for role, (who, _) in STAFF.items()}  # type: ignore[misc]


def _act(act: Callable[[], Made]) -> Made:
    with unit_of_work():
        return act()


def _move(days: float) -> None:
    clock.move_to(clock.now() + timedelta(days=days))


def _run(settings: Settings, statements: str, values: dict[str, Any]) -> None:
    with psycopg.connect(settings.libpq_url) as connection:
        psycopg.ClientCursor(connection).execute(statements, values)
