"""Statistics of compound, community and street: counted by jobs, and never of fewer than five people."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.org.models import OrgUnit, Role
from tasks import statistics as jobs
from tests.support.phones import proven
from tests.support.volunteering import Volunteering
from tests.support.wishes import Wishes
from tests.support.world import START, Person, World, at


def months(world: World, person: Person | None, node: UUID, **query: Any) -> TestResponse:
    asked = {"until": "2026-05-31", "months": 2, **query}
    return world.api(person)("GET", f"/statistics/{node}/months", query_string=asked)


def parts(world: World, person: Person, node: UUID) -> TestResponse:
    return world.api(person)("GET", f"/statistics/{node}/parts", query_string={"month": "2026-05-20"})


def totals(figures: list[dict[str, Any]]) -> dict[str, int | None]:
    return {one["measure"]: one["total"] for one in figures}


def this_month(answer: TestResponse) -> dict[str, int | None]:
    return totals(answer.json["months"][0]["figures"])


def claim_posts(world: World, number: int) -> None:
    volunteering = Volunteering(world)
    post = volunteering.post(places=20)
    for person in volunteering.volunteers(number):
        assert volunteering.claim(person, post).status_code == 201


def test_before_the_first_computation_everything_is_none_yet(world: World):
    answer = months(world, world.secretary, world.compound)
    assert [one["month"] for one in answer.json["months"]] == ["2026-05-01", "2026-04-01"]
    assert answer.json["months"][0]["refreshed_at"] is None
    assert set(this_month(answer).values()) == {0}


def test_a_job_counts_the_month_and_sums_it_up_the_tree(world: World):
    claim_posts(world, 5)
    assert jobs.refresh_recent() == 2
    answer = months(world, world.supervisor, world.community)
    assert answer.json["kind"] == "community"
    assert answer.json["months"][0]["refreshed_at"] == START.isoformat()
    assert this_month(answer)["posts_claimed"] == 5
    assert totals(answer.json["months"][1]["figures"])["posts_claimed"] == 0
    assert this_month(months(world, world.secretary, world.compound))["posts_claimed"] == 5


def test_computing_a_month_again_changes_nothing_and_forgets_what_is_no_more(world: World):
    volunteering = Volunteering(world)
    post = volunteering.post(places=20)
    people = volunteering.volunteers(6)
    for person in people:
        volunteering.claim(person, post)
    jobs.refresh_recent()
    jobs.refresh_recent()
    assert this_month(months(world, world.secretary, world.compound))["posts_claimed"] == 6
    for person in people:
        assert world.api(person)("DELETE", f"{post}/claim").status_code < 300
    jobs.refresh_recent()
    assert this_month(months(world, world.secretary, world.compound))["posts_claimed"] == 0


def test_a_late_correction_reaches_an_old_month_with_the_daily_job(world: World):
    claim_posts(world, 5)
    with at(START + timedelta(days=75)):
        jobs.refresh_recent()
        assert this_month(months(world, world.supervisor, world.community))["posts_claimed"] == 0
        assert jobs.refresh_corrected() == 13
        assert this_month(months(world, world.supervisor, world.community))["posts_claimed"] == 5


@pytest.mark.parametrize(("people", "shown"), [(4, None), (5, 5)])
def test_pipl_73_a_group_of_fewer_than_five_is_not_shown(world: World, people: int, shown: int | None):
    claim_posts(world, people)
    jobs.refresh_recent()
    assert this_month(months(world, world.secretary, world.compound))["posts_claimed"] == shown


def test_pipl_73_one_small_compound_is_not_told_by_the_sum_of_the_others(world: World):
    claim_posts(world, 3)
    for number in (6, 7):
        neighbouring(world, number)
    jobs.refresh_recent()
    shown = {one["name"]: totals(one["figures"])["posts_claimed"] for one in parts_of(world)}
    assert shown == {"测试小区": None, "邻近小区6": None, "邻近小区7": 7}
    assert this_month(months(world, world.supervisor, world.community))["posts_claimed"] == 16


def test_pipl_73_what_is_hidden_beside_a_small_compound_is_hidden_wherever_it_is_asked_for(world: World):
    claim_posts(world, 3)
    others = [neighbouring(world, number) for number in (6, 7)]
    jobs.refresh_recent()
    shown = [this_month(months(world, world.supervisor, one))["posts_claimed"] for one in (world.compound, *others)]
    assert shown == [None, None, 7], "else the sum of the community less the others would tell it"


def test_two_small_compounds_are_not_told_together_by_the_sum_of_the_others(world: World):
    claim_posts(world, 2)
    for number in (2, 8, 9):
        neighbouring(world, number)
    jobs.refresh_recent()
    shown = {one["name"]: totals(one["figures"])["posts_claimed"] for one in parts_of(world)}
    assert shown == {"测试小区": None, "邻近小区2": None, "邻近小区8": None, "邻近小区9": 9}


def test_party_members_who_reported_in_and_did_not_take_it_back_are_counted(world: World):
    report = {"name": "测试党员", "branch": "测试支部", "consent_version": "party-2026-01"}
    members = world.owners(6)
    for person in members:
        assert world.api(person)("PUT", f"/compounds/{world.compound}/reports-in/me", report).status_code == 200
    jobs.refresh_recent()
    assert this_month(months(world, world.supervisor, world.community))["members_reported"] == 6
    assert world.api(members[0])("DELETE", f"/compounds/{world.compound}/reports-in/me").status_code == 204
    jobs.refresh_recent()
    assert this_month(months(world, world.supervisor, world.community))["members_reported"] == 5
    assert totals(months(world, world.secretary, world.compound).json["months"][1]["figures"])["members_reported"] == 0


def test_what_people_without_a_home_of_their_own_contribute_is_shown_beside_the_whole(world: World):
    volunteering = Volunteering(world)
    post = volunteering.post(places=40)
    for person in [*volunteering.volunteers(6), *guests(volunteering, 5)]:
        assert volunteering.claim(person, post).status_code == 201
    jobs.refresh_recent()
    shown = this_month(months(world, world.secretary, world.compound))
    assert (shown["posts_claimed"], shown["posts_claimed_by_others"]) == (11, 5)


@pytest.mark.parametrize(("owners", "others"), [(4, 9), (9, 4)])
def test_neither_owners_nor_others_are_shown_where_the_rest_would_be_a_small_group(
    world: World, owners: int, others: int
):
    volunteering = Volunteering(world)
    post = volunteering.post(places=40)
    for person in [*volunteering.volunteers(owners), *guests(volunteering, others)]:
        volunteering.claim(person, post)
    jobs.refresh_recent()
    shown = this_month(months(world, world.secretary, world.compound))
    assert (shown["posts_claimed"], shown["posts_claimed_by_others"]) == (13, None)


def test_the_minutes_of_others_are_counted_apart(world: World):
    volunteering = Volunteering(world)
    post = volunteering.post(places=40)
    for person in [*volunteering.volunteers(5), *guests(volunteering, 6)]:
        volunteering.claim(person, post)
    with at(START + timedelta(hours=3)):
        times = {"started_at": START.isoformat(), "minutes": 60}
        api = world.api(world.secretary)
        for claim in volunteering.claims(post):
            assert api("POST", f"{post}/claims/{claim['id']}/confirmation").status_code == 200
            entered = api("POST", f"{post}/claims/{claim['id']}/hours", times)
            assert entered.status_code == 201, entered.text
            confirmed = api("POST", f"{volunteering.path}/service-records/{entered.json['id']}/confirmation")
            assert confirmed.status_code == 200, confirmed.text
        jobs.refresh_recent()
        shown = this_month(months(world, world.secretary, world.compound))
    assert (shown["service_minutes"], shown["service_minutes_by_others"]) == (660, 360)


def guests(volunteering: Volunteering, number: int) -> list[Person]:
    """Volunteers who own no home here: in turn members of a group that helps, and tenants."""
    world, found = volunteering.world, []
    api = world.api(world.secretary)
    group = api("POST", f"{volunteering.path}/groups", {"kind": "company", "name": "租户互助队"}).json["id"]
    for one in range(number):
        if one % 2:
            person = world.resident(world.unit(f"t{one}"))
        else:
            person = world.person()
            added = api("POST", f"{volunteering.path}/groups/{group}/members", {"phone": proven(person)})
            assert added.status_code == 201, added.text
        assert volunteering.register(person).status_code == 200
        found.append(person)
    return found


def neighbouring(world: World, claims: int) -> UUID:
    """Another compound of the community, where so many claimed a post."""
    other = World.__new__(World)
    other.__dict__.update(world.__dict__)
    other.compound = world.add_compound(f"邻近小区{claims}")
    other.secretary = world.official(Role.SECRETARY, other.compound)
    claim_in(other, claims)
    return other.compound


def parts_of(world: World) -> list[dict[str, Any]]:
    return list(parts(world, world.supervisor, world.community).json["parts"])


def claim_in(world: World, number: int) -> None:
    volunteering = Volunteering(world)
    post = volunteering.post(places=20)
    for _ in range(number):
        room = uuid4().hex[:8]
        person = world.owner(world.unit(room, compound=world.compound))
        assert volunteering.register(person).status_code == 200
        assert volunteering.claim(person, post).status_code == 201


def test_wishes_are_counted_when_they_are_published_and_when_fulfilled(world: World):
    wishes = Wishes(world)
    for person in [wishes.poster, wishes.other, *(world.owner(world.unit(f"9{number}")) for number in range(4))]:
        wishes.published(person)
    wishes.in_state("fulfilled")
    jobs.refresh_recent()
    shown = this_month(months(world, world.secretary, world.compound))
    assert (shown["wishes_published"], shown["wishes_fulfilled"]) == (7, None)


def test_residents_see_their_compound_and_nobody_else_s(world: World):
    owner = world.owner(world.unit("101"))
    elsewhere = world.add_compound("别处小区")
    assert months(world, owner, world.compound).status_code == 200
    assert months(world, owner, elsewhere).status_code == 403
    assert months(world, owner, world.community).status_code == 403
    assert months(world, world.secretary, world.community).status_code == 403
    assert months(world, world.person(), world.compound).status_code == 403
    assert months(world, None, world.compound).status_code == 401
    assert months(world, world.supervisor, uuid4()).status_code == 404


def test_a_street_officer_sees_the_street_and_all_below(world: World):
    street = db.session.scalars(select(OrgUnit.parent_id).where(OrgUnit.id == world.community)).one()
    assert street
    officer = world.official(Role.STREET_OFFICER, street)
    claim_posts(world, 5)
    jobs.refresh_recent()
    [part] = parts(world, officer, street).json["parts"]
    assert (part["name"], totals(part["figures"])["posts_claimed"]) == ("测试社区", 5)
    assert months(world, officer, world.compound).status_code == 200


@pytest.mark.parametrize("query", [{"months": 0}, {"months": 37}, {"until": "gestern"}, {"until": "1800-01-01"}])
def test_senseless_spans_are_refused(world: World, query: dict[str, Any]):
    assert months(world, world.secretary, world.compound, **query).status_code == 422
