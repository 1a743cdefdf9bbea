"""The house stands: the database is there, and each test has its own transaction."""

from sqlalchemy import func, select, text

from app.core.db import db
from app.core.unit_of_work import unit_of_work
from app.org import service
from app.org.models import OrgKind, OrgUnit


def test_the_database_makes_ids_that_are_uuid_version_7(app):
    made = db.session.scalar(text("SELECT uuid_v7()"))
    assert made.version == 7


def test_a_unit_of_work_rolls_everything_back_on_an_error(app):
    try:
        with unit_of_work():
            service.add_unit(OrgKind.CITY, "演示市")
            raise RuntimeError
    except RuntimeError:
        pass
    assert db.session.scalar(select(func.count()).select_from(OrgUnit)) == 0


def test_a_unit_of_work_keeps_what_it_did(app):
    with unit_of_work():
        service.add_unit(OrgKind.CITY, "演示市")
    assert db.session.scalar(select(func.count()).select_from(OrgUnit)) == 1
