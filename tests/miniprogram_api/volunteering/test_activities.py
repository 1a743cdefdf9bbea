"""Activities: shifts, places, the waiting list, cancelling, overlaps, no-shows."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.org.models import Role
from app.volunteering.slots.models import Booking, Slot
from tests.support.answers import code
from tests.support.volunteering import NOBODY, REASON, TOMORROW, Volunteering, shift, told
from tests.support.world import World, at


def test_places_go_in_order_and_then_the_waiting_list_fills(here: Volunteering):
    slot, people = here.slot(shift(capacity=2)), here.volunteers(4)
    assert [here.book(one, slot).json["my_booking"]["state"] for one in people[:2]] == ["booked", "booked"]
    full = here.book(people[2], slot)
    assert code(full) == (409, "slot_full")
    assert full.json["error"]["details"] == {"capacity": 2, "waiting": 0}
    assert [here.book(one, slot, True).json["my_booking"]["ahead"] for one in people[2:]] == [0, 1]
    seen = here.seen(people[0], slot)
    assert (seen["free"], seen["waiting"]) == (0, 2)


def test_a_place_that_is_given_back_goes_to_the_first_who_waits_and_tells_that_person(here: Volunteering):
    slot, people = here.slot(shift(capacity=1)), here.volunteers(3)
    for one in people:
        here.book(one, slot, True)
    left = here.cancel(people[0], slot)
    assert (left.json["my_booking"]["state"], left.json["free"], left.json["waiting"]) == ("cancelled", 0, 1)
    assert [here.state(one, slot) for one in people] == ["cancelled", "booked", "waiting"]
    assert told("place_promoted") == [people[1].account_id]
    here.book(people[0], slot, True)
    here.cancel(people[1], slot)
    assert here.state(people[2], slot) == "booked", "whoever comes back is the last in the line"


def test_whoever_leaves_the_waiting_list_frees_no_place(here: Volunteering):
    slot, people = here.slot(shift(capacity=1)), here.volunteers(3)
    for one in people:
        here.book(one, slot, True)
    here.cancel(people[1], slot)
    assert [here.state(one, slot) for one in people] == ["booked", "cancelled", "waiting"]
    assert told("place_promoted") == []


def test_more_places_go_to_the_waiting_list_first_and_never_below_those_taken(here: Volunteering):
    slot, people = here.slot(shift(capacity=1)), here.volunteers(3)
    api = here.world.api(here.world.secretary)
    for one in people:
        here.book(one, slot, True)
    assert api("PATCH", slot, {"capacity": 2}).json["waiting"] == 1
    assert code(api("PATCH", slot, {"capacity": 1})) == (409, "capacity_taken")
    assert told("place_promoted") == [people[1].account_id]


OVERLAPS = {
    "the same time": (0, 2, 409),
    "within it": (0.5, 1, 409),
    "around it": (-1, 4, 409),
    "its end": (1.5, 2, 409),
    "right after it": (2, 2, 201),
    "right before it": (-2, 2, 201),
}


@pytest.mark.parametrize("case", OVERLAPS)
def test_a_person_is_in_one_place_at_a_time(here: Volunteering, case: str):
    begins, hours, expected = OVERLAPS[case]
    person, first = here.volunteer(), here.slot(shift())
    other = here.slot(shift(TOMORROW + timedelta(hours=begins), hours))
    here.book(person, first)
    answer = here.book(person, other)
    assert answer.status_code == expected
    if expected == 409:
        assert answer.json["error"]["code"] == "busy_then"
        here.cancel(person, first)
        assert here.book(person, other).status_code == 201


def test_waiting_counts_as_being_busy_so_that_moving_up_never_fails(here: Volunteering):
    first, person = here.volunteers(2)
    full, other = here.slot(shift(capacity=1)), here.slot(shift())
    here.book(first, full)
    here.book(person, full, True)
    assert code(here.book(person, other)) == (409, "busy_then")


def test_the_database_itself_refuses_two_places_at_once_and_a_place_too_many(here: Volunteering):
    person = here.volunteer()
    first, other = here.slot(shift()), here.slot(shift())
    here.book(person, first)
    row = db.session.scalars(select(Booking)).one()
    twin = {column.name: getattr(row, column.name) for column in Booking.__table__.columns}
    twin |= {"id": NOBODY, "slot_id": other.rsplit("/", 1)[1]}
    with pytest.raises(IntegrityError, match="ex_booking_one_place_at_a_time"), db.session.begin_nested():
        db.session.execute(Booking.__table__.insert().values(twin))
    with pytest.raises(IntegrityError, match="ck_slot_never_overbooked"), db.session.begin_nested():
        db.session.execute(text("UPDATE slot SET taken = capacity + 1"))


def test_cancelling_ends_before_the_limit_but_waiting_ends_at_any_time(here: Volunteering):
    slot, people = here.slot(shift(capacity=1), cancel_minutes=120), here.volunteers(2)
    for one in people:
        here.book(one, slot, True)
    with at(TOMORROW - timedelta(minutes=119)):
        late = here.cancel(people[0], slot)
        assert code(late) == (409, "too_late_to_cancel")
        assert "2 小时" in late.json["error"]["message"]
        assert here.cancel(people[1], slot).status_code == 200
    with at(TOMORROW - timedelta(minutes=120)):
        assert here.cancel(people[0], slot).status_code == 200


def test_nothing_moves_once_the_shift_has_begun_but_the_organiser_may_take_somebody_out(here: Volunteering):
    slot, people = here.slot(shift(capacity=1)), here.volunteers(3)
    for one in people[:2]:
        here.book(one, slot, True)
    with at(TOMORROW):
        assert code(here.book(people[2], slot, True)) == (409, "slot_started")
        assert code(here.cancel(people[1], slot)) == (409, "slot_started")
        api, booking = here.world.api(here.world.secretary), here.bookings(slot)[0]["id"]
        assert code(api("PATCH", slot, {"capacity": 5})) == (409, "slot_started")
        assert code(api("POST", f"{slot}/cancellation", REASON)) == (409, "slot_started")
        assert api("POST", f"{slot}/bookings/{booking}/cancellation", REASON).json["state"] == "cancelled"
    assert told("place_promoted") == [], "nobody is called to what has begun"
    assert told("booking_cancelled") == [people[0].account_id]


def test_a_no_show_is_recorded_after_the_beginning_only_once_and_keeps_the_place(here: Volunteering):
    slot, people = here.slot(shift(capacity=1)), here.volunteers(2)
    for one in people:
        here.book(one, slot, True)
    api = here.world.api(here.world.secretary)
    booked, waiting = (f"{slot}/bookings/{one['id']}/no-show" for one in here.bookings(slot))
    assert code(api("POST", booked)) == (409, "slot_not_started")
    with at(TOMORROW + timedelta(hours=1)):
        assert api("POST", booked).json["state"] == "no_show"
        assert code(api("POST", booked)) == (409, "wrong_booking_state")
        assert code(api("POST", waiting)) == (409, "wrong_booking_state")
        assert here.seen(people[0], slot)["free"] == 0


def test_calling_an_activity_off_tells_everybody_and_ends_its_shifts(here: Volunteering):
    people = here.volunteers(2)
    activity = here.activity(shift(capacity=1), shift(TOMORROW + timedelta(days=1)))
    path, first = f"{here.path}/activities/{activity['id']}", f"{here.path}/slots/{activity['slots'][0]['id']}"
    for one in people:
        here.book(one, first, True)
    api = here.world.api(here.world.secretary)
    off = api("POST", f"{path}/cancellation", REASON).json
    assert (off["cancelled"], [one["cancelled"] for one in off["slots"]]) == (True, [True, True])
    assert told("booking_cancelled") == [one.account_id for one in people]
    assert code(api("POST", f"{path}/cancellation", REASON)) == (409, "offering_cancelled")
    assert code(api("POST", f"{path}/shifts", {"shifts": [shift()]})) == (409, "offering_cancelled")
    assert code(here.book(people[0], first)) == (409, "slot_cancelled")
    assert here.seen(people[0], f"{here.path}/activities")["items"] == []
    assert here.book(people[0], here.slot(shift())).status_code == 201, "the time is free again"


def test_one_shift_is_called_off_alone(here: Volunteering):
    person = here.volunteer()
    activity = here.activity(shift(), shift(TOMORROW + timedelta(days=1)))
    first, second = (f"{here.path}/slots/{one['id']}" for one in activity["slots"])
    here.book(person, first)
    api = here.world.api(here.world.secretary)
    assert api("POST", f"{first}/cancellation", REASON).json["cancelled"]
    assert code(api("POST", f"{first}/cancellation", REASON)) == (409, "slot_cancelled")
    assert code(api("PATCH", first, {"capacity": 5})) == (409, "slot_cancelled")
    assert told("booking_cancelled") == [person.account_id]
    assert here.book(person, second).status_code == 201
    [place, before] = here.seen(person, f"{here.path}/slots/mine")["items"]
    assert (place["slot"]["my_booking"]["state"], before["slot"]["my_booking"]["state"]) == ("booked", "cancelled")
    assert place["contact"] == "社区值班电话"


BAD: dict[str, dict[str, Any]] = {
    "in the past": shift(TOMORROW - timedelta(days=2)),
    "ends before it starts": shift(hours=-1),
    "no length": shift(hours=0),
    "longer than a day": shift(hours=24.5),
}


@pytest.mark.parametrize("case", BAD)
def test_a_shift_at_a_wrong_time_is_refused(here: Volunteering, case: str):
    body = {"title": "活动", "description": "说明", "place": "花园", "contact": "电话", "shifts": [BAD[case]]}
    answer = here.world.api(here.world.secretary)("POST", f"{here.path}/activities", body)
    assert code(answer) == (422, "slot_times_wrong")
    assert db.session.scalar(select(func.count()).select_from(Slot)) == 0


def test_a_double_tap_books_once(here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    assert code(here.book(person, slot)) == (409, "already_booked")
    assert here.cancel(person, slot).status_code == 200
    assert code(here.cancel(person, slot)) == (409, "not_booked")
    assert here.seen(person, slot)["free"] == 2


def test_a_stranger_who_cancels_is_turned_away(here: Volunteering):
    slot = here.slot()
    assert code(here.cancel(here.world.person(), slot)) == (403, "forbidden")


def test_a_steward_organises_and_others_keep_out(world: World, here: Volunteering):
    steward, other = world.official(Role.STEWARD, world.compound), world.official(Role.STEWARD, world.compound)
    person, resident = here.volunteer(), world.owner(world.unit("r1"))
    activity = here.activity(organiser=steward)
    path, slot = f"{here.path}/activities/{activity['id']}", f"{here.path}/slots/{activity['slots'][0]['id']}"
    here.book(person, slot)
    booking = world.api(steward)("GET", f"{slot}/bookings").json["items"][0]["id"]
    acts: list[tuple[str, str, dict[str, Any] | None]] = [
        ("POST", f"{path}/shifts", {"shifts": [shift()]}),
        ("POST", f"{path}/cancellation", REASON),
        ("PATCH", slot, {"capacity": 9}),
        ("GET", f"{slot}/bookings", None),
        ("POST", f"{slot}/bookings/{booking}/cancellation", REASON),
        ("POST", f"{slot}/bookings/{booking}/no-show", None),
        ("POST", f"{slot}/cancellation", REASON),
    ]
    elsewhere = world.official(Role.SECRETARY, world.add_compound("测试二区"))
    for method, address, body in acts:
        for wrong in (person, resident, other, elsewhere, world.person()):
            assert code(world.api(wrong)(method, address, body)) == (403, "forbidden"), address
        assert world.api()(method, address, body).status_code == 401
    assert code(world.api(resident)("POST", f"{here.path}/activities", {**shift()}))[0] == 422
    assert code(here.book(resident, slot)) == (403, "not_a_volunteer")
    assert here.seen(person, slot)["my_booking"]["state"] == "booked"
    assert world.api(steward)("POST", f"{path}/shifts", {"shifts": [shift()]}).status_code == 201
    assert world.api(world.secretary)("PATCH", slot, {"capacity": 9}).status_code == 200


def test_what_is_not_here_is_not_found(here: Volunteering):
    slot, other, person = here.slot(), here.slot(), here.volunteer()
    api, gone = here.world.api(here.world.secretary), f"{here.path}/slots/{NOBODY}"
    here.book(person, slot)
    booking = here.bookings(slot)[0]["id"]
    assert code(here.book(person, gone)) == (404, "slot_not_found")
    assert code(here.cancel(person, gone)) == (404, "slot_not_found")
    assert code(api("GET", f"{here.path}/activities/{NOBODY}")) == (404, "offering_not_found")
    assert code(api("POST", f"{other}/bookings/{booking}/no-show")) == (404, "booking_not_found")
