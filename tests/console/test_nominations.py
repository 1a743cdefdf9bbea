"""Candidates for secretary and steward at the desk: put forward, seen, appointed for a term, declined."""

import threading
from datetime import timedelta

from app.core import clock
from app.core.db import db
from app.org import queries
from app.org.models import Appointment, Role, RoleNomination
from tests.support.console import ConsoleWorld, visitor
from tests.support.console_builders import officer
from tests.support.console_roll import home, nominated

SOMEONE = {"name": "演示某", "phone": "13900010022", "grounds": "退休教师，热心。"}


def term() -> dict[str, str]:
    return {"term_ends": (clock.today() + timedelta(days=700)).isoformat()}


def pages(town: ConsoleWorld, role: str, rest: str = "") -> str:
    return f"/console/compounds/{town.compound}/people/{role}-nominations{rest}"


def state_of(town: ConsoleWorld, **which: object) -> str:
    db.session.rollback()
    return db.session.query(RoleNomination).filter_by(compound_id=town.compound, **which).one().state


def test_the_community_puts_a_secretary_forward_and_the_street_appoints(town: ConsoleWorld):
    community, street = visitor(town, town.supervisor), visitor(town, officer(town))
    address = pages(town, "secretary")
    assert community.post(address + "/new", **SOMEONE | {"phone": "139"}).status_code == 422
    assert community.post(address + "/new", **SOMEONE).status_code == 303
    shown = community.get(address).text
    assert "演示某" in shown
    assert "去决定" not in shown, "the street decides"
    assert "撤回" in shown
    made = db.session.query(RoleNomination).filter_by(compound_id=town.compound).one().id
    assert community.get(f"{address}/{made}/").status_code == 403
    assert "演**" in street.get(f"{address}/{made}/").text
    late = street.post(f"{address}/{made}/appointment", term_ends="2099-01-01")
    assert late.status_code == 422
    assert "任期的最后一天应当在明天到五年之内" in late.text
    assert street.post(f"{address}/{made}/appointment", **term()).status_code == 303
    assert state_of(town) == "appointed"
    held = db.session.query(Appointment).filter(
        Appointment.org_unit_id == town.compound, Appointment.term_ends.is_not(None)
    )
    assert [(one.role, one.name, str(one.term_ends)) for one in held] == [("secretary", "演示某", term()["term_ends"])]
    assert "任期到" in street.get(f"/console/compounds/{town.compound}/people").text
    assert visitor(town, town.secretary).get(address).status_code == 403, "who is to follow is not the secretary's"


def test_the_secretary_puts_a_steward_forward_and_appoints_who_was_chosen(town: ConsoleWorld):
    home(town)
    guest, address = visitor(town, town.secretary), pages(town, "steward")
    place = f"{town.building('1栋')}/1单元"
    assert "请选择负责哪个楼栋或单元" in guest.post(address + "/new", **SOMEONE).text
    assert guest.post(address + "/new", place=place, **SOMEONE).status_code == 303
    made = db.session.query(RoleNomination).filter_by(compound_id=town.compound).one().id
    assert f"共 {1} 户" in guest.get(address).text
    decision = f"{address}/{made}/appointment"
    assert "请写明谁推选的" in guest.post(decision, chosen_how="meeting", chosen_note="", **term()).text
    done = guest.post(decision, chosen_how="meeting", chosen_note="楼栋会议，15 户同意", **term())
    assert done.status_code == 303
    assert "楼栋会议，15 户同意" in guest.get(address).text
    assert "1栋1单元单元长" in guest.get(f"/console/compounds/{town.compound}/people").text
    again = guest.post(decision, chosen_how="named", chosen_note="书记定", **term())
    assert again.status_code == 409
    assert "这条推荐已任命" in again.text


def test_a_nomination_is_declined_with_a_reason_or_taken_back(town: ConsoleWorld):
    secretary, steward = nominated(town)
    guest, address = visitor(town, town.secretary), pages(town, "steward")
    assert "请写明原因" in guest.post(f"{address}/{steward}/refusal", reason="").text
    assert guest.post(f"{address}/{steward}/refusal", reason="已有合适人选。").status_code == 303
    assert state_of(town, id=steward) == "declined"
    community = visitor(town, town.supervisor)
    assert community.post(pages(town, "secretary", f"/{secretary}/withdrawal")).status_code == 303
    assert state_of(town, id=secretary) == "withdrawn"


def test_of_two_who_appoint_for_one_building_at_once_one_is_told_that_it_is_taken(town: ConsoleWorld):
    home(town)
    guest, address = visitor(town, town.secretary), pages(town, "steward")
    for number in range(2):
        fields = SOMEONE | {"phone": f"1390001003{number}", "place": f"{town.building('1栋')}/"}
        assert guest.post(address + "/new", **fields).status_code == 303
    waiting = [one.id for one in db.session.query(RoleNomination).filter_by(compound_id=town.compound)]
    db.session.rollback()
    guests = [visitor(town, person) for person in (town.secretary, town.supervisor)]
    answers: list[int] = []

    def appoint(place: int) -> None:
        path = f"{address}/{waiting[place]}/appointment"
        answers.append(guests[place].post(path, chosen_how="named", chosen_note="书记定", **term()).status_code)

    threads = [threading.Thread(target=appoint, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 409]
    db.session.rollback()
    live = db.session.query(Appointment).filter_by(org_unit_id=town.compound, role=Role.STEWARD, ended_at=None)
    assert live.count() == 1
    assert len(queries.appointments_over(town.compound)) >= 3
