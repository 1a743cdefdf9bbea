"""Whom the organisation tells what: who holds a role hears when it is given and when it ends."""

from typing import Final

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_one
from app.org.models import Appointment, OrgUnit, Role

_GIVEN: Final = "请登录工作台，看看今天要做什么"
_BARRED: Final = "不参与投票代理、计票等业主事务"
_ENDED: Final = "登记或权限已停止，有疑问请联系社区"


def tell_given(appointment: Appointment) -> None:
    """Tell the holder of a role that it was given; once, however often the number is proven."""
    _tell(Kind.ROLE_GIVEN, appointment, _BARRED if appointment.role == Role.PROPERTY_STAFF else _GIVEN)


def tell_ended(appointment: Appointment) -> None:
    """Tell whoever held a role that it has ended."""
    _tell(Kind.ROLE_ENDED, appointment, _ENDED)


def _tell(kind: Kind, appointment: Appointment, hint: str) -> None:
    if appointment.account_id is None:
        return
    node = db.session.scalars(select(OrgUnit.name).where(OrgUnit.id == appointment.org_unit_id)).one()
    where = node + (appointment.place or "")
    values: dict[str, Value] = {"role": appointment.title, "node": where, "hint": hint, "at": clock.now()}
    notify_one(appointment.org_unit_id, kind, appointment.id, values, appointment.account_id, {})
