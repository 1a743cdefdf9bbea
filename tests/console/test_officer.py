"""The officer's view: from the community to a compound, with the figures that the law lets be shown; and as Excel."""

from io import BytesIO
from uuid import UUID

import openpyxl
from playwright.sync_api import expect

from app.core import alerts, clock
from app.core.alerts import AlertCode
from app.core.db import db
from app.org import service as org
from app.org.models import OrgKind, Role
from app.statistics.measures import Measure
from app.statistics.models import MonthlyFigure
from tests.support.console import PHONE, ConsoleWorld, Desk, visitor


def figure(node: UUID, total: int, people: int) -> None:
    """What the job has counted for a node this month."""
    row = MonthlyFigure(
        org_unit_id=node,
        month=clock.today().replace(day=1),
        measure=Measure.SERVICE_MINUTES,
        total=total,
        people=people,
        hidden=False,
    )
    db.session.add(row)
    db.session.commit()


def test_an_officer_comes_from_the_community_s_figures_to_a_compound(town: ConsoleWorld, desk: Desk):
    town.add_compound("第二小区")
    figure(town.compound, 1234, 9)
    page = desk.opened(town.supervisor)
    page.goto("/console/")
    page.get_by_role("link", name="测试社区").click()
    page.get_by_label("图表显示").select_option(label="志愿服务时长（分钟）")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("img", name="志愿服务时长（分钟），按下级单位")).to_contain_text("1,234")
    page.get_by_role("cell", name="1,234").first.wait_for()
    page.get_by_role("link", name="测试小区").click()
    expect(page.get_by_role("heading", name="今天")).to_be_visible()


def test_the_workbook_has_a_row_a_compound_and_hides_what_the_page_hides(town: ConsoleWorld):
    figure(town.compound, 1234, 9)
    answer = visitor(town, town.supervisor).get(f"/console/nodes/{town.community}/export.xlsx")
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    assert rows["测试小区"][list(Measure).index(Measure.SERVICE_MINUTES)] == 1234


def test_a_name_in_the_workbook_is_never_a_formula(town: ConsoleWorld):
    org.add_unit(OrgKind.COMPOUND, "=HYPERLINK(1)", town.community)
    db.session.commit()
    answer = visitor(town, town.supervisor).get(f"/console/nodes/{town.community}/export.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    assert "'=HYPERLINK(1)" in [row[0] for row in sheet.iter_rows(values_only=True)]


def test_another_street_s_figures_are_refused(town: ConsoleWorld):
    elsewhere = org.add_unit(OrgKind.COMMUNITY, "别的社区", org.add_unit(OrgKind.STREET, "别的街道").id).id
    db.session.commit()
    guest = visitor(town, town.supervisor)
    for rest in ("", "export.xlsx"):
        assert guest.get(f"/console/nodes/{elsewhere}/{rest}").status_code == 403
    assert guest.get(f"/console/nodes/{UUID(int=1)}/").status_code == 404


def test_a_month_that_is_none_shows_this_month(town: ConsoleWorld):
    guest = visitor(town, town.supervisor)
    for month in ("2026-13", "x", "9999-01", ""):
        assert guest.get(f"/console/nodes/{town.community}/?month={month}&measure=x").status_code == 200


def test_the_operator_sees_an_alert_and_others_do_not_see_the_page(town: ConsoleWorld, desk: Desk):
    alerts.seen(AlertCode.ADDRESS_NOT_ALLOWED, "sign_in")
    db.session.commit()
    page = desk.opened(town.official(Role.OPERATOR, town.community), PHONE)
    page.goto("/console/operator/")
    expect(page.get_by_text("不在微信的白名单里")).to_be_visible()
    assert visitor(town, town.secretary).get("/console/operator/").status_code == 403
