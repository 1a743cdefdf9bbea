"""Services: offered, reviewed, repeated by rule, booked by residents and by stewards for neighbours, reminded of."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from app.compounds.models import Binding, BindingState
from app.core.audit import AuditEvent
from app.core.clock import SHANGHAI
from app.core.db import db
from app.org.models import Role
from app.volunteering.slots.models import Booking, Slot
from tasks.volunteering import extend_services, forget_contacts, remind
from tests.support.answers import code
from tests.support.moderation import said
from tests.support.volunteering import NOBODY, REASON, Volunteering, told
from tests.support.world import START, Person, World, at

ABOUT = {"title": "上门理发", "description": "自带工具。", "place": "住户家中", "contact": "社区值班电话"}
RULE = {
    "rule": "FREQ=WEEKLY;BYDAY=SA",
    "first_day": "2026-05-01",
    "opens": "09:00",
    "window_minutes": 60,
    "slot_minutes": 30,
    "capacity": 1,
}
SATURDAY = datetime(2026, 5, 2, 9, tzinfo=SHANGHAI)


def offer(here: Volunteering, person: Person, **rule: Any) -> Any:
    body = {**ABOUT, "cancel_minutes": 120, "recurrence": {**RULE, **rule}}
    made = here.world.api(person)("POST", f"{here.path}/services", body)
    if made.status_code == 201:
        said(made.json["id"])
    return made


def service(here: Volunteering, **rule: Any) -> dict[str, Any]:
    """An open service of the secretary's."""
    return dict(offer(here, here.world.secretary, **rule).json)


def slots(here: Volunteering, offered: dict[str, Any]) -> list[str]:
    return [f"{here.path}/slots/{one['id']}" for one in offered["slots"]]


def residents(here: Volunteering, number: int) -> list[Person]:
    return here.world.owners(number)


def test_a_volunteer_s_service_waits_for_the_secretary_and_then_has_slots_for_four_weeks(here: Volunteering):
    volunteer, [resident] = here.volunteer(), residents(here, 1)
    offered = offer(here, volunteer)
    assert (offered.status_code, offered.json["review"], offered.json["slots"]) == (201, "waiting", [])
    path = f"{here.path}/services/{offered.json['id']}"
    assert code(here.world.api(resident)("GET", path)) == (404, "offering_not_found")
    assert here.seen(resident, f"{here.path}/services")["items"] == []
    assert len(here.seen(here.world.secretary, f"{here.path}/services")["items"]) == 1
    opened = here.world.api(here.world.secretary)("POST", f"{path}/approval")
    times = [datetime.fromisoformat(one["starts_at"]) for one in opened.json["slots"]]
    assert times == [SATURDAY + timedelta(weeks=week, minutes=half) for week in range(4) for half in (0, 30)]
    assert told("application_decided") == [volunteer.account_id]
    assert here.seen(resident, path)["recurrence"] == RULE | {"opens": "09:00"}
    assert code(here.world.api(here.world.secretary)("POST", f"{path}/approval")) == (409, "offering_reviewed")


def test_a_declined_service_says_why_and_is_not_shown(here: Volunteering):
    volunteer, [resident] = here.volunteer(), residents(here, 1)
    path = f"{here.path}/services/{offer(here, volunteer).json['id']}"
    declined = here.world.api(here.world.secretary)("POST", f"{path}/refusal", REASON)
    assert (declined.json["review"], declined.json["review_reason"]) == ("declined", REASON["reason"])
    assert here.seen(volunteer, path)["review"] == "declined"
    assert here.world.api(resident)("GET", path).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Slot)) == 0


def test_nobody_reviews_the_own_service_and_residents_review_none(world: World, here: Volunteering):
    here.register(world.secretary)
    volunteer = here.volunteer()
    path = f"{here.path}/services/{offer(here, volunteer).json['id']}"
    steward = world.official(Role.STEWARD, world.compound)
    for wrong in (volunteer, steward, world.person()):
        for act, body in (("approval", None), ("refusal", REASON)):
            assert code(world.api(wrong)("POST", f"{path}/{act}", body)) == (403, "forbidden")
    world.appoint(volunteer, Role.SECRETARY)
    assert code(world.api(volunteer)("POST", f"{path}/approval")) == (403, "own_offering")
    world.api(volunteer)("POST", f"{path}/cancellation", REASON)
    assert code(world.api(world.secretary)("POST", f"{path}/approval")) == (409, "offering_cancelled")


def test_who_has_moved_away_still_gives_the_place_back(here: Volunteering):
    [resident], [slot, *_] = residents(here, 1), slots(here, service(here))
    assert here.book(resident, slot).status_code == 201
    db.session.execute(
        update(Binding).where(Binding.account_id == resident.account_id).values(state=BindingState.REVOKED)
    )
    db.session.commit()
    assert code(here.world.api(resident)("GET", slot)) == (403, "forbidden")
    assert here.cancel(resident, slot).json["my_booking"]["state"] == "cancelled"


def test_only_volunteers_and_staff_offer(world: World, here: Volunteering):
    [resident] = residents(here, 1)
    assert code(offer(here, resident)) == (403, "not_a_volunteer")
    assert code(offer(here, world.person())) == (403, "forbidden")


@pytest.mark.parametrize(
    "rule", [{"rule": "FREQ=YEARLY"}, {"slot_minutes": 61}, {"window_minutes": 600, "slot_minutes": 1}]
)
def test_a_rule_that_makes_no_sense_is_refused(here: Volunteering, rule: dict[str, Any]):
    assert code(
        offer(here, here.volunteer(), rule="FREQ=DAILY")
        if rule is None
        else offer(here, here.volunteer(), **{"rule": "FREQ=DAILY", **rule})
    ) == (422, "recurrence_wrong")


def test_a_resident_books_and_whoever_serves_sees_name_and_door(here: Volunteering):
    volunteer, (one, other) = here.volunteer(), residents(here, 2)
    path = f"{here.path}/services/{offer(here, volunteer).json['id']}"
    first, second = slots(here, here.world.api(here.world.secretary)("POST", f"{path}/approval").json)[:2]
    body = {"phone": "139 0000 0103", "note": "请敲门大声一些"}
    booked = here.world.api(one)("POST", f"{first}/booking", body)
    assert (booked.status_code, booked.json["free"]) == (201, 0)
    assert code(here.book(other, first)) == (409, "slot_full")
    assert here.book(other, second).status_code == 201
    [seen] = here.world.api(volunteer)("GET", f"{first}/bookings").json["items"]
    assert (seen["name"], seen["door"], seen["phone"]) == ("测试业主", "1栋1单元001", "13900000103")
    assert code(here.world.api(other)("GET", f"{first}/bookings")) == (403, "forbidden")
    assert "测试业主" not in str(here.seen(other, path))
    [row] = db.session.execute(text("SELECT name, phone, note FROM booking WHERE phone IS NOT NULL")).all()
    assert all(b"139" not in bytes(value) and "测试".encode() not in bytes(value) for value in row)
    looks = select(func.count()).where(AuditEvent.act == "read_bookings")
    assert db.session.scalar(looks) == 1


def test_who_may_not_book_a_service(world: World, here: Volunteering):
    volunteer = here.volunteer()
    offered = offer(here, volunteer).json
    opened = world.api(world.secretary)("POST", f"{here.path}/services/{offered['id']}/approval").json
    slot = slots(here, opened)[0]
    assert code(here.book(volunteer, slot)) == (409, "own_service")
    assert code(here.book(world.secretary, slot)) == (403, "residents_only")
    elsewhere = world.owner(world.unit("101", compound=world.add_compound("测试二区")))
    for wrong in (elsewhere, world.person()):
        assert code(here.book(wrong, slot)) == (403, "forbidden")


def neighbour(here: Volunteering, person: Person, slot: str, unit_id: object, **more: Any) -> Any:
    body = {"unit_id": str(unit_id), "name": "测试老人", "consent": "spoken", **more}
    return here.world.api(person)("POST", f"{slot}/neighbours", body)


def test_a_steward_books_for_an_older_neighbour_and_it_is_on_record_who_entered_it(world: World, here: Volunteering):
    steward, flat = world.official(Role.STEWARD, world.compound), world.unit("905")
    first, second = slots(here, service(here))[:2]
    booked = neighbour(here, steward, first, flat.id, note="腿脚不便")
    assert (booked.status_code, booked.json["door"], booked.json["for_neighbour"]) == (201, "1栋1单元905", True)
    row = db.session.scalars(select(Booking)).one()
    assert (row.entered_by, row.consent, row.person_id) == (steward.account_id, "spoken", row.neighbour_id)
    assert code(neighbour(here, steward, first, flat.id)) == (409, "already_booked")
    assert neighbour(here, steward, second, flat.id).status_code == 201, "right after it"
    third = slots(here, service(here))[0]
    assert code(neighbour(here, steward, third, flat.id, name=" 测试 老人 ")) == (409, "busy_then"), "the same person"
    [later, earlier] = world.api(steward)("GET", f"{here.path}/slots/entered").json["items"]
    assert earlier["booking"]["note"] == "腿脚不便"
    gone = world.api(steward)("DELETE", f"{first}/neighbours/{earlier['booking']['id']}")
    assert gone.json["free"] == 1
    assert code(world.api(steward)("DELETE", f"{first}/neighbours/{earlier['booking']['id']}")) == (409, "not_booked")
    assert later["slot_id"] in second


def test_a_neighbour_with_the_app_sees_and_cancels_what_a_steward_entered(world: World, here: Volunteering):
    steward, [resident] = world.official(Role.STEWARD, world.compound), residents(here, 1)
    slot = slots(here, service(here))[0]
    booked = neighbour(here, steward, slot, resident.unit_ids[0], name="测试业主", consent="written")
    assert booked.status_code == 201
    assert here.state(resident, slot) == "booked"
    assert code(here.book(resident, slot)) == (409, "already_booked")
    assert here.cancel(resident, slot).json["free"] == 1


def test_who_books_for_neighbours_and_what_for(world: World, here: Volunteering):
    steward, flat, person = world.official(Role.STEWARD, world.compound), world.unit("905"), here.volunteer()
    slot = slots(here, service(here))[0]
    assert neighbour(here, world.secretary, slot, flat.id).status_code == 201
    booking = here.bookings(slot)[0]["id"]
    for wrong in (person, world.supervisor, world.person(), world.official(Role.PROPERTY_STAFF, world.compound)):
        assert code(neighbour(here, wrong, slot, flat.id, name="另一人")) == (403, "forbidden")
        assert code(world.api(wrong)("DELETE", f"{slot}/neighbours/{booking}")) == (403, "forbidden")
        assert code(world.api(wrong)("GET", f"{here.path}/slots/entered")) == (403, "forbidden")
    elsewhere = world.unit("101", compound=world.add_compound("测试二区"))
    assert code(neighbour(here, steward, slot, elsewhere.id)) == (422, "home_not_found")
    assert code(neighbour(here, steward, here.slot(), flat.id)) == (409, "not_for_neighbours")
    assert code(neighbour(here, steward, f"{here.path}/slots/{NOBODY}", flat.id)) == (404, "slot_not_found")
    assert code(neighbour(here, steward, slot, flat.id, consent="guessed"))[0] == 422


def test_everybody_booked_is_reminded_once_within_a_day_and_never_at_night(world: World, here: Volunteering):
    steward, flat, [resident, waiting] = (
        world.official(Role.STEWARD, world.compound),
        world.unit("905"),
        residents(here, 2),
    )
    slot = slots(here, service(here, capacity=2))[2]
    here.book(resident, slot)
    neighbour(here, steward, slot, flat.id)
    here.book(waiting, slot, True)
    begins = SATURDAY + timedelta(weeks=1)
    with at(begins - timedelta(hours=25)):
        assert remind() == 0
    with at(begins - timedelta(hours=11)):
        assert remind() == 0, "22:00"
    with at(begins - timedelta(hours=13)):
        assert (remind(), remind()) == (2, 0)
    assert sorted(told("booking_reminder"), key=str) == sorted([resident.account_id, steward.account_id], key=str)


def test_whoever_has_just_booked_is_not_reminded_at_once(here: Volunteering):
    [resident] = residents(here, 1)
    slot = slots(here, service(here))[0]
    with at(SATURDAY - timedelta(hours=20)):
        here.book(resident, slot)
        assert remind() == 0
    with at(SATURDAY - timedelta(hours=19)):
        assert remind() == 1


def test_slots_are_made_further_every_day_and_never_twice(here: Volunteering):
    offered = service(here)
    assert extend_services() == 0
    with at(START + timedelta(days=8, hours=-1)):
        assert (extend_services(), extend_services()) == (2, 0)
    found = db.session.scalars(select(Slot.starts_at)).all()
    assert len(found) == len(set(found)) == 10
    with at(START + timedelta(days=9)):
        here.world.api(here.world.secretary)("POST", f"{here.path}/services/{offered['id']}/cancellation", REASON)
    with at(START + timedelta(days=30)):
        assert extend_services() == 0


def test_phone_and_note_are_erased_thirty_days_after_the_service_PIPL_19(here: Volunteering):
    [resident] = residents(here, 1)
    slot = slots(here, service(here))[0]
    here.world.api(resident)("POST", f"{slot}/booking", {"phone": "13900000103", "note": "请敲门大声一些"})
    over = SATURDAY + timedelta(minutes=30)
    with at(over + timedelta(days=30)):
        assert forget_contacts() == 0
    with at(over + timedelta(days=30, seconds=1)):
        assert (forget_contacts(), forget_contacts()) == (1, 0)
    [kept] = here.bookings(slot)
    assert (kept["phone"], kept["note"], kept["name"]) == (None, None, "测试业主")
