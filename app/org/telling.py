"""Whom the organisation tells what: who holds a role or a grid, is put forward for a role, or put somebody forward."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_all, notify_one
from app.org.models import (
    Appointment,
    Area,
    AreaKind,
    AreaLeader,
    NominationState,
    NominationWay,
    OrgUnit,
    Role,
    RoleNomination,
)

_GIVEN: Final = "请登录工作台，看看今天要做什么"
_BARRED: Final = "不参与投票代理、计票等业主事务"
_ENDED: Final = "登记或权限已停止，有疑问请联系社区"
_ANSWERING: Final = "这里的居民会看到由您负责"
_RELIEVED: Final = "您不再负责，有疑问请联系社区"
_NOMINATED: Final = "等待决定；不愿意担任的，可以谢绝"
_OVER: Final = {
    NominationState.DECLINED: "这次没有采纳，谢谢您的热心",
    NominationState.WITHDRAWN: "推荐人撤回了推荐，不用办理",
}
_AFTERWARDS: Final = {
    NominationState.APPOINTED: "已经任命，并通知了本人",
    NominationState.TURNED_DOWN: "本人谢绝了，可以另外推荐一位",
}


def tell_given(appointment: Appointment) -> None:
    """Tell the holder of a role that it was given; once, however often the number is proven."""
    _tell(Kind.ROLE_GIVEN, appointment, _BARRED if appointment.role == Role.PROPERTY_STAFF else _GIVEN)


def tell_ended(appointment: Appointment, reason: str | None = None) -> None:
    """Tell whoever held a role that it has ended, and why where somebody ended it."""
    _tell(Kind.ROLE_ENDED, appointment, reason or _ENDED)


def tell_nominated(nomination: RoleNomination) -> None:
    """Tell whoever has proven the number that somebody else put it forward; once, however often it is proven."""
    if nomination.way != NominationWay.SELF:
        _tell_nominee(Kind.ROLE_NOMINATED, nomination, _NOMINATED)


def tell_decided(actor: Actor, nomination: RoleNomination) -> None:
    """Tell the others of nominee and nominator what became of a nomination.

    Who is appointed hears of the role itself; why somebody was declined is for the nominator.
    """
    state = NominationState(nomination.state)
    stood, by_self = nomination.way == NominationWay.SELF, nomination.nominated_by == actor.account_id
    if state in _OVER and not stood:
        _tell_nominee(Kind.NOMINATION_ENDED, nomination, _OVER[state])
    if by_self or (stood and state is NominationState.APPOINTED):
        return
    values: dict[str, Value] = {
        "subject": f"{nomination.title}推荐（{_where(nomination)}）",
        "outcome": state.chinese,
        "hint": nomination.reason or _AFTERWARDS[state],
        "decided_at": clock.now(),
    }
    compound_id = nomination.compound_id
    notify_one(compound_id, Kind.APPLICATION_DECIDED, nomination.id, values, nomination.nominated_by, {})


def tell_answering(area: Area, leader: AreaLeader) -> None:
    """Tell who answers for a grid (网格员); once. Of a branch's group nothing goes over WeChat: PIPL 28."""
    _tell_leader(Kind.ROLE_GIVEN, area, leader, _ANSWERING)


def tell_relieved(area: Area, leader: AreaLeader) -> None:
    """Tell who answered for a grid that somebody else does, or that it has ended."""
    _tell_leader(Kind.ROLE_ENDED, area, leader, _RELIEVED)


def _tell_leader(kind: Kind, area: Area, leader: AreaLeader, hint: str) -> None:
    if area.community_id is None:
        return
    where = _name_of(area.community_id) + area.name
    values: dict[str, Value] = {"role": AreaKind.GRID.leader, "node": where, "hint": hint, "at": clock.now()}
    notify_all(area.community_id, kind, leader.id, values, _holders_of(leader.phone_hash), {})


def _tell(kind: Kind, appointment: Appointment, hint: str) -> None:
    if appointment.account_id is None:
        return
    node = _name_of(appointment.org_unit_id)
    where = node + (appointment.place or "")
    values: dict[str, Value] = {"role": appointment.title, "node": where, "hint": hint, "at": clock.now()}
    notify_one(appointment.org_unit_id, kind, appointment.id, values, appointment.account_id, {})


def _tell_nominee(kind: Kind, nomination: RoleNomination, hint: str) -> None:
    where = _where(nomination)
    values: dict[str, Value] = {"role": nomination.title, "node": where, "hint": hint, "at": clock.now()}
    compound_id = nomination.compound_id
    page = {"compound_id": compound_id, "role": nomination.role, "nomination_id": nomination.id}
    notify_all(compound_id, kind, nomination.id, values, _holders_of(nomination.phone_hash), page)


def _holders_of(phone_hash: bytes) -> Select[UUID]:
    proven: ColumnElement[bool] = AccountPhone.phone_hash == phone_hash
    return select(AccountPhone.account_id.label("account_id")).where(proven)


def _where(nomination: RoleNomination) -> str:
    return _name_of(nomination.compound_id) + (nomination.place or "")


def _name_of(org_unit_id: UUID) -> str:
    return db.session.scalars(select(OrgUnit.name).where(OrgUnit.id == org_unit_id)).one()
