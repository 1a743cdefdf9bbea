"""Whom the red/black list tells what. A message says that there is something, never what it says."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, literal, select

from app.compounds.homes import accounts_of_owners
from app.core import clock
from app.noticeboard.models import Colour, Entry, Nomination, Statement
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_all, notify_one
from app.org.models import Appointment
from app.org.permissions import PERMISSIONS, Act
from app.org.queries import accounts_in_role, get_compound


def tell_hearing(entry: Entry, owner_id: UUID) -> int:
    """Tell a person concerned, and guardians, what is about to be published, and until when to answer."""
    accounts = accounts_of_owners(entry.compound_id, [owner_id])
    return _ask(Kind.NOTICE_HEARING, entry, "可以说明情况或者申诉", accounts, str(owner_id))


def tell_consent_asked(entry: Entry, owner_id: UUID, account_ids: Collection[UUID]) -> int:
    """Ask a person for consent to being named; how many accounts were asked."""
    return sum(
        _ask(Kind.NOTICE_CONSENT, entry, "请选择是否同意公开您的姓名", select(literal(one)), str(owner_id))
        for one in account_ids
    )


def tell_returned(entry: Entry, case_id: UUID, reason: str) -> None:
    """Tell the drafter that the entry came back, and why."""
    _news(entry, f"已退回，原因：{reason}", select(literal(entry.drafted_by)), str(case_id))


def tell_published(entry: Entry, owner_ids: Collection[UUID]) -> None:
    """Tell the drafter, and whom it is about, that the entry is published."""
    _news(entry, "已公布，到期自动撤下", select(literal(entry.drafted_by)), "published")
    _news(entry, "已公布，可以申诉", accounts_of_owners(entry.compound_id, owner_ids), "published")


def tell_ended(entry: Entry, owner_ids: Collection[UUID]) -> None:
    """Tell the drafter, and whom it is about, that the entry was taken down or withdrawn."""
    _news(entry, "已撤下", select(literal(entry.drafted_by)), "ended")
    _news(entry, "已撤下", accounts_of_owners(entry.compound_id, owner_ids), "ended")


def tell_appealed(entry: Entry, appeal: Statement) -> int:
    """Tell those who may decide an appeal that there is one."""
    barred = {entry.drafted_by, appeal.account_id, *([entry.reviewed_by] if entry.reviewed_by else [])}
    reviewers = accounts_in_role(PERMISSIONS[Act.REVIEW_NOTICE], entry.compound_id)
    accounts = reviewers.where(Appointment.account_id.not_in(barred)).distinct()
    return _news(entry, "有申诉等待处理", accounts, str(appeal.id), Kind.NOTICE_APPEALED)


def tell_appeal_decided(appeal: Statement, outcome: str) -> None:
    """Tell whoever appealed, and in whose name, what was decided and why."""
    values: dict[str, Value] = {
        "subject": "红黑榜申诉",
        "outcome": outcome,
        "hint": f"原因：{appeal.reason}",
        "decided_at": clock.now(),
    }
    accounts = accounts_of_owners(appeal.compound_id, [appeal.owner_id])
    notify_all(appeal.compound_id, Kind.APPLICATION_DECIDED, appeal.id, values, accounts, {})


def tell_nomination_decided(nomination: Nomination, outcome: str, hint: str) -> None:
    """Tell whoever nominated what came of it, and whoever entered it from a sheet, who can tell it on."""
    values: dict[str, Value] = {
        "subject": "推荐上红榜",
        "outcome": outcome,
        "hint": hint,
        "decided_at": clock.now(),
    }
    notify_one(nomination.compound_id, Kind.APPLICATION_DECIDED, nomination.id, values, nomination.account_id, {})
    if nomination.owner_id:
        accounts = accounts_of_owners(nomination.compound_id, [nomination.owner_id])
        notify_all(nomination.compound_id, Kind.APPLICATION_DECIDED, nomination.id, values, accounts, {})


def _ask(kind: Kind, entry: Entry, hint: str, accounts: Select[UUID], occasion: str) -> int:
    return notify_all(
        entry.compound_id,
        kind,
        entry.id,
        _values(entry) | {"until": entry.hearing_until or clock.now(), "hint": hint},
        accounts,
        _page(entry),
        occasion,
    )


def _news(entry: Entry, hint: str, accounts: Select[UUID], occasion: str, kind: Kind = Kind.NOTICE_NEWS) -> int:
    values = _values(entry) | {"hint": hint, "at": clock.now()}
    return notify_all(entry.compound_id, kind, entry.id, values, accounts, _page(entry), occasion)


def _values(entry: Entry) -> dict[str, Value]:
    subject = f"与您有关的{Colour(entry.colour).chinese}内容"
    return {"subject": subject, "compound": get_compound(entry.compound_id).name}


def _page(entry: Entry) -> dict[str, UUID]:
    return {"compound_id": entry.compound_id, "entry_id": entry.id}
