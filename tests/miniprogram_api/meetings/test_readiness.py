"""What a draft lacks is told before its announcement refuses it: never more, never less."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from app.compounds import queries as compounds
from app.compounds.models import Binding, UnitUse
from app.core.db import db
from app.core.errors import AppError
from app.identity.actor import Actor
from app.meetings import preview, readiness, scopes, service
from app.meetings.announcing import share_of
from app.meetings.electorate import build_roll
from app.meetings.errors import DraftChanged
from app.meetings.models import Meeting
from app.meetings.rules import adoption
from app.meetings.rules.rule_set import RuleSet
from tests.support.world import CLOSES, START, World


def id_of(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])


def ready(world: World) -> str:
    world.owners(2)
    return world.draft(5)


def without_motions(world: World) -> str:
    path = ready(world)
    motion = world.api(world.secretary)("GET", path).json["motions"][0]["id"]
    assert world.api(world.secretary)("DELETE", f"{path}/motions/{motion}").status_code == 204
    return path


def without_owners(world: World) -> str:
    return world.draft(5)


def too_soon(world: World) -> str:
    path = ready(world)
    times = {"opens_at": START.isoformat(), "closes_at": CLOSES.isoformat()}
    assert world.api(world.secretary)("PATCH", path, times).status_code == 200
    return path


def without_candidates(world: World) -> str:
    path = ready(world)
    election = {"matter": 3, "title": "选举", "text": "选举", "seats": 5}
    assert world.api(world.secretary)("POST", f"{path}/motions", election).status_code == 201
    return path


def of_parking_alone(world: World) -> str:
    path = ready(world)
    place = world.unit("P1", building="车库", use="parking")
    building = str(world.building("车库"))
    assert place
    motion = {"matter": 5, "title": "修车库", "text": "修", "scope_building_id": building}
    assert world.api(world.secretary)("POST", f"{path}/motions", motion).status_code == 201
    return path


CASES: dict[Callable[[World], str], list[str]] = {
    ready: [],
    without_motions: ["no_motions"],
    without_owners: ["electorate_empty"],
    too_soon: ["notice_too_short"],
    without_candidates: ["no_candidates"],
    of_parking_alone: ["scope_empty"],
}


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_draft_lacks_just_what_its_announcement_is_refused_for(world: World, make: Callable[[World], str]):
    path = make(world)
    actor = Actor(world.secretary.account_id)
    missing = readiness.of_draft(actor, world.compound, id_of(path)).missing
    assert [one.code for one in missing] == CASES[make]
    refused = None
    try:
        with db.session.begin_nested():
            service.announce(actor, world.compound, id_of(path))
    except AppError as error:
        refused = error
    assert bool(missing) == (refused is not None)
    if refused and refused.code != "schedule_defective":
        assert (refused.code, refused.text) == (missing[0].code, missing[0].text)


def test_what_was_looked_through_is_announced_and_nothing_else(world: World):
    path = ready(world)
    actor = Actor(world.secretary.account_id)
    stamp = readiness.of_draft(actor, world.compound, id_of(path)).stamp
    world.api(world.secretary)("PATCH", path, {"title": "另一个名称"})
    with pytest.raises(DraftChanged), db.session.begin_nested():
        service.announce(actor, world.compound, id_of(path), stamp)
    assert db.session.get_one(Meeting, (world.compound, id_of(path))).announced_at is None
    now = readiness.of_draft(actor, world.compound, id_of(path)).stamp
    assert service.announce(actor, world.compound, id_of(path), now).announced_at is not None


def a_roll_of_everything(world: World) -> None:
    """Sole and joint owners of one or more homes, parking, unsold homes, homes of nobody; some use the app."""
    homes = [world.unit(f"{number:03}", 5000 + 37 * number, building=f"{number % 3}栋") for number in range(24)]
    garages = [
        world.unit(f"B{number}", 1200 + number, use=use)
        for number, use in enumerate((UnitUse.PARKING, UnitUse.STORAGE, UnitUse.PARKING))
    ]
    single = world.owner(homes[0], homes[1], garages[0])
    couple = [world.owner(homes[2], homes[3], bound=False), world.owner(homes[4])]
    world.give(couple[1], homes[2], bound=False)
    world.give(couple[1], homes[3], bound=False)
    world.give(single, homes[5], bound=False)
    for home in homes[6:16]:
        world.owner(home, bound=home.id.int % 2 == 0)
    world.unit("P1", 1500, building="地库", use=UnitUse.PARKING)
    for number in range(3):
        world.unit(f"D{number}", 9000, held_by_developer=True)
    world.owner(world.unit("D9", 8000, held_by_developer=True), bound=False)


@pytest.mark.parametrize("include_parking", [False, True])
def test_the_preview_is_what_an_announcement_would_freeze(world: World, include_parking: bool):
    a_roll_of_everything(world)
    actor = Actor(world.secretary.account_id)
    rules = replace(RuleSet(), include_parking=include_parking)
    adoption.adopt(actor, world.compound, "业主大会通过", None, rules.to_dict())
    units = compounds.units_with_owners(world.compound)
    roll = build_roll([share_of(unit) for unit in units], include_parking)
    shown = preview.preview_electorate(actor, world.compound)
    developer = next(party for party in roll.parties if party.is_developer)
    assert (shown.persons, shown.area_centi) == (roll.electorate.persons, roll.electorate.area_centi)
    assert (shown.units, shown.excluded) == (sum(len(one.units) for one in roll.parties), len(roll.excluded_unit_ids))
    assert (shown.developer_units, shown.developer_area_centi) == (len(developer.units), developer.area_centi)
    assert {gap.unit_id for gap in shown.gaps} == {one.unit_id for one in roll.findings}
    bound = set(db.session.scalars(select(Binding.owner_id).where(Binding.compound_id == world.compound)))
    others = [party for party in roll.parties if not party.is_developer]
    assert shown.offline == sum(bound.isdisjoint(party.owner_ids) for party in others) > 1
    counted = {unit.unit_id: unit.area_centi for party in roll.parties for unit in party.units}
    for scope in scopes.parts_of(world.compound):
        part = [one for one in units if scope.covers(one.building_id, one.stairwell)]
        assert preview.counts_anybody(world.compound, scope) == any(one.unit_id in counted for one in part)


def test_the_preview_counts_persons_area_gaps_and_whom_the_app_does_not_reach(world: World):
    world.owners(2)
    world.owner(world.unit("101", 8000), bound=False)
    world.unit("102", 7000)
    shown = preview.preview_electorate(Actor(world.secretary.account_id), world.compound)
    assert (shown.persons, shown.area_centi, shown.units) == (4, 35000, 4)
    assert shown.offline == 2
    assert [gap.door for gap in shown.gaps] == ["1栋1单元102"]
