"""Delivery to each voting party, recorded by way and time (送达): PMR 14, GR 26.

- Opened in the app: an owner of the party reads the meeting; while voting is open the page has ballot and warning.
- A message that WeChat accepted: taken over from the outbox by a periodic job.
- Handed over on paper: recorded by the secretary or a steward, with who handed it over and who took it.
- Posted notice (张贴公告): with place, time and photo, on record for each party that nothing had reached until then. It
  reaches nobody and is nobody's proof of delivery.

PROOF are the ways that show that the ballot and the warning themselves came to the party: a message only says that
there is something to open.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, scans, states, trail
from app.meetings.delivery.errors import DeliveryTimeWrong, NoticeNotFound, PartyUnknown
from app.meetings.delivery.models import REACHING
from app.meetings.errors import MeetingNotFound, WrongMeetingState
from app.meetings.models import (
    Delivery,
    DeliveryItem,
    DeliveryWay,
    Meeting,
    MeetingState,
    PostedNotice,
    Scan,
    VotingParty,
)
from app.meetings.reach import reached as within
from app.meetings.reach import require_parties
from app.notifications.catalogue import Kind
from app.org import policy as org
from app.org.permissions import Act
from app.org.reach import Reach

PROOF = (DeliveryWay.OPENED, DeliveryWay.PAPER)
_WHILE = (MeetingState.ANNOUNCED, MeetingState.VOTING)
_BY_MESSAGE = {Kind.MEETING_ANNOUNCED: DeliveryItem.NOTICE, Kind.VOTING_OPENED: DeliveryItem.BALLOT}


def reached(item: DeliveryItem, ways: Sequence[DeliveryWay] = REACHING) -> ColumnElement[bool]:
    """Condition on a VotingParty: the item reached it by one of the ways."""
    return (
        exists()
        .where(
            Delivery.compound_id == VotingParty.compound_id,
            Delivery.meeting_id == VotingParty.meeting_id,
            Delivery.party_id == VotingParty.id,
            Delivery.item == item,
            Delivery.way.in_(ways),
        )
        .correlate(VotingParty)
    )


def record_opened(actor: Actor, meeting: Meeting, party_ids: Collection[UUID]) -> None:
    """Note that an owner of each of these parties, or a guardian, has the meeting's page open.

    From the announcement on it shows the notice, while voting is open also the ballot and the warning. A
    proxy's reading is not the owner's.
    """
    now = clock.now()
    items = items_shown(meeting.state_at(now))
    if not items or not party_ids:
        return
    new = {(one, item) for one in party_ids for item in items} - _opened(meeting, party_ids)
    if new and (there := _still_there(meeting, {one for one, _ in new})):
        _write(meeting, DeliveryWay.OPENED, [(one, item, {}) for one, item in new if one in there], actor, now)


def items_shown(state: MeetingState) -> Sequence[DeliveryItem]:
    """What the page of a meeting in this state delivers to whoever opens it."""
    if state not in _WHILE:
        return ()
    return tuple(DeliveryItem) if state is MeetingState.VOTING else (DeliveryItem.NOTICE,)


def _opened(meeting: Meeting, party_ids: Collection[UUID]) -> set[tuple[UUID, DeliveryItem]]:
    """What the parties have opened already: whoever looks again only reads, and locks nothing."""
    found = db.session.execute(
        select(Delivery.party_id, Delivery.item).where(
            Delivery.compound_id == meeting.compound_id,
            Delivery.meeting_id == meeting.id,
            Delivery.party_id.in_(party_ids),
            Delivery.way == DeliveryWay.OPENED,
        )
    )
    return {(party_id, DeliveryItem(item)) for party_id, item in found}


def _still_there(meeting: Meeting, party_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those of the parties that no correction is taking off the electorate; waits for one that is not committed."""
    there = (
        select(VotingParty.id)
        .where(
            VotingParty.compound_id == meeting.compound_id,
            VotingParty.meeting_id == meeting.id,
            VotingParty.id.in_(party_ids),
        )
        .order_by(VotingParty.id)
    )
    return db.session.scalars(there.with_for_update(read=True, key_share=True)).all()


def record_handover(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    item: DeliveryItem,
    handed_by: str,
    handed_at: datetime,
    receipts: Mapping[UUID, str | None],
) -> int:
    """Record that notice or ballot was handed to parties on paper; how many were not on record yet.

    `receipts`: who took it, by party, where known. Nothing is recorded after the close: by then all proof stands.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, DeliveryTimeWrong, PartyUnknown, OutsideOwnPlace.
    """
    policy.require_record_delivery(actor, compound_id)
    meeting = _open_for_records(compound_id, meeting_id, handed_at)
    known = set(
        db.session.scalars(
            select(VotingParty.id).where(
                VotingParty.compound_id == compound_id,
                VotingParty.meeting_id == meeting_id,
                VotingParty.id.in_(receipts),
            )
        )
    )
    if unknown := sorted(str(one) for one in receipts.keys() - known):
        raise PartyUnknown(party_ids=unknown)
    require_parties(actor, Act.RECORD_DELIVERY, compound_id, meeting_id, known)
    rows = [
        (party_id, item, {"handed_by": handed_by, "received_by": received_by})
        for party_id, received_by in receipts.items()
    ]
    written = _write(meeting, DeliveryWay.PAPER, rows, actor, handed_at)
    if written:
        after = {"item": item.value, "handed_at": handed_at.isoformat(), "party_ids": sorted(map(str, written))}
        trail.note(actor, meeting, "record_handover", None, after)
    return len(written)


def record_posted(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    place: str,
    posted_at: datetime,
    file_name: str,
    content: bytes,
) -> PostedNotice:
    """Record a posted notice with its photo, and for whom it was posted: each party that no notice had reached.

    One that a steward with a place posts is for the homes there. The same place and time again is the notice that there
    is; by another steward it stands for the homes of that one's place too.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, DeliveryTimeWrong and what `core.files.check_file` raises.
    """
    reach = org.reach(actor, Act.RECORD_DELIVERY, compound_id)
    stored = scans.store_scan(compound_id, file_name, content)
    meeting = _open_for_records(compound_id, meeting_id, posted_at)
    same = select(PostedNotice).where(
        PostedNotice.compound_id == compound_id,
        PostedNotice.meeting_id == meeting_id,
        PostedNotice.place == place,
        PostedNotice.posted_at == posted_at,
    )
    written = None
    if db.session.scalar(same) is None:
        scan = scans.note_scan(actor, compound_id, meeting_id, stored)
        written = db.session.scalar(
            insert_or_skip(PostedNotice)
            .values(
                compound_id=compound_id,
                meeting_id=meeting_id,
                place=place,
                posted_at=posted_at,
                scan_id=scan.id,
                recorded_by=actor.account_id,
                recorded_at=clock.now(),
            )
            .on_conflict_do_nothing()
            .returning(PostedNotice.id)
        )
    notice = db.session.scalars(same).one()
    parties = _post_to_unreached(actor, meeting, notice.id, posted_at, reach)
    if written or parties:
        after = {"notice_id": str(notice.id), "place": place, "posted_at": posted_at.isoformat(), "parties": parties}
        trail.note(actor, meeting, "record_posted_notice", None, after)
    return notice


def _post_to_unreached(actor: Actor, meeting: Meeting, notice_id: UUID, posted_at: datetime, reach: Reach) -> int:
    """Put the notice on record for each party there without any, that no earlier one stands for; how many these are."""
    same_for_all = {
        Delivery.item: DeliveryItem.NOTICE.value,
        Delivery.way: DeliveryWay.POSTED.value,
        Delivery.delivered_at: posted_at,
        Delivery.recorded_at: clock.now(),
        Delivery.account_id: actor.account_id,
        Delivery.notice_id: notice_id,
    }
    party = (VotingParty.compound_id, VotingParty.meeting_id, VotingParty.id)
    unreached = select(*party, *(literal(value, column.type) for column, value in same_for_all.items())).where(
        VotingParty.compound_id == meeting.compound_id,
        VotingParty.meeting_id == meeting.id,
        ~reached(DeliveryItem.NOTICE),
        within(reach),
    )
    columns = [Delivery.compound_id, Delivery.meeting_id, Delivery.party_id, *same_for_all]
    posted = insert_or_skip(Delivery).from_select(columns, unreached).on_conflict_do_nothing()
    return int(db.session.execute(posted).rowcount)  # type: ignore[attr-defined]


def get_photo(actor: Actor, compound_id: UUID, meeting_id: UUID, notice_id: UUID) -> Scan:
    """The photo of a posted notice, for owners, staff and stewards. Raises Forbidden, NoticeNotFound."""
    if not policy.can_enter_paper(actor, compound_id):
        policy.require_see(actor, compound_id, meeting_id)
    notice = db.session.get(PostedNotice, (compound_id, notice_id))
    if notice is None or notice.meeting_id != meeting_id:
        raise NoticeNotFound
    return db.session.get_one(Scan, (compound_id, notice.scan_id))


def meetings_with_messages() -> list[tuple[UUID, UUID]]:
    """(compound, meeting) of every meeting whose messages may still tell of a delivery: announced, and not closed."""
    found = select(Meeting.compound_id, Meeting.id).where(
        Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None), Meeting.closes_at > clock.now()
    )
    return [(compound_id, meeting_id) for compound_id, meeting_id in db.session.execute(found)]


def collect_messages(compound_id: UUID, meeting_id: UUID) -> int:
    """Take over what WeChat accepted since; how many deliveries were new. Safe to repeat."""
    key = {"compound_id": compound_id, "meeting_id": meeting_id, "now": clock.now()}
    written = 0
    for kind, item in _BY_MESSAGE.items():
        result = db.session.execute(_COLLECT, {**key, "kind": kind.value, "item": item.value})
        written += result.rowcount  # type: ignore[attr-defined]
    return written


# A message of a kind about a meeting reaches an account once, under this key: notifications.service.notify_all.
_COLLECT = text(
    """
    WITH recipient AS (
        SELECT holder.party_id, binding.account_id
        FROM voting_party_owner AS holder
        JOIN binding ON binding.compound_id = holder.compound_id AND binding.owner_id = holder.owner_id
         AND binding.state = 'accepted'
        WHERE holder.compound_id = :compound_id AND holder.meeting_id = :meeting_id
        UNION
        SELECT holder.party_id, ward.account_id
        FROM voting_party_owner AS holder
        JOIN guardianship AS ward ON ward.compound_id = holder.compound_id AND ward.owner_id = holder.owner_id
         AND ward.ended_at IS NULL AND ward.account_id IS NOT NULL
        WHERE holder.compound_id = :compound_id AND holder.meeting_id = :meeting_id
    )
    INSERT INTO delivery (compound_id, meeting_id, party_id, item, way, delivered_at, recorded_at, account_id)
    SELECT DISTINCT ON (recipient.party_id) :compound_id, CAST(:meeting_id AS uuid), recipient.party_id,
           :item, 'message', outbox.finished_at, :now, outbox.account_id
    FROM recipient JOIN outbox ON outbox.compound_id = :compound_id AND outbox.state = 'sent'
     AND outbox.dedup_key = :kind || ':' || CAST(:meeting_id AS text) || ':' || recipient.account_id::text
    ORDER BY recipient.party_id, outbox.finished_at
    ON CONFLICT DO NOTHING
    """
)


def _open_for_records(compound_id: UUID, meeting_id: UUID, moment: datetime) -> Meeting:
    """The meeting, if it runs, under a lock that the count waits for and casting does not mind."""
    key = (compound_id, meeting_id)
    meeting = db.session.get(Meeting, key, with_for_update={"read": True}, populate_existing=True)
    if meeting is None or meeting.announced_at is None:
        raise MeetingNotFound
    state = meeting.state_at(clock.now())
    if state not in _WHILE:
        allowed = [one.value for one in _WHILE]
        raise WrongMeetingState(state=state.value, state_text=states.STATE_TEXT[state], allowed=allowed)
    if not meeting.announced_at <= moment <= clock.now():
        raise DeliveryTimeWrong
    return meeting


def _write(
    meeting: Meeting,
    way: DeliveryWay,
    rows: Collection[tuple[UUID, DeliveryItem, Mapping[str, Any]]],
    actor: Actor,
    delivered_at: datetime,
) -> list[UUID]:
    """Write what is not on record yet; the parties of those."""
    common = {
        "compound_id": meeting.compound_id,
        "meeting_id": meeting.id,
        "way": way,
        "delivered_at": delivered_at,
        "recorded_at": clock.now(),
        "account_id": actor.account_id,
    }
    values = [{**common, "party_id": party_id, "item": item, **names} for party_id, item, names in rows]
    written = insert_or_skip(Delivery).values(values).on_conflict_do_nothing().returning(Delivery.party_id)
    return list(db.session.scalars(written))
