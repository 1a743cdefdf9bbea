"""How far delivery is, for those who run or supervise a meeting, and whom it has not reached."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.delivery.models import REACHING
from app.meetings.delivery.records import PROOF, reached
from app.meetings.models import Delivery, DeliveryItem, DeliveryWay, Meeting, PostedNotice, VotingParty, VotingPartyUnit
from app.meetings.objections import publication
from app.meetings.reach import has_home
from app.meetings.reach import reached as within


@dataclass(frozen=True)
class ItemStatus:
    """How far the delivery of notice or ballot is. Parties; one may be reached by several ways.

    `with_proof`: reached by a way that shows that the thing itself came to the party.
    `posted`: how many of the unreached a notice was posted for.
    """

    item: str
    opened: int
    message: int
    paper: int
    reached: int
    unreached: int
    with_proof: int
    posted: int


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
    """A party that nothing has reached yet, with masked names; when and where a notice was posted for it."""

    party_id: UUID
    number: int
    owners: Sequence[str]
    is_developer: bool
    doors: Sequence[str]
    posted_at: datetime | None
    posted_place: str | None


@dataclass(frozen=True)
class DeliveryEntry:
    """That notice or ballot came to a party by a way, or was posted for it.

    On paper: `handed_by`, who brought it in an office, in full; `received_by`, masked.
    """

    item: str
    way: str
    way_text: str
    delivered_at: datetime
    recorded_at: datetime
    handed_by: str | None
    received_by: str | None
    place: str | None


@dataclass(frozen=True)
class PartyDeliveries:
    """All that is on record for one party, by time."""

    party_id: UUID
    number: int
    owners: Sequence[str]
    is_developer: bool
    doors: Sequence[str]
    deliveries: Sequence[DeliveryEntry]


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
    return DeliveryStatus(parties, items, notices, _hint(items[0].unreached, items[0].posted))


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

    To a steward with a place those with a home there. Raises Forbidden, MeetingNotFound.
    """
    reach = policy.require_see_deliveries(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    there = [within(reach), *([has_home(VotingPartyUnit.building_id == building_id)] if building_id else [])]
    parties = _page(meeting, after, limit, ~reached(item), *there)
    ids = [party.id for party in parties]
    names, units = publication.names_of(meeting, ids), publication.units_of(meeting, ids)
    posted = {one.party_id: (one.delivered_at, place) for one, place in _on_record(meeting, ids) if place}
    return [
        UnreachedParty(
            party.id,
            party.number,
            names[party.id],
            party.is_developer,
            [unit.door for unit in units[party.id]],
            *posted.get(party.id, (None, None)),
        )
        for party in parties
    ]


def list_parties(
    actor: Actor, compound_id: UUID, meeting_id: UUID, after: int, limit: int
) -> Sequence[PartyDeliveries]:
    """Up to `limit` parties after number `after`, each with all that is on record for it, by way and time.

    To a steward with a place those with a home there. Raises Forbidden, MeetingNotFound.
    """
    reach = policy.require_see_deliveries(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    parties = _page(meeting, after, limit, within(reach))
    ids = [party.id for party in parties]
    names, units = publication.names_of(meeting, ids), publication.units_of(meeting, ids)
    entries: dict[UUID, list[DeliveryEntry]] = defaultdict(list)
    for one, place in _on_record(meeting, ids):
        entries[one.party_id].append(_entry(one, place))
    return [
        PartyDeliveries(
            party.id,
            party.number,
            names[party.id],
            party.is_developer,
            [unit.door for unit in units[party.id]],
            entries[party.id],
        )
        for party in parties
    ]


def _page(meeting: Meeting, after: int, limit: int, *conditions: ColumnElement[bool]) -> Sequence[VotingParty]:
    return db.session.scalars(
        select(VotingParty)
        .where(
            VotingParty.compound_id == meeting.compound_id,
            VotingParty.meeting_id == meeting.id,
            VotingParty.number > after,
            *conditions,
        )
        .order_by(VotingParty.number)
        .limit(limit)
    ).all()


def _on_record(meeting: Meeting, party_ids: Sequence[UUID]) -> Sequence[tuple[Delivery, str | None]]:
    """What is on record for the parties, by time, with the place of a posted notice."""
    found = (
        select(Delivery, PostedNotice.place)
        .outerjoin(
            PostedNotice,
            (PostedNotice.compound_id == Delivery.compound_id) & (PostedNotice.id == Delivery.notice_id),
        )
        .where(
            Delivery.compound_id == meeting.compound_id,
            Delivery.meeting_id == meeting.id,
            Delivery.party_id.in_(party_ids),
        )
        .order_by(Delivery.delivered_at, Delivery.item.desc(), Delivery.way)
    )
    return [(one, place) for one, place in db.session.execute(found)]


def _entry(one: Delivery, place: str | None) -> DeliveryEntry:
    return DeliveryEntry(
        item=one.item,
        way=one.way,
        way_text=DeliveryWay(one.way).chinese,
        delivered_at=one.delivered_at,
        recorded_at=one.recorded_at,
        handed_by=one.handed_by,
        received_by=mask_name(one.received_by) if one.received_by else None,
        place=place,
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
    reached_parties = db.session.scalar(distinct.where(Delivery.way.in_(REACHING))) or 0
    posted = (
        select(func.count())
        .select_from(VotingParty)
        .where(
            VotingParty.compound_id == meeting.compound_id,
            VotingParty.meeting_id == meeting.id,
            reached(item, [DeliveryWay.POSTED]) & ~reached(item),
        )
    )
    return ItemStatus(
        item=item.value,
        opened=by_way.get(DeliveryWay.OPENED, 0),
        message=by_way.get(DeliveryWay.MESSAGE, 0),
        paper=by_way.get(DeliveryWay.PAPER, 0),
        reached=reached_parties,
        unreached=parties - reached_parties,
        with_proof=db.session.scalar(distinct.where(Delivery.way.in_(PROOF))) or 0,
        posted=db.session.scalar(posted) or 0,
    )


def _hint(unreached: int, posted: int) -> str | None:
    if not unreached:
        return None
    more = "" if posted == unreached else "，并在小区显著位置张贴公告，拍照登记"
    return f"还有 {unreached} 户没有收到会议通知，请上门送交书面通知{more}。"
