"""Proxies (委托代理人): a mandate in writing, for one meeting. Civil Code 161–173, PMR 12, rule set `proxy_cap`.

A mandate is the principal's own act (Civil Code 165): it is in force once it is given, and nobody has to approve it.
An owner gives it in the app with the scan of what was signed; from paper the secretary or a supervisor enters it, who
has seen the paper and is not the proxy. It ends with its revocation, by the principal or the proxy (Civil Code 173),
before the proxy has voted. The principal may still vote: whichever ballot is first stands. Property-company staff are
refused, here and again when casting. The developer's delegate has a mandate without an owner, entered from paper; no
cap applies to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select

from app.core import clock
from app.core.db import db
from app.core.masking import mask_name
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.meetings import parties, policy, reading, scans, seats, standing, states, trail, voices
from app.meetings.mandates import fixed_choices, proxies
from app.meetings.mandates.errors import (
    MandateExists,
    MandateNotFound,
    MandateUsed,
    PrincipalUnknown,
    TooManyMandates,
)
from app.meetings.models import Ballot, BallotState, Mandate, Meeting, MeetingState, VotingParty
from app.meetings.paper import holding
from app.meetings.paper.errors import PaperHandedIn
from app.meetings.party_errors import DelegateVotes, PartyHasVoted, SeatDivided
from app.meetings.tally import Choice

GIVEN_A_DAY = 10
_WHILE = (MeetingState.ANNOUNCED, MeetingState.VOTING)


@dataclass(frozen=True)
class Wish:
    """What a mandate says: the proxy, the signed paper, and what it fixes."""

    proxy_phone: str
    proxy_name: str
    file_name: str
    content: bytes
    choices: Mapping[UUID, Choice]
    marks: Mapping[UUID, Collection[UUID]]


@dataclass(frozen=True)
class MandateView:
    """A mandate as staff, principal and proxy see it. `number`: the party's on the list. Never what it fixes."""

    id: UUID
    party_id: UUID
    number: int
    proxy_masked: str
    is_developer: bool
    on_paper: bool
    fixed: bool
    used: bool
    scan_id: UUID
    given_at: datetime
    i_am_proxy: bool


def give_mandate(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID, wish: Wish) -> MandateView:
    """Give a proxy the mandate to vote for one of the actor's parties.

    The proxy is a phone number: whoever has proven it, or will. The answer does not tell which.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, NotYourVote, DelegateVotes, PartyHasVoted, PaperHandedIn,
    SeatDivided, MandateExists, TooManyMandates, ProxyIsPrincipal, ProxyIsPropertyStaff, ProxyCapReached, and what
    `fixed_choices` and `core.files.check_file` raise.
    """
    policy.require_see(actor, compound_id, meeting_id)
    _refuse_too_many(actor, compound_id)
    stored = scans.store_scan(compound_id, wish.file_name, wish.content)
    meeting, party, mine = seats.claimed(actor, compound_id, meeting_id, party_id)
    voting = [owner.owner_id for owner in parties.owners_of(party) if not owner.delegate_votes]
    principal = next((owner_id for owner_id in mine if owner_id in voting), None)
    if principal is None:
        raise DelegateVotes
    return _view(actor, _keep(actor, meeting, party, principal, wish, stored, on_paper=False), party)


def enter_mandate(
    actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID, owner_id: UUID | None, wish: Wish
) -> MandateView:
    """Enter an owner's mandate, or the developer's authorisation (no owner), from the signed paper.

    The secretary or a supervisor does, whoever is not the proxy.
    Raises Forbidden, PrincipalUnknown, ProxyIsEnterer and what `give_mandate` raises.
    """
    policy.require_enter_mandate(actor, compound_id)
    stored = scans.store_scan(compound_id, wish.file_name, wish.content)
    meeting = states.locked(compound_id, meeting_id, clock.now(), *_WHILE)
    party = parties.locked(compound_id, meeting_id, party_id)
    if owner_id and meeting.state_at(clock.now()) is MeetingState.VOTING:
        seats.pass_on(actor, meeting, party, [owner_id])
    owner = next((one for one in parties.owners_of(party) if one.owner_id == owner_id), None)
    if (owner is None) != (owner_id is None and party.is_developer):
        raise PrincipalUnknown
    if owner and owner.delegate_votes:
        raise DelegateVotes
    return _view(actor, _keep(actor, meeting, party, owner_id, wish, stored, on_paper=True), party)


def revoke_mandate(actor: Actor, compound_id: UUID, meeting_id: UUID, mandate_id: UUID, reason: str) -> None:
    """End a mandate that is not used: by the principal, by the proxy, or by staff one entered from paper.

    Raises MeetingNotFound, WrongMeetingState, MandateNotFound, MandateUsed.
    """
    meeting = states.locked(compound_id, meeting_id, clock.now(), *_WHILE)
    mandate = db.session.get(Mandate, (compound_id, mandate_id), populate_existing=True)
    if mandate is None or mandate.meeting_id != meeting_id or mandate.revoked_at:
        raise MandateNotFound
    own = mandate.owner_id in parties.own_owner_ids(actor, compound_id, meeting_id, mandate.party_id)
    own = own or mandate.account_id == actor.account_id
    if not own and not (mandate.on_paper and policy.can_enter_mandate(actor, compound_id)):
        raise MandateNotFound
    if db.session.scalar(select(_used(mandate.compound_id, mandate.id))):
        raise MandateUsed
    mandate.revoked_at, mandate.revoked_by, mandate.reason = clock.now(), actor.account_id, reason
    db.session.flush()
    trail.note(actor, meeting, "revoke_mandate", _facts(mandate), None)


def list_mandates(actor: Actor, compound_id: UUID, meeting_id: UUID, page: Page = WHOLE) -> Sequence[MandateView]:
    """The mandates in force: all for those who run or supervise the meeting, else those the actor gave or holds.

    Raises Forbidden, MeetingNotFound.
    """
    viewer = policy.require_see(actor, compound_id, meeting_id)
    reading.announced(compound_id, meeting_id)
    rows = and_(
        Mandate.compound_id == compound_id,
        Mandate.meeting_id == meeting_id,
        VotingParty.compound_id == Mandate.compound_id,
        VotingParty.meeting_id == Mandate.meeting_id,
        VotingParty.id == Mandate.party_id,
    )
    used = _used(Mandate.compound_id, Mandate.id)
    found = select(Mandate, VotingParty, used).where(rows, Mandate.revoked_at.is_(None))
    if not viewer.sees_drafts:
        found = found.where((Mandate.account_id == actor.account_id) | Mandate.owner_id.in_(viewer.owner_ids))
    listed = paged(found, page, (VotingParty.number, Mandate.id), rows)
    return [_view(actor, *row) for row in db.session.execute(listed)]


def to_cast(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    party_id: UUID,
    choices: Mapping[UUID, Choice],
    marks: Mapping[str, Sequence[str]],
) -> Mandate | None:
    """The mandate by which the actor may cast this ballot; None where there is none.

    The meeting is locked first, so that what is read here still holds when the ballot is written.
    Raises ProxyIsPropertyStaff, PaperHandedIn, DelegateVotes, SeatDivided, MandateLapsed, ProxyCapReached and
    MandateFixesChoices.
    """
    db.session.execute(
        select(Meeting.id)
        .where(Meeting.compound_id == compound_id, Meeting.id == meeting_id)
        .with_for_update(read=True)
    )
    party = db.session.get(VotingParty, (compound_id, meeting_id, party_id), populate_existing=True)
    mandate = standing.mandate_of(actor, party) if party else None
    if party and mandate:
        proxies.refuse_staff(actor.account_id, compound_id)
        if refused := holding.refusal(compound_id, meeting_id, party_id) or standing.lapse(mandate, party):
            raise refused
        proxies.refuse_surplus(mandate, party)
        fixed_choices.check_ballot(mandate, choices, marks)
    return mandate


def _keep(
    actor: Actor,
    meeting: Meeting,
    party: VotingParty,
    owner_id: UUID | None,
    wish: Wish,
    stored: Mapping[str, Any],
    on_paper: bool,
) -> Mandate:
    if any(ballot.state == BallotState.EFFECTIVE for ballot in parties.ballots_of(party)):
        raise PartyHasVoted
    if holding.is_held(party):
        raise PaperHandedIn
    if not (owner_id in standing.holding_owner_ids(party) if owner_id else voices.developer_holds(party)):
        raise SeatDivided
    _refuse_second(party, owner_id)
    proxy_hash, account_id = proxies.named(actor, meeting, party, owner_id, wish.proxy_phone, on_paper)
    choices, marks = fixed_choices.checked(meeting, party, wish.choices, wish.marks)
    scan = scans.note_scan(actor, meeting.compound_id, meeting.id, stored)
    mandate = Mandate(
        compound_id=meeting.compound_id,
        meeting_id=meeting.id,
        party_id=party.id,
        owner_id=owner_id,
        account_id=account_id,
        proxy_hash=proxy_hash,
        name=wish.proxy_name,
        choices=choices,
        marks=marks,
        scan_id=scan.id,
        on_paper=on_paper,
        given_by=actor.account_id,
        given_at=clock.now(),
    )
    db.session.add(mandate)
    db.session.flush()
    trail.note(actor, meeting, "give_mandate", None, _facts(mandate))
    return mandate


def _refuse_too_many(actor: Actor, compound_id: UUID) -> None:
    """An owner gives and revokes so many a day and no more, so that nobody tries out numbers."""
    given = select(func.count()).where(
        Mandate.compound_id == compound_id,
        Mandate.given_by == actor.account_id,
        ~Mandate.on_paper,
        Mandate.given_at > clock.now() - timedelta(days=1),
    )
    if (db.session.scalar(given) or 0) >= GIVEN_A_DAY:
        raise TooManyMandates(limit=GIVEN_A_DAY)


def _refuse_second(party: VotingParty, owner_id: UUID | None) -> None:
    earlier = db.session.scalar(
        select(Mandate.id).where(
            Mandate.compound_id == party.compound_id,
            Mandate.meeting_id == party.meeting_id,
            Mandate.party_id == party.id,
            Mandate.owner_id.is_not_distinct_from(owner_id),
            Mandate.revoked_at.is_(None),
        )
    )
    if earlier:
        raise MandateExists(mandate_id=str(earlier))


def _used(compound_id: Any, mandate_id: Any) -> Any:
    return exists().where(
        Ballot.compound_id == compound_id,
        Ballot.mandate_id == mandate_id,
        Ballot.state.in_((*parties.LIVE, BallotState.REPLACED)),
    )


def _facts(mandate: Mandate) -> dict[str, Any]:
    return {"mandate_id": str(mandate.id), "party_id": str(mandate.party_id), "on_paper": mandate.on_paper}


def _view(actor: Actor, mandate: Mandate, party: VotingParty, used: bool = False) -> MandateView:
    return MandateView(
        id=mandate.id,
        party_id=party.id,
        number=party.number,
        proxy_masked=mask_name(mandate.name),
        is_developer=mandate.owner_id is None,
        on_paper=mandate.on_paper,
        fixed=bool(mandate.choices or mandate.marks),
        used=used,
        scan_id=mandate.scan_id,
        given_at=mandate.given_at,
        i_am_proxy=mandate.account_id == actor.account_id,
    )
