"""What tenants and family members may do in the compound where they live, and what is the owners' alone."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.compounds.models import Binding
from app.core.db import db
from app.notifications.models import OutboxMessage
from tasks import privacy
from tasks.compounds import end_leases
from tests.miniprogram_api.test_petitions import BODY as PETITION
from tests.miniprogram_api.volunteering.test_services import service, slots
from tests.support.answers import code
from tests.support.files import pdf
from tests.support.homes import changed, home
from tests.support.phones import proven
from tests.support.volunteering import Volunteering
from tests.support.wishes import Wishes
from tests.support.world import OPENS, START, Person, Ref, World, at

NEXT_YEAR = START.date() + timedelta(days=365)


@pytest.fixture
def flat(world: World) -> Ref:
    return world.unit("801")


@pytest.fixture
def tenant(world: World, flat: Ref) -> Person:
    world.owner(flat)
    return world.resident(flat)


def test_a_tenant_applies_is_registered_and_moves_out_when_the_owner_says_so(world: World, flat: Ref):
    owner, person = world.owner(flat), world.person()
    api, secretary, here = world.api(person), world.api(world.secretary), f"/compounds/{world.compound}"
    asked = {"building": "1栋", "stairwell": "1单元", "room": "801", "claimed_name": "租客甲", "capacity": "tenant"}
    refused = api("POST", f"{here}/bindings", asked | {"capacity": "guest"})
    assert code(refused) == (422, "invalid_input")
    assert code(api("POST", f"{here}/bindings", asked | {"lease_ends": "2020-01-01"})) == (422, "lease_end_invalid")
    made = api("POST", f"{here}/bindings", asked | {"lease_ends": NEXT_YEAR.isoformat()})
    assert (made.status_code, made.json["capacity"], made.json["lease_ends"]) == (201, "tenant", NEXT_YEAR.isoformat())
    assert code(api("POST", f"{here}/bindings", asked | {"capacity": "owner"})) == (409, "bound_as_other")
    waiting = secretary("GET", f"{here}/bindings/waiting", query_string={"capacity": "tenant"}).json["items"]
    assert [(one["capacity"], one["lease_ends"]) for one in waiting] == [("tenant", NEXT_YEAR.isoformat())]
    assert secretary("GET", f"{here}/bindings/waiting", query_string={"capacity": "family"}).json["items"] == []
    assert home(world, person).status_code == 403
    decision = f"{here}/bindings/{made.json['id']}/decision"
    named = secretary("POST", decision, {"accept": True, "owner_id": str(owner.owner_id)})
    assert code(named) == (422, "resident_names_no_owner")
    assert secretary("POST", decision, {"accept": True}).json["state"] == "accepted"
    assert code(secretary("POST", decision, {"accept": True})) == (409, "binding_not_waiting")
    [mine] = api("GET", "/me").json["homes"]
    assert (mine["capacity"], mine["state"], mine["lease_ends"]) == ("tenant", "accepted", NEXT_YEAR.isoformat())
    listed = world.api(owner)("GET", f"{here}/units/{flat.id}/residents").json["items"]
    assert [(one["name_masked"], one["capacity_text"]) for one in listed] == [("租**", "租客")]
    assert secretary("GET", f"{here}/units/{flat.id}/residents").json["items"] == listed
    assert code(api("GET", f"{here}/units/{flat.id}/residents")) == (404, "unit_not_found")
    moving_out = f"{here}/bindings/{listed[0]['binding_id']}/moving-out"
    assert code(api("POST", moving_out, {"reason": "搬走了"})) == (404, "binding_not_found")
    assert code(world.api(owner)("POST", moving_out, {"reason": " "})) == (422, "invalid_input")
    assert world.api(owner)("POST", moving_out, {"reason": "退租"}).status_code == 204
    assert code(world.api(owner)("POST", moving_out, {"reason": "退租"})) == (409, "binding_not_live")
    assert home(world, person).status_code == 403


@pytest.mark.parametrize("capacity", ["tenant", "family"])
def test_a_resident_uses_what_residents_use(world: World, flat: Ref, capacity: str):
    wishes, here = Wishes(world), Volunteering(world)
    person = world.resident(flat, capacity, name="租客甲")
    api, compound = world.api(person), f"/compounds/{world.compound}"
    own = wishes.call(person, "GET", f"/{wishes.published(person)}").json
    assert own["beneficiary"]["name"] == "租客甲"
    neighbours = wishes.published()
    assert wishes.call(person, "PUT", f"/{neighbours}/backing").status_code == 200
    assert wishes.call(person, "POST", f"/{neighbours}/claim").status_code == 201
    claimed = wishes.call(wishes.poster, "GET", f"/{neighbours}").json
    assert claimed["claim"]["claimant"] == "租**"
    praised = {"category": "neighbours", "text": "三楼的邻居每天帮大家扫楼道。"}
    assert api("POST", f"{compound}/notices/nominations", praised).status_code == 201
    assert api("GET", f"{compound}/notices").status_code == 200
    slot = slots(here, service(here))[0]
    assert here.book(person, slot).status_code == 201
    assert here.register(person).status_code == 200
    assert api("GET", f"{compound}/grids").status_code == 200
    asked = {"until": "2026-05-31", "months": 2}
    assert api("GET", f"/statistics/{world.compound}/months", query_string=asked).status_code == 200
    shown = home(world, person).json
    assert [one["id"] for one in shown["wishes"]] != []


def test_nobody_of_the_own_home_backs_the_wish_of_a_tenant(world: World, flat: Ref):
    wishes = Wishes(world)
    owner, tenant, family = world.owner(flat), world.resident(flat), world.resident(flat, "family")
    wish = wishes.published(tenant)
    for person in (owner, family):
        assert code(wishes.call(person, "PUT", f"/{wish}/backing")) == (403, "own_wish")


def test_civil_code_278_1_who_owns_nothing_has_no_vote_and_no_part_in_what_owners_decide(
    world: World, flat: Ref, tenant: Person
):
    owner, here, api = world.owner(world.unit("601")), f"/compounds/{world.compound}", world.api(tenant)
    petition = world.api(owner)("POST", f"{here}/petitions", PETITION).json["id"]
    path = world.announced()
    with at(OPENS):
        ballot = world.ballot(owner, path)
        building = str(world.building("1栋"))
        stands = {"name": "租客甲", "grounds": "热心"}
        refused = {
            "ballots": api("POST", f"{path}/ballots", ballot),
            "turnout": api("GET", f"{path}/turnout"),
            "meeting": api("GET", path),
            "meetings": api("GET", world.meetings_path()),
            "electorate": api("GET", f"{path}/electorate"),
            "sign": api("POST", f"{here}/petitions/{petition}/signature"),
            "petition": api("POST", f"{here}/petitions", PETITION),
            "steward": api("POST", f"{here}/steward-nominations/mine", stands | {"building_id": building}),
            "secretary": api("POST", f"{here}/secretary-nominations/mine", stands),
            "result": api("POST", f"{path}/result-objections", {"text": "请复核。"}),
        }
        assert {name: answer.status_code for name, answer in refused.items()} == dict.fromkeys(refused, 403)
        of_owners = [answer.json["error"] for name, answer in refused.items() if name != "ballots"]
        assert {one["code"] for one in of_owners} == {"forbidden"}
        assert all("由业主办理" in one["message"] for one in of_owners)
        assert refused["ballots"].json["error"]["code"] == "not_your_vote"
        assert world.api(owner)("GET", f"{path}/turnout").json["persons"] == 0


def test_meetings_are_told_to_owners_and_stand_on_their_home_alone(world: World, flat: Ref, tenant: Person):
    owner = world.owner(world.unit("601"))
    world.announced()
    told = set(db.session.scalars(select(OutboxMessage.account_id).where(OutboxMessage.kind == "meeting_announced")))
    assert owner.account_id in told
    assert tenant.account_id not in told
    with at(OPENS):
        shown = home(world, tenant).json
        assert (shown["meetings"], shown["to_dos"]) == ([], [])
        assert len(home(world, owner).json["meetings"]) == 1


def test_a_tenant_who_holds_a_mandate_sees_that_meeting_and_votes_as_a_proxy(world: World, flat: Ref, tenant: Person):
    owner, paper = world.owner(world.unit("601")), (BytesIO(pdf()), "委托书.pdf")
    path = world.announced()
    ballot = world.ballot(owner, path)
    form = {"proxy_phone": proven(tenant), "proxy_name": "租客甲", "file": paper}
    given = f"{path}/parties/{ballot['party_id']}/mandates"
    made = world.api(owner)("POST", given, data=form, content_type="multipart/form-data")
    assert made.status_code == 201, made.text
    with at(OPENS):
        [shown] = home(world, tenant).json["meetings"]
        assert shown["to_cast"] == 1
        assert world.api(tenant)("GET", path).status_code == 200
        assert world.api(tenant)("POST", f"{path}/ballots", ballot).status_code == 201


def test_a_home_that_was_kept_is_closed_once_the_lease_is_over(world: World, flat: Ref):
    tenant = world.resident(flat, lease_ends=NEXT_YEAR - timedelta(days=350))
    before = home(world, tenant)
    assert not changed(world, tenant, before)
    with at(START + timedelta(days=17)):
        assert end_leases() == 1
        db.session.commit()
        assert home(world, tenant, before.headers["ETag"]).status_code == 403


def test_a_residents_registration_is_taken_away_and_erased_with_the_account(world: World, flat: Ref):
    tenant = world.resident(flat, name="租客甲", lease_ends=NEXT_YEAR)
    file = world.api(tenant)("GET", "/me/export")
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        [name] = [one for one in archive.namelist() if one.endswith("homes.json")]
        text = archive.read(name).decode()
    assert all(one in text for one in ("tenant", NEXT_YEAR.isoformat(), "租客甲"))
    assert json.loads(text)
    assert world.api(tenant)("POST", "/me/closing", {"understood": True}).status_code == 201
    with at(START + timedelta(days=7, minutes=1)):
        assert privacy.close_accounts() == 1
    [kept] = db.session.scalars(select(Binding).where(Binding.account_id == tenant.account_id))
    assert (kept.state, kept.claimed_name, kept.lease_ends) == ("revoked", None, None)
