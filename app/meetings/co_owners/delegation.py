"""The co-owners' delegate (共有人推选的代表): one co-owner votes for the party. Civil Code 278, SPC 9, GR 25.

Each co-owner names whom they want; when all others have named the same one, that one is the delegate. Or the secretary
enters it from a paper that all have signed.
"""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import parties, policy, scans, seats, standing, states, trail
from app.meetings.co_owners import disputes
from app.meetings.models import (
    BallotState,
    Delegate,
    DelegateNaming,
    Meeting,
    MeetingState,
    VotingParty,
    VotingPartyOwner,
)
from app.meetings.paper import holding
from app.meetings.paper.errors import PaperHandedIn
from app.meetings.party_errors import DelegateNotCoOwner, PartyHasVoted

_WHILE = (MeetingState.ANNOUNCED, MeetingState.VOTING)


def name_delegate(
    actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID, owner_id: UUID
) -> parties.PartyStanding:
    """Name the co-owner who shall vote for the party; in force once all other co-owners have named the same.

    Raises MeetingNotFound, WrongMeetingState, NotYourVote, DelegateNotCoOwner, PartyHasVoted, and PaperHandedIn where
    a joint sheet is to end the co-owners' dispute.
    """
    meeting, party, mine = seats.claimed(actor, compound_id, meeting_id, party_id)
    owner_ids = _checked(party, owner_id)
    for by_owner_id in mine:
        _name(actor, party, by_owner_id, owner_id)
    named = _namings(party)
    if all(named.get(by_owner_id) == owner_id for by_owner_id in owner_ids if by_owner_id != owner_id):
        _install(actor, meeting, party, owner_id, None)
    return parties.get_party(actor, compound_id, meeting_id, party_id)


def enter_delegate(
    actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID, owner_id: UUID, file_name: str, content: bytes
) -> None:
    """Enter the delegate from a paper that all co-owners have signed, with its scan: the secretary's.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, NotYourVote (no such party), DelegateNotCoOwner,
    PartyHasVoted, PaperHandedIn and what `core.files.check_file` raises.
    """
    policy.require_manage(actor, compound_id)
    stored = scans.store_scan(compound_id, file_name, content)
    meeting = states.locked(compound_id, meeting_id, clock.now(), *_WHILE)
    party = parties.locked(compound_id, meeting_id, party_id)
    _checked(party, owner_id)
    scan = scans.note_scan(actor, compound_id, meeting_id, stored)
    _install(actor, meeting, party, owner_id, scan.id)


def _checked(party: VotingParty, owner_id: UUID) -> list[UUID]:
    """The party's owners, if this one may become their delegate now; who has sold is not asked any more."""
    owner_ids = standing.holding_owner_ids(party)
    if owner_id not in owner_ids or len(owner_ids) < 2:
        raise DelegateNotCoOwner
    if any(ballot.state == BallotState.EFFECTIVE for ballot in parties.ballots_of(party)):
        raise PartyHasVoted
    if holding.is_held(party) and disputes.live_ballots(party):
        raise PaperHandedIn
    return owner_ids


def _name(actor: Actor, party: VotingParty, by_owner_id: UUID, owner_id: UUID) -> None:
    said = {"owner_id": owner_id, "account_id": actor.account_id, "named_at": clock.now()}
    key = {"compound_id": party.compound_id, "meeting_id": party.meeting_id, "party_id": party.id}
    db.session.execute(
        insert(DelegateNaming)
        .values(**key, by_owner_id=by_owner_id, **said)
        .on_conflict_do_update(index_elements=[*key, "by_owner_id"], set_=said)
    )
    db.session.expire_all()


def _namings(party: VotingParty) -> dict[UUID, UUID]:
    """Whom each co-owner wants."""
    return dict(
        db.session.execute(
            select(DelegateNaming.by_owner_id, DelegateNaming.owner_id).where(
                DelegateNaming.compound_id == party.compound_id,
                DelegateNaming.meeting_id == party.meeting_id,
                DelegateNaming.party_id == party.id,
            )
        ).all()
    )


def _install(actor: Actor, meeting: Meeting, party: VotingParty, owner_id: UUID, scan_id: UUID | None) -> None:
    """Let the delegate vote and nobody else. In a dispute only the delegate's own ballot stays, and counts."""
    key = (party.compound_id, party.meeting_id, party.id)
    delegate = db.session.get(Delegate, key, populate_existing=True)
    before = {"owner_id": str(delegate.owner_id)} if delegate else None
    if delegate is None:
        delegate = Delegate(compound_id=party.compound_id, meeting_id=party.meeting_id, party_id=party.id)
        db.session.add(delegate)
    delegate.owner_id, delegate.scan_id = owner_id, scan_id
    delegate.named_by, delegate.named_at = actor.account_id, clock.now()
    db.session.flush()
    db.session.execute(
        update(VotingPartyOwner)
        .where(
            VotingPartyOwner.compound_id == party.compound_id,
            VotingPartyOwner.meeting_id == party.meeting_id,
            VotingPartyOwner.party_id == party.id,
        )
        .values(delegate_votes=VotingPartyOwner.owner_id != owner_id)
        .execution_options(synchronize_session=False)
    )
    for ballot in disputes.live_ballots(party):
        if ballot.owner_id != owner_id:
            ballot.state = BallotState.WITHDRAWN
    disputes.settle(party)
    trail.note(actor, meeting, "name_delegate", before, {"party_id": str(party.id), "owner_id": str(owner_id)})
