"""Certificates: what they say, who gets them, what a stranger may check. MCA order 67."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core import rate_limits
from app.core.db import db
from app.org.models import Role
from app.volunteering.certificates.document import TEMPLATE
from app.volunteering.certificates.make_template import made
from app.volunteering.certificates.models import Certificate
from miniprogram_api.volunteering.certificates.routes import CHECKS_A_MINUTE
from tests.miniprogram_api.volunteering.test_hours import END, decide, served
from tests.support.answers import code
from tests.support.volunteering import REASON, Volunteering
from tests.support.world import Person, World, at

CITIZEN = {"id_type": "citizen", "id_number": "11010519491231002X"}
ISSUER = {"issuer": "测试社区居委会", "responsible": "测试负责人", "contact": "社区值班电话"}
PERIOD = {"first_day": "2026-05-01", "last_day": "2026-05-02"}


@pytest.fixture(autouse=True)
def fresh_counts(here: Volunteering) -> Iterator[None]:
    """No check is counted from another test."""
    rate_limits.forget()
    yield
    rate_limits.forget()


def ready(here: Volunteering) -> Person:
    """A volunteer with two confirmed hours, on 2 May."""
    person = here.volunteer()
    here.register(person, name="欧阳测试", **CITIZEN)
    here.world.api(here.world.secretary)("PUT", f"{here.path}/certificates/issuer", ISSUER)
    record = served(here, person, here.slot())
    with at(END):
        assert decide(here, record).status_code == 200
    return person


def issue(here: Volunteering, person: Person, **period: str) -> TestResponse:
    with at(END + timedelta(hours=1)):
        return here.world.api(person)("POST", f"{here.path}/certificates", {**PERIOD, **period})


def check(here: Volunteering, **body: Any) -> TestResponse:
    return here.world.api()("POST", "/certificate-checks", body)


def test_a_certificate_says_what_order_67_asks_for(here: Volunteering):
    person = ready(here)
    issued = issue(here, person)
    assert issued.status_code == 201
    document = here.world.api(person)("GET", f"{here.path}/certificates/{issued.json['serial']}/document")
    assert document.mimetype.endswith("wordprocessingml.document")
    word = Document(BytesIO(document.data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    said = "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)
    for expected in (
        "姓名\n欧阳测试",
        "证件类型\n居民身份证\n证件号码\n1101**********002X",
        f"志愿者编号\n{here.seen(person, f'{here.path}/volunteers/me')['number']}",
        "周末清洁家园",
        "合计\n共 1 次\n2小时",
        "开始日期\n2026年5月1日\n结束日期\n2026年5月2日",
        "测试社区居委会",
        "测试负责人",
        "社区值班电话",
        issued.json["serial"],
        "免费",
    ):
        assert expected in said, expected
    assert "110105194912" not in said
    assert "{{" not in said
    assert here.seen(person, f"{here.path}/certificates")["items"] == [issued.json]


def test_the_template_is_as_it_is_made():
    assert made() == TEMPLATE.read_bytes(), "run python -m app.volunteering.certificates.make_template"


def test_a_stranger_checks_by_serial_and_learns_nothing_of_the_person(here: Volunteering):
    person = ready(here)
    serial = issue(here, person).json["serial"]
    found = check(here, serial=serial)
    assert found.status_code == 200
    assert set(found.json) == {
        "serial",
        "valid",
        "issuer",
        "issued_on",
        "revoked_on",
        "first_day",
        "last_day",
        "minutes",
        "name_matches",
    }
    assert (found.json["valid"], found.json["minutes"], found.json["name_matches"]) == (True, 120, None)
    assert check(here, serial=serial.lower().replace("-", " "), name="欧阳 测试").json["name_matches"] is True
    assert check(here, serial=serial, name="另一人").json["name_matches"] is False
    assert code(check(here, serial="22222-22222-22222-22222")) == (404, "certificate_not_found")
    assert "欧阳" not in found.text


def test_the_public_check_is_limited(here: Volunteering):
    answers = [check(here, serial="22222").status_code for _ in range(CHECKS_A_MINUTE + 1)]
    assert answers == [404] * CHECKS_A_MINUTE + [429]


def test_a_serial_cannot_be_guessed(here: Volunteering):
    person = ready(here)
    serials = {issue(here, person).json["serial"] for _ in range(5)}
    assert len(serials) == 5
    assert all(len(serial.replace("-", "")) == 20 for serial in serials), "32^20 = 2^100"


def test_a_revoked_certificate_is_no_longer_good(world: World, here: Volunteering):
    person = ready(here)
    serial = issue(here, person).json["serial"]
    path, secretary = f"{here.path}/certificates/{serial}", world.api(world.secretary)
    for wrong in (person, world.official(Role.STEWARD, world.compound), world.person()):
        assert code(world.api(wrong)("POST", f"{path}/revocation", REASON)) == (403, "forbidden")
    assert secretary("POST", f"{path}/revocation", REASON).status_code == 204
    assert code(secretary("POST", f"{path}/revocation", REASON)) == (409, "certificate_already_revoked")
    checked = check(here, serial=serial).json
    assert (checked["valid"], checked["revoked_on"]) == (False, "2026-05-01")
    assert REASON["reason"] not in str(checked)
    word = Document(BytesIO(world.api(person)("GET", f"{path}/document").data))
    assert any("已撤销" in paragraph.text for paragraph in word.paragraphs)
    assert code(secretary("POST", f"{here.path}/certificates/22222/revocation", REASON))[0] == 404


def test_others_do_not_download_it(world: World, here: Volunteering):
    person = ready(here)
    path = f"{here.path}/certificates/{issue(here, person).json['serial']}/document"
    elsewhere = world.official(Role.SECRETARY, world.add_compound("测试二区"))
    for wrong in (here.volunteer(), world.official(Role.STEWARD, world.compound), elsewhere, world.person()):
        assert code(world.api(wrong)("GET", path)) == (404, "certificate_not_found")
    assert world.api(world.secretary)("GET", path).status_code == 200
    assert world.api()("GET", path).status_code == 401


def test_what_is_missing_is_said(world: World, here: Volunteering):
    person = here.volunteer()
    assert code(issue(here, world.owners(1)[0])) == (403, "not_a_volunteer")
    assert code(issue(here, person)) == (409, "volunteer_id_missing")
    here.register(person, **CITIZEN)
    assert code(issue(here, person)) == (409, "certificate_issuer_missing")
    assert code(world.api(person)("PUT", f"{here.path}/certificates/issuer", ISSUER)) == (403, "forbidden")
    assert world.api(world.secretary)("PUT", f"{here.path}/certificates/issuer", ISSUER).json == ISSUER
    assert code(issue(here, person)) == (409, "nothing_to_certify")
    served(here, person, here.slot())
    assert code(issue(here, person)) == (409, "nothing_to_certify"), "hours that nobody confirmed"
    assert code(issue(here, person, first_day="2026-05-03")) == (422, "certificate_period_wrong")
    assert code(issue(here, person, last_day="2026-06-01")) == (422, "certificate_period_wrong")


def test_hours_outside_the_period_are_not_in_it(here: Volunteering):
    person = ready(here)
    assert code(issue(here, person, last_day="2026-05-01")) == (409, "nothing_to_certify")


def test_name_and_number_are_encrypted_at_rest(here: Volunteering):
    issue(here, ready(here))
    [row] = db.session.execute(text("SELECT name, id_number_masked FROM certificate")).all()
    assert all("欧阳".encode() not in bytes(one) and b"002X" not in bytes(one) for one in row)
    assert db.session.scalars(select(Certificate.name)).one() == "欧阳测试"
