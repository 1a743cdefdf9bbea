"""Reporting in (双报到): affiliation is sensitive. PIPL 28, 29, 15, 47."""

from typing import Any

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.org.models import Role
from app.volunteering.reporting_in.models import ReportIn
from tests.support.answers import code
from tests.support.volunteering import Volunteering
from tests.support.world import Person, World

BODY = {"name": "测试党员", "branch": "测试单位第一党支部", "consent_version": "party-2026-01"}


def report(here: Volunteering, person: Person, **body: Any) -> TestResponse:
    return here.world.api(person)("PUT", f"{here.path}/reports-in/me", {**BODY, **body})


def test_a_member_reports_in_once_and_branch_roles_see_it(world: World, here: Volunteering):
    [member] = world.owners(1)
    first, again = report(here, member), report(here, member, branch="测试单位第二党支部")
    assert (first.status_code, first.json["id"]) == (200, again.json["id"])
    street = world.official(Role.STREET_OFFICER, world.community)
    for reader in (world.secretary, world.supervisor, street):
        [seen] = world.api(reader)("GET", f"{here.path}/reports-in").json["items"]
        assert (seen["name"], seen["branch"]) == ("测试党员", "测试单位第二党支部")
    looks = select(func.count()).where(AuditEvent.act == "read_reports")
    assert db.session.scalar(looks) == 3
    assert here.seen(member, f"{here.path}/reports-in/me")["branch"] == "测试单位第二党支部"


def test_nobody_else_sees_it(world: World, here: Volunteering):
    member, neighbour = world.owners(2)
    report(here, member)
    elsewhere = world.official(Role.SECRETARY, world.add_compound("测试二区"))
    roles = (Role.STEWARD, Role.SUPERVISOR, Role.PROPERTY_STAFF, Role.OPERATOR)
    others = [world.official(role, world.compound) for role in roles]
    for wrong in (member, neighbour, here.volunteer(), elsewhere, world.person(), *others):
        assert code(world.api(wrong)("GET", f"{here.path}/reports-in")) == (403, "forbidden")
    assert code(world.api(neighbour)("GET", f"{here.path}/reports-in/me")) == (404, "not_reported_in")


def test_affiliation_is_encrypted_at_rest_PIPL_51(world: World, here: Volunteering):
    report(here, world.owners(1)[0])
    [row] = db.session.execute(text("SELECT name, branch FROM report_in")).all()
    assert all("测试".encode() not in bytes(one) for one in row)


@pytest.mark.parametrize("version", ["2026-01", "party-2025-01"])
def test_without_the_separate_consent_nothing_is_kept_PIPL_29(world: World, here: Volunteering, version: str):
    assert code(report(here, world.owners(1)[0], consent_version=version)) == (422, "consent_needed")
    assert db.session.scalar(select(func.count()).select_from(ReportIn)) == 0


def test_a_consent_that_is_taken_back_erases_what_it_was_for_PIPL_15_47(world: World, here: Volunteering):
    [member] = world.owners(1)
    report(here, member)
    path = f"{here.path}/reports-in"
    assert world.api(member)("DELETE", f"{path}/me").status_code == 204
    assert code(world.api(member)("DELETE", f"{path}/me")) == (404, "not_reported_in")
    assert world.api(world.secretary)("GET", path).json["items"] == []
    [row] = db.session.execute(text("SELECT name, branch FROM report_in")).all()
    assert tuple(row) == (None, None)
    assert report(here, member).status_code == 200


def test_strangers_do_not_report_in(world: World, here: Volunteering):
    elsewhere = world.owner(world.unit("101", compound=world.add_compound("测试二区")))
    for wrong in (world.person(), elsewhere):
        assert code(report(here, wrong)) == (403, "forbidden")
