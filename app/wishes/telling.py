"""Whom wishes tell what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, literal, select

from app.core import clock
from app.notifications.catalogue import Kind
from app.notifications.service import notify_all
from app.org.models import Role
from app.org.queries import accounts_in_role, get_compound
from app.wishes.models import ClaimEnding, Wish, WishClaim


def tell_returned(wish: Wish, case_id: UUID, reason: str) -> None:
    """Tell the poster that the wish came back, and why."""
    _tell(Kind.WISH_RETURNED, wish, f"原因：{reason}", wish.posted_by, str(case_id))


def tell_published(wish: Wish, case_id: UUID) -> None:
    """Tell the poster that everybody in the compound sees the wish."""
    _tell(Kind.WISH_PUBLISHED, wish, "审核通过，等待邻居认领", wish.posted_by, str(case_id))


def tell_claimed(wish: Wish, claim: WishClaim) -> None:
    """Tell the poster that somebody undertook the wish."""
    _tell(Kind.WISH_CLAIMED, wish, "已有人认领，请留意联系", wish.posted_by, str(claim.id))


def tell_released(wish: Wish, claim: WishClaim) -> None:
    """Tell the poster that the wish is free again, and the former claimant unless that was the own decision."""
    at = claim.ended_at or clock.now()
    _tell(Kind.WISH_RELEASED, wish, "认领已取消，重新等待认领", wish.posted_by, str(claim.id), at)
    if claim.ending != ClaimEnding.GIVEN_UP:
        hint = "超过期限没有开始，认领已取消" if claim.ending == ClaimEnding.LAPSED else f"原因：{claim.reason}"
        _tell(Kind.WISH_RELEASED, wish, hint, claim.account_id, str(claim.id), at)


def tell_fulfilled(wish: Wish, claim: WishClaim) -> None:
    """Tell the poster that the claimant reports the wish done, and ask for a rating."""
    _tell(Kind.WISH_FULFILLED, wish, "心愿已完成，请评价", wish.posted_by, str(claim.id))


def tell_rated_low(wish: Wish, claim: WishClaim) -> None:
    """Tell the secretary that a wish was fulfilled badly."""
    secretaries = accounts_in_role({Role.SECRETARY}, wish.compound_id).distinct()
    _tell(Kind.WISH_RATED_LOW, wish, f"评价 {claim.rating} 分，请了解情况", secretaries, str(claim.id))


def tell_withdrawn(wish: Wish, claim: WishClaim, by: str = "提交人已撤回") -> None:
    """Tell the claimant that the wish was taken back, or down."""
    _tell(Kind.WISH_CLOSED, wish, f"{by}，不用再办理", claim.account_id, str(claim.id))


def tell_expired(wish: Wish) -> None:
    """Tell the poster that nobody claimed the wish in time."""
    _tell(Kind.WISH_CLOSED, wish, "期满无人认领，可以重新提交", wish.posted_by, "expired", wish.expires_at)


def tell_merged(wish: Wish) -> None:
    """Tell the poster that the wish goes on as part of another."""
    _tell(Kind.WISH_CLOSED, wish, "已合并到相同的心愿", wish.posted_by, "merged")


def _tell(
    kind: Kind, wish: Wish, hint: str, to: UUID | Select[UUID], occasion: str, at: datetime | None = None
) -> None:
    notify_all(
        wish.compound_id,
        kind,
        wish.id,
        {
            "wish": wish.text,
            "compound": get_compound(wish.compound_id).name,
            "hint": hint,
            "at": at or clock.now(),
        },
        select(literal(to)) if isinstance(to, UUID) else to,
        {"compound_id": wish.compound_id, "wish_id": wish.id},
        occasion,
    )
