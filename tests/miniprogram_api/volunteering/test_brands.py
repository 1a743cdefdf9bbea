"""Service brands and groups (五老, partner units, companies) in whose name services are offered."""

import secrets
from typing import Any

from app.core.clock import now
from app.core.db import db
from app.core.ids import new_id
from app.org.models import GroupKind, GroupMember, HelpingGroup, Role
from tests.miniprogram_api.volunteering.test_services import ABOUT, RULE
from tests.support.answers import code
from tests.support.volunteering import NOBODY, Volunteering
from tests.support.world import Person, World

BRAND = {"name": "红马甲便民集市", "about": "每月一次。"}


def group_of(here: Volunteering, *members: Person) -> str:
    """A group with these members."""
    compound_id, group_id = here.world.compound, new_id()
    columns = {"kind": GroupKind.VETERANS, "name": "五老志愿队", "created_at": now()}
    made = HelpingGroup(compound_id=compound_id, id=group_id, created_by=here.world.secretary.account_id, **columns)
    db.session.add(made)
    db.session.flush()
    for member in members:
        db.session.add(
            GroupMember(
                compound_id=compound_id,
                group_id=group_id,
                phone="13900000103",
                phone_hash=secrets.token_bytes(32),
                account_id=member.account_id,
                added_by=here.world.secretary.account_id,
                added_at=now(),
            )
        )
    db.session.commit()
    return str(group_id)


def add(here: Volunteering, **more: Any) -> str:
    made = here.world.api(here.world.secretary)("POST", f"{here.path}/service-brands", {**BRAND, **more})
    assert made.status_code == 201, made.text
    return str(made.json["id"])


def offer(here: Volunteering, person: Person, **names: str) -> Any:
    return here.world.api(person)("POST", f"{here.path}/services", {**ABOUT, "recurrence": RULE, **names})


def test_a_member_offers_in_the_name_of_the_group_and_under_a_brand(here: Volunteering):
    member, other = here.volunteers(2)
    group = group_of(here, member)
    brand = add(here, group_id=group)
    offered = offer(here, member, group_id=group, brand_id=brand)
    assert (offered.status_code, offered.json["group"], offered.json["brand"]) == (201, "五老志愿队", "红马甲便民集市")
    assert code(offer(here, other, group_id=group)) == (409, "not_your_group")
    assert offer(here, other, brand_id=brand).status_code == 201
    assert here.activity(group_id=group)["group"] == "五老志愿队"
    assert here.seen(other, f"{here.path}/service-brands")["items"] == [{"id": brand, "group_id": group, **BRAND}]


def test_somebody_of_a_partner_unit_who_lives_elsewhere_may_volunteer(world: World, here: Volunteering):
    outsider = world.person()
    assert code(here.register(outsider)) == (403, "forbidden")
    group_of(here, outsider)
    assert here.register(outsider).status_code == 200
    assert here.book(outsider, here.slot()).status_code == 201


def test_what_has_ended_is_offered_under_no_more(here: Volunteering):
    member, brand = here.volunteer(), add(here)
    offered = offer(here, member, brand_id=brand).json
    api = here.world.api(here.world.secretary)
    assert api("DELETE", f"{here.path}/service-brands/{brand}").status_code == 204
    assert code(api("DELETE", f"{here.path}/service-brands/{brand}")) == (404, "brand_not_found")
    assert code(offer(here, member, brand_id=brand)) == (404, "brand_not_found")
    assert code(offer(here, member, group_id=NOBODY)) == (404, "group_not_found")
    assert here.seen(member, f"{here.path}/services/{offered['id']}")["brand"] == BRAND["name"]
    assert add(here) != brand, "the name is free again"


def test_a_name_stands_once_and_the_secretary_sets_it_up(world: World, here: Volunteering):
    brand, path = add(here), f"{here.path}/service-brands"
    api = world.api(world.secretary)
    assert code(api("POST", path, BRAND)) == (409, "brand_exists")
    assert code(api("POST", path, {**BRAND, "name": "另", "group_id": NOBODY})) == (404, "group_not_found")
    elsewhere = world.official(Role.SECRETARY, world.add_compound("测试二区"))
    for wrong in (here.volunteer(), world.official(Role.STEWARD, world.compound), elsewhere, world.person()):
        assert code(world.api(wrong)("POST", path, {**BRAND, "name": "另"})) == (403, "forbidden")
        assert code(world.api(wrong)("DELETE", f"{path}/{brand}")) == (403, "forbidden")
    assert code(world.api(world.person())("GET", path)) == (403, "forbidden")
