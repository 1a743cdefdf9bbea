"""What only the person can settle before the account is closed: others count on it."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from app.core import clock
from app.core.db import db
from app.meetings.models import Petition
from app.noticeboard.models import Statement
from app.org.models import Appointment
from app.volunteering.offerings.models import Offering
from app.volunteering.posts.models import LIVE_CLAIMS, PostClaim
from app.volunteering.slots.models import LIVE_BOOKINGS, Booking, Slot
from app.wishes.models import Wish, WishClaim, WishState

_OPEN_WISHES: Final = (WishState.CHECKING, WishState.PUBLISHED, WishState.CLAIMED)

OBLIGATIONS: Final[dict[str, tuple[str, Callable[[UUID], ColumnElement[bool]]]]] = {
    "role": (
        "您还有任职，请先由任命的组织办理卸任",
        lambda me: exists(select(Appointment.id).where(Appointment.account_id == me, Appointment.ended_at.is_(None))),
    ),
    "wish": (
        "您发布的心愿还没有结束，请先撤回或确认完成",
        lambda me: exists(select(Wish.id).where(Wish.posted_by == me, Wish.state.in_(_OPEN_WISHES))),
    ),
    "claim": (
        "您认领的心愿还没有办完，请先完成或退回",
        lambda me: exists(select(WishClaim.id).where(WishClaim.account_id == me, WishClaim.ended_at.is_(None))),
    ),
    "post": (
        "您还在志愿岗位上，请先退出岗位",
        lambda me: exists(select(PostClaim.id).where(PostClaim.account_id == me, PostClaim.state.in_(LIVE_CLAIMS))),
    ),
    "booking": (
        "您还有没到时间的预约或报名，请先取消",
        lambda me: exists(
            select(Booking.id).where(
                Booking.person_id == me, Booking.state.in_(LIVE_BOOKINGS), Booking.ends_at > clock.now()
            )
        ),
    ),
    "offering": (
        "您组织的活动或服务还没有结束，请先取消或转交",
        lambda me: exists(
            select(Slot.id)
            .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
            .where(
                Offering.organiser_id == me,
                Offering.cancelled_at.is_(None),
                Slot.cancelled_at.is_(None),
                Slot.ends_at > clock.now(),
            )
        ),
    ),
    "petition": (
        "您发起的联名还在征集，请先提交或撤回",
        lambda me: exists(
            select(Petition.id).where(
                Petition.started_by == me, Petition.ended_at.is_(None), Petition.expires_at > clock.now()
            )
        ),
    ),
    "appeal": (
        "您的申诉还没有答复，请等待处理",
        lambda me: exists(select(Statement.id).where(Statement.account_id == me, Statement.state == "open")),
    ),
}


def left(account_id: UUID) -> dict[str, str]:
    """What is left to settle: code and sentence."""
    return {code: text for code, (text, found) in OBLIGATIONS.items() if db.session.scalar(select(found(account_id)))}
