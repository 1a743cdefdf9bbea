"""How far delivery is, for those who run or supervise a meeting, and whom it has not reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.delivery.records import PROOF, reached
from app.meetings.models import Delivery, DeliveryItem, DeliveryWay, Meeting, PostedNotice, VotingParty, VotingPartyUnit
from app.meetings.objections import publication


@dataclass(frozen=True)
class ItemStatus:
    """How far the delivery of notice or ballot is. Parties; one may be reached by several ways.

    `with_proof`: reached by a way that shows that the thing itself came to the party.
    """

    item: str
    opened: int
    message: int
    paper: int
    reached: int
    unreached: int
    with_proof: int


@dataclass(frozen=True)
class NoticeView:
    """A posted notice; its photo is at …/posted-notices/{id}/photo."""

    id: UUID
    place: str
    posted_at: datetime


@dataclass(frozen=True)
class DeliveryStatus:
    """Delivery of a meeting. `hint`: a sentence that says what is left to do."""

    parties: int
    items: Sequence[ItemStatus]
    posted_notices: Sequence[NoticeView]
    hint: str | None


@dataclass(frozen=True)
class UnreachedParty:
    """A party that nothing has reached yet, with masked names."""

    party_id: UUID
    number: int
    owners: Sequence[str]
    is_developer: bool
    doors: Sequence[str]


def get_status(actor: Actor, compound_id: UUID, meeting_id: UUID) -> DeliveryStatus:
    """Counts by way, and the posted notices. Raises Forbidden, MeetingNotFound."""
    policy.require_see_deliveries(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    parties = meeting.electorate_persons or 0
    items = [_status(meeting, item, parties) for item in DeliveryItem]
    posted = db.session.scalars(
        select(PostedNotice)
        .where(PostedNotice.compound_id == compound_id, PostedNotice.meeting_id == meeting_id)
        .order_by(PostedNotice.posted_at, PostedNotice.id)
    )
    notices = [view_of(notice) for notice in posted]
    return DeliveryStatus(parties, items, notices, _hint(items[0].unreached, bool(notices)))


def list_unreached(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    item: DeliveryItem,
    after: int,
    limit: int,
    building_id: UUID | None = None,
) -> Sequence[UnreachedParty]:
    """Up to `limit` parties after number `after` that the item has not reached; with a unit in the building, if given.

    Raises Forbidden, MeetingNotFound.
    """
    policy.require_see_deliveries(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    parties = db.session.scalars(
        select(VotingParty)
        .where(
            VotingParty.compound_id == compound_id,
            VotingParty.meeting_id == meeting_id,
            VotingParty.number > after,
            ~reached(item),
            *([_has_unit_in(building_id)] if building_id else []),
        )
        .order_by(VotingParty.number)
        .limit(limit)
    ).all()
    ids = [party.id for party in parties]
    names, units = publication.names_of(meeting, ids), publication.units_of(meeting, ids)
    return [
        UnreachedParty(
            party.id, party.number, names[party.id], party.is_developer, [unit.door for unit in units[party.id]]
        )
        for party in parties
    ]


def _has_unit_in(building_id: UUID) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            VotingPartyUnit.compound_id == VotingParty.compound_id,
            VotingPartyUnit.meeting_id == VotingParty.meeting_id,
            VotingPartyUnit.party_id == VotingParty.id,
            VotingPartyUnit.building_id == building_id,
        )
        .correlate(VotingParty)
    )


def view_of(notice: PostedNotice) -> NoticeView:
    """A posted notice as it is shown."""
    return NoticeView(notice.id, notice.place, notice.posted_at)


def _status(meeting: Meeting, item: DeliveryItem, parties: int) -> ItemStatus:
    of_item = (
        Delivery.compound_id == meeting.compound_id,
        Delivery.meeting_id == meeting.id,
        Delivery.item == item,
    )
    by_way: dict[str, int] = dict(
        db.session.execute(select(Delivery.way, func.count()).where(*of_item).group_by(Delivery.way)).all()
    )
    distinct = select(func.count(Delivery.party_id.distinct())).where(*of_item)
    reached_parties = db.session.scalar(distinct) or 0
    return ItemStatus(
        item=item.value,
        opened=by_way.get(DeliveryWay.OPENED, 0),
        message=by_way.get(DeliveryWay.MESSAGE, 0),
        paper=by_way.get(DeliveryWay.PAPER, 0),
        reached=reached_parties,
        unreached=parties - reached_parties,
        with_proof=db.session.scalar(distinct.where(Delivery.way.in_(PROOF))) or 0,
    )


def _hint(unreached: int, posted: bool) -> str | None:
    if not unreached:
        return None
    more = "" if posted else "，并在小区显著位置张贴公告，拍照登记"
    return f"还有 {unreached} 户没有收到会议通知，请上门送交书面通知{more}。"
