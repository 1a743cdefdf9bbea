"""What owners are told of a meeting, and when."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, TextualSelect, literal, select, union

from app.compounds.guardians import in_force
from app.compounds.homes import accounts_of_owners
from app.compounds.models import Binding, BindingState, Guardianship
from app.core import clock
from app.core.clock import SHANGHAI
from app.core.db import db
from app.meetings.models import Ballot, ElectorateObjection, Mandate, Meeting, VotingPartyOwner
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_all, notify_one
from app.org.queries import get_compound


def tell_announced(meeting: Meeting) -> int:
    """Tell every owner of the electorate that the meeting is announced."""
    return _tell(
        meeting,
        Kind.MEETING_ANNOUNCED,
        opens_at=meeting.opens_at,
        closes_at=meeting.closes_at,
        hint="请核对业主名册并按时投票",
    )


def tell_result(meeting: Meeting, published_at: datetime) -> int:
    """Tell every owner of the electorate that the result is published."""
    return _tell(
        meeting, Kind.RESULT_PUBLISHED, outcome="已公布", published_at=published_at, hint="点击查看各事项的表决结果"
    )


def tell_final(meeting: Meeting, finalized_at: datetime) -> int:
    """Tell every owner of the electorate that the result is final."""
    return _tell(
        meeting, Kind.RESULT_FINAL, outcome="正式公告", published_at=finalized_at, hint="公示期满，表决结果正式生效"
    )


def tell_annulled(meeting: Meeting, annulled_at: datetime) -> int:
    """Tell every owner of the electorate that the result is annulled, and why."""
    return _tell(meeting, Kind.RESULT_ANNULLED, reason=meeting.annul_reason or "", annulled_at=annulled_at)


def tell_objection_decided(
    meeting: Meeting, objection_id: UUID, account_id: UUID, decision: str, reason: str, subject: str
) -> None:
    """Tell whoever objected to the `subject` what was decided, and why."""
    values = _decided(subject, decision, reason)
    notify_one(meeting.compound_id, Kind.APPLICATION_DECIDED, objection_id, values, account_id, {})


def tell_result_objection_decided(
    meeting: Meeting, objection_id: UUID, owner_id: UUID, decision: str, reason: str
) -> None:
    """Tell the owner who objected to the result what was decided, and why, however the objection came in."""
    values = _decided("对表决结果的异议", decision, reason)
    accounts = accounts_of_owners(meeting.compound_id, [owner_id])
    notify_all(meeting.compound_id, Kind.APPLICATION_DECIDED, objection_id, values, accounts, {})


def _decided(subject: str, decision: str, reason: str) -> dict[str, Value]:
    return {"subject": subject, "outcome": decision, "hint": f"原因：{reason}", "decided_at": clock.now()}


def tell_inspection(meeting: Meeting, inspection_id: UUID, owner_id: UUID, until: datetime) -> int:
    """Tell an owner that the records were opened in the own name, so that nobody looks at them in it unknown."""
    values: dict[str, Value] = {
        "subject": "查阅表决资料",
        "outcome": "已开放",
        "hint": f"请在{until.astimezone(SHANGHAI):%H:%M}前现场查阅",
        "decided_at": clock.now(),
    }
    accounts = accounts_of_owners(meeting.compound_id, [owner_id])
    return notify_all(meeting.compound_id, Kind.APPLICATION_DECIDED, inspection_id, values, accounts, {})


def tell_cancelled(meeting: Meeting, cancelled_at: datetime) -> int:
    """Tell every owner of the electorate that the meeting is cancelled, and why."""
    return _tell(meeting, Kind.MEETING_CANCELLED, reason=meeting.cancel_reason or "", cancelled_at=cancelled_at)


def tell_extended(meeting: Meeting) -> int:
    """Tell every owner of the electorate that voting runs longer."""
    values: dict[str, Value] = {"closes_at": meeting.closes_at, "hint": "参与人数不足，投票已延长"}
    return _tell(meeting, Kind.VOTING_EXTENDED, meeting.closes_at.astimezone(UTC).isoformat(), **values)


def tell_corrected(
    meeting: Meeting, objection: ElectorateObjection, number: int, change: str, owner_ids: Collection[UUID]
) -> int:
    """Tell the owners whom a correction concerns, before and after it; `number`: its place in the decision."""
    values: dict[str, Value] = {
        "change": change,
        "hint": "请核对公示的业主名册",
        "decided_at": objection.decided_at or clock.now(),
    }
    return notify_all(
        meeting.compound_id,
        Kind.ELECTORATE_CORRECTED,
        objection.id,
        values | _heading(meeting),
        accounts_of_owners(meeting.compound_id, owner_ids),
        _page(meeting),
        str(number),
    )


def tell_paper_ballot(meeting: Meeting, ballot: Ballot) -> int:
    """Tell the members of a party who use the app that its paper ballot counts, with the receipt's number."""
    values: dict[str, Value] = {"accepted_at": ballot.accepted_at, "receipt": ballot.id.hex}
    return notify_all(
        meeting.compound_id,
        Kind.BALLOT_RECEIVED,
        ballot.id,
        values | _heading(meeting),
        accounts_of_owners(meeting.compound_id, _owners_of(meeting, ballot)),
        _page(meeting),
    )


def tell_changed(meeting: Meeting, ballot: Ballot) -> int:
    """Tell every account of the party, on whatever phone, that its ballot was changed: a stolen one is noticed."""
    values: dict[str, Value] = {
        "accepted_at": ballot.accepted_at,
        "receipt": ballot.id.hex,
        "hint": "如非本人操作，请尽快联系小区书记",
    }
    owner_ids, delegate_id = _owners_of(meeting, ballot), ballot.account_id
    assert delegate_id
    accounts = accounts_of_owners(meeting.compound_id, owner_ids) if owner_ids else select(literal(delegate_id))
    kind, page = Kind.BALLOT_CHANGED, _page(meeting)
    return notify_all(meeting.compound_id, kind, ballot.id, values | _heading(meeting), accounts, page)


def _owners_of(meeting: Meeting, ballot: Ballot) -> Sequence[UUID]:
    """The owners of the ballot's party; the developer's has none."""
    return db.session.scalars(
        select(VotingPartyOwner.owner_id).where(
            VotingPartyOwner.compound_id == meeting.compound_id,
            VotingPartyOwner.meeting_id == meeting.id,
            VotingPartyOwner.party_id == ballot.party_id,
        )
    ).all()


def tell_principal(mandate: Mandate, accepted_at: datetime) -> None:
    """Tell the owner, by every account that speaks for it, that the proxy has voted."""
    if mandate.owner_id is None:
        return
    meeting = db.session.get_one(Meeting, (mandate.compound_id, mandate.meeting_id))
    values: dict[str, Value] = {"accepted_at": accepted_at, "hint": "您委托的代理人已代您投票"}
    notify_all(
        meeting.compound_id,
        Kind.PROXY_VOTED,
        mandate.id,
        values | _heading(meeting),
        accounts_of_owners(meeting.compound_id, [mandate.owner_id]),
        _page(meeting),
    )


def tell_buyers(meeting: Meeting, accounts: TextualSelect) -> int:
    """Tell these accounts, once a meeting, that with the units that they bought a vote passed to them."""
    values: dict[str, Value] = {"closes_at": meeting.closes_at, "hint": "您购买的房屋由您投票，请在截止前完成"}
    return notify_all(
        meeting.compound_id,
        Kind.SEAT_PASSED,
        meeting.id,
        values | _heading(meeting),
        accounts,
        _page(meeting),
        expires_at=meeting.closes_at,
    )


def tell_silent(meeting: Meeting, number: int, accounts: TextualSelect) -> int:
    """Remind these accounts to vote before the close; `number`: which reminder it is. How many were told."""
    values: dict[str, Value] = {"closes_at": meeting.closes_at, "hint": "您还没有投票，请在截止前完成"}
    return notify_all(
        meeting.compound_id,
        Kind.VOTING_REMINDER,
        meeting.id,
        values | _heading(meeting),
        accounts,
        _page(meeting),
        str(number),
        expires_at=meeting.closes_at,
    )


def openings_to_tell() -> list[tuple[UUID, UUID]]:
    """The (compound, meeting) of every meeting that is open and whose owners have not been told so."""
    now = clock.now()
    opened = select(Meeting.compound_id, Meeting.id).where(
        Meeting.opens_at <= now,
        Meeting.closes_at > now,
        Meeting.announced_at.is_not(None),
        Meeting.cancelled_at.is_(None),
        Meeting.opening_told_at.is_(None),
    )
    return [(compound_id, meeting_id) for compound_id, meeting_id in db.session.execute(opened)]


def tell_opened(compound_id: UUID, meeting_id: UUID) -> int:
    """Tell the owners that voting has opened; how many. Safe to repeat.

    The meeting's row is touched last: ballots lock it, and must not wait for the messages to be written.
    """
    meeting = db.session.get_one(Meeting, (compound_id, meeting_id))
    told = _tell(meeting, Kind.VOTING_OPENED, closes_at=meeting.closes_at, hint="请在截止前完成投票")
    db.session.flush()
    meeting.opening_told_at = clock.now()
    return told


def _tell(meeting: Meeting, kind: Kind, occasion: str = "", **values: Value) -> int:
    values |= _heading(meeting)
    return notify_all(
        meeting.compound_id, kind, meeting.id, values, accounts_of_electorate(meeting), _page(meeting), occasion
    )


def _heading(meeting: Meeting) -> dict[str, Value]:
    return {"title": meeting.title, "compound": get_compound(meeting.compound_id).name}


def _page(meeting: Meeting) -> dict[str, UUID]:
    return {"compound_id": meeting.compound_id, "meeting_id": meeting.id}


def accounts_of_electorate(meeting: Meeting) -> Select[UUID]:
    """The accounts of the electorate's owners, of their guardians, and of proxies and the developer's delegate."""
    bound = (
        select(Binding.account_id)
        .join(
            VotingPartyOwner,
            (VotingPartyOwner.compound_id == Binding.compound_id) & (VotingPartyOwner.owner_id == Binding.owner_id),
        )
        .where(
            Binding.compound_id == meeting.compound_id,
            Binding.state == BindingState.ACCEPTED,
            VotingPartyOwner.meeting_id == meeting.id,
        )
    )
    guardians = (
        select(Guardianship.account_id.label("account_id"))
        .join(
            VotingPartyOwner,
            (VotingPartyOwner.compound_id == Guardianship.compound_id)
            & (VotingPartyOwner.owner_id == Guardianship.owner_id),
        )
        .where(
            Guardianship.compound_id == meeting.compound_id,
            Guardianship.account_id.is_not(None),
            in_force(clock.now()),
            VotingPartyOwner.meeting_id == meeting.id,
        )
    )
    proxies = select(Mandate.account_id.label("account_id")).where(
        Mandate.compound_id == meeting.compound_id,
        Mandate.meeting_id == meeting.id,
        Mandate.account_id.is_not(None),
        Mandate.revoked_at.is_(None),
    )
    everybody = union(bound, guardians, proxies).subquery()
    return select(everybody.c.account_id)
