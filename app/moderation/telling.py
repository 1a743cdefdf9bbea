"""Whom moderation tells what."""

from app.moderation import subjects
from app.moderation.models import ReviewCase
from app.notifications.catalogue import Kind
from app.notifications.service import notify_all
from app.org.models import Appointment, Role
from app.org.permissions import PERMISSIONS
from app.org.queries import accounts_in_role, get_compound

NEAR = frozenset({Role.SECRETARY, Role.SUPERVISOR, Role.COMMUNITY_OFFICER})
"""Who is told of every case. A street's officers, who have many compounds, are told of appeals only."""


def tell_waiting(case: ReviewCase) -> int:
    """Tell those who may decide that something waits for them, once a case and once an appeal."""
    subject = subjects.of(case.kind)
    allowed, barred = PERMISSIONS[subject.act], set(case.involved)
    if case.appealed_at is None:
        allowed &= NEAR
    elif case.decided_by:
        barred.add(case.decided_by)
    return notify_all(
        case.compound_id,
        Kind.REVIEW_WAITING,
        case.id,
        {
            "subject": subject.chinese,
            "compound": get_compound(case.compound_id).name,
            "hint": "有申诉等待复核" if case.appealed_at else "有新内容等待审核",
            "at": case.appealed_at or case.opened_at,
        },
        accounts_in_role(allowed, case.compound_id).where(Appointment.account_id.not_in(barred)).distinct(),
        {"compound_id": case.compound_id, "case_id": case.id},
        "appeal" if case.appealed_at else "",
    )
