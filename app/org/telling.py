"""Whom the organisation tells what: who holds a role hears when it is given and when it ends."""

from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_one
from app.org.models import OrgUnit, Role

_GIVEN: Final = "请登录工作台，看看今天要做什么"
_BARRED: Final = "不参与投票代理、计票等业主事务"
_ENDED: Final = "登记或权限已停止，有疑问请联系社区"


def tell_given(appointment_id: UUID, account_id: UUID, role: Role, org_unit_id: UUID) -> None:
    """Tell the holder of a role that it was given; once, however often the number is proven."""
    hint = _BARRED if role is Role.PROPERTY_STAFF else _GIVEN
    _tell(Kind.ROLE_GIVEN, appointment_id, account_id, role, org_unit_id, hint)


def tell_ended(appointment_id: UUID, account_id: UUID, role: Role, org_unit_id: UUID) -> None:
    """Tell whoever held a role that it has ended."""
    _tell(Kind.ROLE_ENDED, appointment_id, account_id, role, org_unit_id, _ENDED)


def _tell(kind: Kind, appointment_id: UUID, account_id: UUID, role: Role, org_unit_id: UUID, hint: str) -> None:
    node = db.session.scalars(select(OrgUnit.name).where(OrgUnit.id == org_unit_id)).one()
    values: dict[str, Value] = {"role": role.chinese, "node": node, "hint": hint, "at": clock.now()}
    notify_one(org_unit_id, kind, appointment_id, values, account_id, {})
