"""Checking in and out, hours confirmed and corrected; every wrong code, time, state and person. MCA order 67."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.test import TestResponse

from app.core.db import db
from app.org.models import Role
from app.volunteering.hours.models import RecordChange, ServiceRecord
from tests.miniprogram_api.volunteering.test_services import residents, service, slots
from tests.support.answers import code
from tests.support.moderation import said
from tests.support.volunteering import NOBODY, REASON, TOMORROW, Volunteering, shift, told
from tests.support.world import Person, World, at

MINUTE = timedelta(minutes=1)
END = TOMORROW + timedelta(hours=2)


def shown(here: Volunteering, slot: str, person: Person | None = None) -> str:
    return str(here.world.api(person or here.world.secretary)("GET", f"{slot}/code").json["code"])


def scan(here: Volunteering, person: Person, slot: str, act: str = "check-in", qr: str | None = None) -> TestResponse:
    return here.world.api(person)("POST", f"{slot}/{act}", {"code": qr or shown(here, slot)})


def served(here: Volunteering, person: Person, slot: str) -> str:
    """Let somebody serve a shift from its start to its end; the path of the record."""
    here.book(person, slot)
    with at(TOMORROW):
        scan(here, person, slot)
    with at(END):
        answer = scan(here, person, slot, "check-out")
        assert answer.json["state"] == "recorded", answer.text
    return f"{here.path}/service-records/{answer.json['id']}"


def decide(here: Volunteering, record: str, act: str = "confirmation", person: Person | None = None) -> TestResponse:
    body = REASON if act == "refusal" else None
    return here.world.api(person or here.world.secretary)("POST", f"{record}/{act}", body)


def test_minutes_are_those_of_actual_service(here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    with at(TOMORROW - 20 * MINUTE):
        entered = scan(here, person, slot)
        assert (entered.json["state"], entered.json["minutes"]) == ("open", None)
    with at(END - 30 * MINUTE + timedelta(seconds=59)):
        left = scan(here, person, slot, "check-out")
    assert (left.json["state"], left.json["minutes"]) == ("recorded", 90), "waiting before the start is no service"


def test_a_second_scan_changes_nothing(here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    with at(TOMORROW):
        first = scan(here, person, slot)
    with at(TOMORROW + MINUTE):
        assert scan(here, person, slot).json == first.json
    with at(END):
        out = scan(here, person, slot, "check-out")
    with at(END + MINUTE):
        assert scan(here, person, slot, "check-out").json == out.json
    assert len(db.session.scalars(select(ServiceRecord)).all()) == 1


CLOCKS = {
    "at once": (0, 200),
    "30 seconds later": (30, 200),
    "59 seconds later": (59, 200),
    "a minute later": (60, 409),
}


@pytest.mark.parametrize("case", CLOCKS)
def test_a_photo_of_an_old_code_is_refused_with_a_sentence_that_says_why(here: Volunteering, case: str):
    later, expected = CLOCKS[case]
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    with at(TOMORROW):
        photo = shown(here, slot)
    with at(TOMORROW + timedelta(seconds=later)):
        answer = scan(here, person, slot, qr=photo)
    assert answer.status_code == expected
    if expected == 409:
        assert answer.json["error"]["code"] == "check_in_code_expired"
        assert "照片" in answer.json["error"]["message"]


@pytest.mark.parametrize("forged", ["", "abc", "zz.zz", "3a1f2b.", "3a1f2b.Zm9vYmFyYmF6cXV4cXV1eA", "-1.x", "9" * 90])
def test_a_forged_code_is_refused(here: Volunteering, forged: str):
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    with at(TOMORROW):
        assert scan(here, person, slot, qr=forged or " ").status_code == 422


def test_the_code_of_another_shift_is_refused(here: Volunteering):
    slot, other, person = here.slot(), here.slot(), here.volunteer()
    here.book(person, slot)
    with at(TOMORROW):
        assert code(scan(here, person, slot, qr=shown(here, other))) == (422, "check_in_code_wrong")


TIMES = {
    "too early": (-timedelta(minutes=31), 409),
    "early": (-timedelta(minutes=30), 200),
    "during": (timedelta(hours=1), 200),
    "at the end": (timedelta(hours=2), 409),
}


@pytest.mark.parametrize("case", TIMES)
def test_checking_in_has_its_time(here: Volunteering, case: str):
    moment, expected = TIMES[case]
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    with at(TOMORROW + moment):
        assert scan(here, person, slot).status_code == expected


def test_checking_out_has_its_time_and_comes_after_checking_in(here: Volunteering):
    slot, person, other = here.slot(), here.volunteer(), here.volunteer()
    here.book(person, slot)
    here.book(other, slot)
    with at(TOMORROW):
        scan(here, person, slot)
        assert code(scan(here, other, slot, "check-out")) == (409, "not_checked_in")
    with at(END + timedelta(hours=2) + MINUTE):
        assert code(scan(here, person, slot, "check-out")) == (409, "too_late_to_check_out")


def test_only_those_booked_check_in(world: World, here: Volunteering):
    slot, people = here.slot(shift(capacity=1)), here.volunteers(3)
    for one in people[:2]:
        here.book(one, slot, True)
    with at(TOMORROW):
        for wrong in people[1:]:
            assert code(scan(here, wrong, slot)) == (403, "not_on_the_list")
        world.api(world.secretary)("POST", f"{slot}/bookings/{here.bookings(slot)[0]['id']}/no-show")
        assert code(scan(here, people[0], slot)) == (403, "not_on_the_list")
        assert code(scan(here, world.owners(1)[0], slot)) == (403, "not_a_volunteer")


def test_the_code_is_shown_to_whoever_runs_it_only(world: World, here: Volunteering):
    steward, person = world.official(Role.STEWARD, world.compound), here.volunteer()
    activity = here.activity(organiser=steward)
    slot = f"{here.path}/slots/{activity['slots'][0]['id']}"
    here.book(person, slot)
    assert world.api(steward)("GET", f"{slot}/code").status_code == 200
    other = world.official(Role.STEWARD, world.compound)
    for wrong in (person, other, world.person()):
        assert code(world.api(wrong)("GET", f"{slot}/code")) == (403, "forbidden")
    assert code(world.api(steward)("GET", f"{here.path}/slots/{NOBODY}/code")) == (404, "slot_not_found")


def test_whoever_serves_a_resident_scans_that_resident_s_code(world: World, here: Volunteering):
    volunteer, (resident, other) = here.volunteer(), residents(here, 2)
    api = world.api(volunteer)
    body = {"title": "理发", "description": "自带工具", "place": "家中", "contact": "电话", "cancel_minutes": 0}
    rule = {
        "rule": "FREQ=DAILY",
        "first_day": "2026-05-01",
        "opens": "09:00",
        "window_minutes": 60,
        "slot_minutes": 60,
        "capacity": 1,
    }
    made = api("POST", f"{here.path}/services", {**body, "recurrence": rule}).json
    said(made["id"])
    opened = world.api(world.secretary)("POST", f"{here.path}/services/{made['id']}/approval").json
    slot = slots(here, opened)[0]
    assert here.book(resident, slot).status_code == 201
    with at(TOMORROW):
        for wrong in (volunteer, other):
            assert code(world.api(wrong)("GET", f"{slot}/code")) == (403, "forbidden")
        assert scan(here, volunteer, slot, qr=shown(here, slot, resident)).json["state"] == "open"
        assert code(scan(here, here.volunteer(), slot)) == (403, "not_on_the_list")
    with at(TOMORROW + 45 * MINUTE):
        out = scan(here, volunteer, slot, "check-out", shown(here, slot, resident)).json
    assert out["minutes"] == 45
    record = f"{here.path}/service-records/{out['id']}"
    assert code(decide(here, record, person=volunteer)) == (403, "own_hours")
    assert decide(here, record).json["state"] == "confirmed"


def test_the_organiser_enters_who_could_not_scan_and_nobody_confirms_the_own(world: World, here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    here.book(person, slot)
    address = f"{slot}/bookings/{here.bookings(slot)[0]['id']}/attendance"
    times = {"started_at": TOMORROW.isoformat(), "ended_at": (TOMORROW + 95 * MINUTE).isoformat()}
    api = world.api(world.secretary)
    assert code(api("PUT", address, times)) == (422, "hours_wrong"), "it lies ahead"
    with at(END):
        assert api("PUT", address, times).json["minutes"] == 95
        assert api("PUT", address, {**times, "ended_at": END.isoformat()}).json["minutes"] == 120
        assert code(api("PUT", address, {**times, "ended_at": times["started_at"]})) == (422, "hours_wrong")
        record = (
            f"{here.path}/service-records/{here.seen(person, f'{here.path}/service-records/mine')['items'][0]['id']}"
        )
        assert decide(here, record).json["state"] == "confirmed"
        assert code(api("PUT", address, times)) == (409, "wrong_record_state")
        assert code(world.api(person)("PUT", address, times)) == (403, "forbidden")
        wrong = f"{slot}/bookings/{NOBODY}/attendance"
        assert code(api("PUT", wrong, times)) == (404, "booking_not_found")


def test_hours_are_confirmed_once_and_counted(world: World, here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    record = served(here, person, slot)
    with at(END):
        [waiting] = world.api(world.secretary)("GET", f"{here.path}/service-records/to-decide").json["items"]
        assert (waiting["minutes"], waiting["content"]) == (120, "周末清洁家园")
        assert here.seen(person, f"{here.path}/service-records/mine")["confirmed_minutes"] == 0
        assert decide(here, record).json["state"] == "confirmed"
        assert code(decide(here, record)) == (409, "wrong_record_state")
        assert code(decide(here, record, "refusal")) == (409, "wrong_record_state")
        assert here.seen(person, f"{here.path}/service-records/mine")["confirmed_minutes"] == 120
        assert world.api(world.secretary)("GET", f"{here.path}/service-records/to-decide").json["items"] == []
    assert told("hours_confirmed") == [person.account_id]


def test_the_database_itself_refuses_hours_confirmed_by_oneself_and_changes_of_the_trail(here: Volunteering):
    person = here.volunteer()
    served(here, person, here.slot())
    with pytest.raises(IntegrityError, match="never_decided_by_oneself"), db.session.begin_nested():
        db.session.execute(text("UPDATE service_record SET state = 'confirmed', decided_by = account_id"))
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text("DELETE FROM service_record_change"))


def test_the_organiser_confirms_but_not_the_own_hours(world: World, here: Volunteering):
    steward = world.owner(world.unit("s01"))
    world.appoint(steward, Role.STEWARD)
    here.register(steward)
    person = here.volunteer()
    activity = here.activity(organiser=steward)
    slot = f"{here.path}/slots/{activity['slots'][0]['id']}"
    own, other = served(here, steward, slot), served(here, person, slot)
    stranger = world.official(Role.STEWARD, world.compound)
    with at(END):
        listed = world.api(steward)("GET", f"{here.path}/service-records/to-decide").json["items"]
        assert [one["id"] for one in listed] == [other.rsplit("/", 1)[1]]
        assert code(decide(here, own, person=steward)) == (403, "own_hours")
        assert code(decide(here, other, person=stranger)) == (403, "forbidden")
        assert code(decide(here, other, person=person)) == (403, "forbidden")
        assert decide(here, other, person=steward).status_code == 200
        assert decide(here, own).status_code == 200


def correct(here: Volunteering, person: Person, record: str, minutes: int = 150) -> TestResponse:
    return here.world.api(person)("POST", f"{record}/corrections", {"minutes": minutes, "reason": "签退时手机没电"})


def settle(here: Volunteering, record: str, request: str, accept: bool, person: Person | None = None) -> TestResponse:
    body = {"accept": accept, "reason": "已核实"}
    path = f"{record}/corrections/{request}/decision"
    return here.world.api(person or here.world.secretary)("POST", path, body)


def test_a_correction_leaves_before_after_who_and_why(world: World, here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    record = served(here, person, slot)
    with at(END):
        assert code(correct(here, person, record)) == (409, "wrong_record_state"), "nothing is decided yet"
        decide(here, record)
        asked = correct(here, person, record)
        assert code(correct(here, person, record)) == (409, "correction_waiting")
        assert code(settle(here, record, asked.json["id"], True, person)) == (403, "forbidden")
        changed = settle(here, record, asked.json["id"], True)
        assert (changed.json["minutes"], changed.json["state"], changed.json["correction"]) == (150, "confirmed", None)
        assert code(settle(here, record, asked.json["id"], True)) == (404, "correction_not_found")
    changes = here.seen(person, f"{record}/changes")["items"]
    assert [one["act"] for one in changes] == [
        "check_in",
        "check_out",
        "confirm_hours",
        "request_correction",
        "accept_correction",
    ]
    last = changes[-1]
    assert (last["before"]["minutes"], last["after"]["minutes"], last["reason"]) == (120, 150, "已核实")
    assert db.session.scalars(select(RecordChange.account_id).order_by(RecordChange.id)).all()[-1] == (
        world.secretary.account_id
    )
    assert told("hours_corrected") == [person.account_id]
    assert code(world.api(here.volunteer())("GET", f"{record}/changes")) == (404, "service_record_not_found")


def test_a_refused_correction_changes_nothing_and_a_refused_record_may_be_made_good(here: Volunteering):
    slot, person = here.slot(), here.volunteer()
    record = served(here, person, slot)
    with at(END):
        assert decide(here, record, "refusal").json["state"] == "refused"
        first = correct(here, person, record, 60).json["id"]
        assert settle(here, record, first, False).json["state"] == "refused"
        second = correct(here, person, record, 60).json["id"]
        assert settle(here, record, second, True).json["minutes"] == 60
        assert here.seen(person, f"{here.path}/service-records/mine")["confirmed_minutes"] == 60
        assert code(correct(here, here.volunteer(), record)) == (404, "service_record_not_found")


def test_hours_of_a_post_are_entered_for_those_confirmed_in_it(world: World, here: Volunteering):
    person, post = here.volunteer(), here.post()
    here.claim(person, post)
    claim = here.claims(post)[0]["id"]
    api, body = world.api(world.secretary), {"started_at": (TOMORROW).isoformat(), "minutes": 90}
    with at(END):
        assert code(api("POST", f"{post}/claims/{claim}/hours", body)) == (409, "not_serving")
        api("POST", f"{post}/claims/{claim}/confirmation")
        made = api("POST", f"{post}/claims/{claim}/hours", body)
        assert (made.status_code, made.json["content"], made.json["minutes"]) == (201, "楼道防火巡查员", 90)
        assert code(api("POST", f"{post}/claims/{claim}/hours", {**body, "minutes": 300})) == (422, "hours_wrong")
        assert code(api("POST", f"{post}/claims/{NOBODY}/hours", body)) == (404, "claim_not_found")
        assert code(world.api(person)("POST", f"{post}/claims/{claim}/hours", body)) == (403, "forbidden")
        assert decide(here, f"{here.path}/service-records/{made.json['id']}").status_code == 200


BAD: dict[str, Any] = {"minus one": -1, "more than a day": 1441, "text": "120", "a fraction": 1.5}


@pytest.mark.parametrize("case", BAD)
def test_bad_minutes_are_refused(here: Volunteering, case: str):
    slot, person = here.slot(), here.volunteer()
    record = served(here, person, slot)
    with at(END):
        decide(here, record)
        assert code(correct(here, person, record, BAD[case])) == (422, "invalid_input")


def test_a_service_without_anybody_in_it_has_no_code_to_show(here: Volunteering):
    [resident] = residents(here, 1)
    slot = slots(here, service(here))[0]
    assert code(here.world.api(resident)("GET", f"{slot}/code")) == (403, "forbidden")
