"""What the meeting desk reads: for whom, in which state, and nothing of how anybody votes before the count."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import approvals, desk, heads, told, turnout
from app.meetings.delivery import buildings, records
from app.meetings.errors import MeetingNotFound, RuleSetJustAdopted
from app.meetings.models import CountCapacity, DeliveryItem, MeetingState
from app.meetings.paper import finding, items
from app.meetings.results import counted
from app.meetings.rules import adoption
from app.meetings.sheets import sheet_id
from app.org.models import Role
from tests.support.kept import kept
from tests.support.paper import Table
from tests.support.world import CLOSES, OPENS, START, Person, World, at

HOUR = timedelta(hours=1)
ELECTION = {"matter": 3, "title": "选举业主委员会", "text": "选举委员五名。", "seats": 5}


class Hall:
    """Three owners in an announced meeting of two motions, and who serves."""

    def __init__(self, world: World) -> None:
        self.world, self.compound = world, world.compound
        self.owners = world.owners(3)
        self.path = world.announced(5, 8)
        self.id = UUID(self.path.rpartition("/")[2])
        self.secretary, self.supervisor = Actor(world.secretary.account_id), Actor(world.supervisor.account_id)
        self.steward = Actor(world.official(Role.STEWARD, world.compound).account_id)
        self.table = Table(world, self.path)

    def of(self, actor: Actor) -> tuple[Actor, UUID, UUID]:
        return actor, self.compound, self.id

    def cast(self, owner: Person) -> None:
        assert self.world.cast(owner, self.path, "for", "against").status_code == 201


@pytest.fixture
def hall(world: World) -> Hall:
    return kept(Hall)(world)


READS: list[tuple[str, Callable[..., Any], bool]] = [
    ("desk", desk.get, True),
    ("head", heads.get_head, True),
    ("turnout", turnout.line, True),
    ("told", told.of_announcement, False),
    ("count", approvals.count_standing, False),
    ("record", counted.read, False),
    ("buildings", lambda *of: buildings.by_building(*of, DeliveryItem.NOTICE), True),
    ("parties", lambda *of: finding.find_parties(*of, "1"), True),
    ("items", lambda *of: items.items_to_fix(*of, uuid4()), False),
]


def test_the_desk_is_read_by_those_who_serve_and_each_sees_the_own_part(hall: Hall):
    for name, read, steward in READS:
        serving = [hall.secretary, hall.supervisor, *([hall.steward] if steward else [])]
        for actor in serving:
            read(*hall.of(actor))
        for stranger in {hall.steward, Actor(hall.owners[0].account_id)} - set(serving):
            with pytest.raises(Forbidden):
                pytest.fail(f"{name}: {read(*hall.of(stranger))}")
        with pytest.raises(MeetingNotFound):
            pytest.fail(f"{name}: {read(hall.secretary, hall.compound, uuid4())}")


def test_drafts_are_listed_for_those_who_may_see_them(hall: Hall):
    draft = UUID(hall.world.draft(1).rpartition("/")[2])
    assert [one.id for one in desk.list_meetings(hall.secretary, hall.compound)] == [draft, hall.id]
    [row] = desk.list_meetings(hall.steward, hall.compound)
    assert (row.id, row.state, row.motions, row.undecided) == (hall.id, MeetingState.ANNOUNCED, 2, 0)
    with pytest.raises(MeetingNotFound):
        desk.get(hall.steward, hall.compound, draft)
    with pytest.raises(MeetingNotFound):
        heads.get_head(hall.secretary, hall.compound, draft)


def test_turnout_over_time_counts_each_party_from_its_ballot_on(hall: Hall):
    assert turnout.line(*hall.of(hall.steward)) == []
    for owner, hours in zip(hall.owners, (0.5, 1.5, 1.6), strict=True):
        with at(OPENS + hours * HOUR):
            hall.cast(owner)
    with at(OPENS + 3 * HOUR):
        points = turnout.line(*hall.of(hall.steward))
    assert [(one.at, one.persons, one.area_centi) for one in points] == [
        (OPENS + number * HOUR, persons, persons * 10000) for number, persons in enumerate((0, 1, 3, 3))
    ]


def test_delivery_by_building_counts_what_was_handed_over(hall: Hall):
    party = hall.table.party_of(hall.owners[0])
    records.record_handover(*hall.of(hall.steward), DeliveryItem.NOTICE, "楼栋长", START, {party: "本人"})
    [one] = buildings.by_building(*hall.of(hall.steward), DeliveryItem.NOTICE)
    assert (one.building, one.parties, one.paper, one.unreached) == ("1栋", 3, 1, 2 - one.message)


def test_the_announcement_went_to_every_owner_in_the_app(hall: Hall):
    shown = told.of_announcement(*hall.of(hall.supervisor))
    assert (shown.accounts, shown.sent) == (3, 0)


def test_the_count_stands_open_until_both_approved_and_names_what_is_in_its_way(hall: Hall):
    with at(OPENS + HOUR):
        hall.cast(hall.owners[0])
        sheet = hall.table.received(hall.owners[1])
    with at(CLOSES + HOUR):
        waiting = approvals.count_standing(*hall.of(hall.secretary))
        assert (waiting.unsettled, waiting.lapses_at, list(waiting.mine)) == (1, None, [CountCapacity.SECRETARY])
        assert counted.read(*hall.of(hall.secretary)) is None
        hall.table.enter(hall.world.secretary, sheet, "for", "for")
        hall.table.enter(hall.world.supervisor, sheet, "for", "for")
        assert hall.table.approve(hall.world.secretary).status_code == 200
        mine, other = (approvals.count_standing(*hall.of(one)) for one in (hall.secretary, hall.supervisor))
        assert (mine.unsettled, mine.did, other.did) == (0, True, False)
        assert list(mine.waiting_for) == [CountCapacity.SUPERVISOR]
        assert mine.lapses_at == CLOSES + HOUR + timedelta(minutes=30)
        assert hall.table.approve(hall.world.supervisor).status_code == 200
        record = counted.read(*hall.of(hall.supervisor))
        assert record
        assert (record.turnout.persons, record.motions[0].verdict) == (2, "通过")


def test_a_party_is_found_by_its_sheet_its_number_or_its_door(hall: Hall):
    party = hall.table.party_of(hall.owners[1])
    for text in (sheet_id(hall.id, party), "2", "第 2 号", "1栋1单元002"):
        assert [one.id for one in finding.find_parties(*hall.of(hall.steward), text)] == [party], text
    for text in ("", "9栋", sheet_id(uuid4(), party)):
        assert list(finding.find_parties(*hall.of(hall.steward), text)) == [], text
    found = finding.get_party(*hall.of(hall.steward), party)
    assert found
    assert [name for _, name in found.owners] == ["测***"]


def test_what_a_mandate_may_fix_are_the_motions_of_its_party_and_an_election_s_candidates(world: World):
    owner = world.owners(1)[0]
    path = world.draft(5)
    api = world.api(world.secretary)
    election = api("POST", f"{path}/motions", ELECTION).json["id"]
    for number in range(5):
        api("POST", f"{path}/motions/{election}/candidates", {"name": f"候选人{number}", "statement": "愿意"})
    assert api("POST", f"{path}/announcement").status_code == 200
    table = Table(world, path)
    of_meeting = (Actor(world.secretary.account_id), world.compound, table.meeting_id)
    found = items.items_to_fix(*of_meeting, table.party_of(owner))
    assert [(one.number, one.seats, len(one.candidates)) for one in found] == [(1, 0, 0), (2, 5, 5)]
    assert list(items.items_to_fix(*of_meeting, uuid4())) == []


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(world: World):
    secretary = Actor(world.secretary.account_id)
    adoption.adopt(secretary, world.compound, "第一次", "deemed_votes", seen=0)
    with pytest.raises(RuleSetJustAdopted):
        adoption.adopt(secretary, world.compound, "第二次", "civil_code_strict", seen=0)
    assert adoption.current(world.compound)[0] == 1
    assert adoption.adopt(secretary, world.compound, "第三次", "civil_code_strict", seen=1).version == 2
