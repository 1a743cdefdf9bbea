"""A sale while voting runs: the party's vote passes with its units, once. Civil Code 273, SPC 9.

The electorate is frozen for good when voting opens: no party is added, split or measured anew. But the right to vote is
the owner's, and passes with the unit (Civil Code 273). So, as long as the party has no ballot that counts,

- whoever owns every unit of it on today's roll, alone or with others, votes for it: the buyer instead of the seller;
- where its units are in several hands, nobody of them votes alone, neither the seller with areas that are no longer
  his, nor the buyer of one unit with the others. They sign one paper ballot together.

After the party's ballot nothing passes: it stands, and the new owner does not vote again.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select, update

from app.compounds import queries as compounds
from app.compounds.models import Owner
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import parties, states, trail, voices
from app.meetings.co_owners import disputes
from app.meetings.errors import NotYourVote
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


def pass_to(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> bool:
    """Let the actor, as an owner of today, take the place of a party's former owners; whether it has it now."""
    db.session.execute(
        select(Meeting.id)
        .where(Meeting.compound_id == compound_id, Meeting.id == meeting_id)
        .with_for_update(read=True)
    )
    meeting = db.session.get(Meeting, (compound_id, meeting_id), populate_existing=True)
    party = db.session.get(VotingParty, (compound_id, meeting_id, party_id))
    if meeting is None or party is None or meeting.state_at(clock.now()) is not MeetingState.VOTING:
        return False
    return pass_on(actor, meeting, party, compounds.owners_represented(actor.account_id, compound_id))


def pass_on(actor: Actor, meeting: Meeting, party: VotingParty, to: Collection[UUID]) -> bool:
    """Let today's owners of all the party's units vote for it, if one of `to` is new among them; whether they may now.

    The caller has locked the meeting, which is open. A delegate whom the new owners have not named falls, and so does a
    disputed ballot of somebody who sold.
    """
    if not _new_owners(party) & set(to):
        return _seated(party, to)  # by the other buyer, or another tab, since the caller looked
    _wait_for_ballots(party)
    party = parties.locked(party.compound_id, party.meeting_id, party.id)
    new = _new_owners(party)
    if not new & set(to):  # another tab, or the other buyer, was first: this one was waited for
        return True
    if any(ballot.state == BallotState.EFFECTIVE for ballot in parties.ballots_of(party)):
        return False
    _dismiss_delegate(party)
    _seat(party, new)
    _withdraw_of_sellers(party)
    before = {owner.owner_id for owner in parties.owners_of(party)} - new
    facts = {"party_id": str(party.id), "owner_ids": sorted(map(str, new))}
    trail.note(actor, meeting, "pass_seat", {"owner_ids": sorted(map(str, before))}, facts)
    return True


def claimed(
    actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID
) -> tuple[Meeting, VotingParty, Sequence[UUID]]:
    """A party that the actor acts for before the close, and the owners that the actor is; a buyer takes the seat.

    Meeting and party are locked. Raises MeetingNotFound, WrongMeetingState, NotYourVote.
    """
    meeting = states.locked(compound_id, meeting_id, clock.now(), MeetingState.ANNOUNCED, MeetingState.VOTING)
    party = parties.locked(compound_id, meeting_id, party_id)
    if meeting.state_at(clock.now()) is MeetingState.VOTING:
        pass_on(actor, meeting, party, compounds.owners_represented(actor.account_id, compound_id))
    mine = parties.own_owner_ids(actor, compound_id, meeting_id, party_id)
    if not mine:
        raise NotYourVote
    return meeting, party, mine


def _wait_for_ballots(party: VotingParty) -> None:
    """Lock the owners' rows before the party's, in the order in which casting.sql and its foreign key lock them."""
    of_party = (
        VotingPartyOwner.compound_id == party.compound_id,
        VotingPartyOwner.meeting_id == party.meeting_id,
        VotingPartyOwner.party_id == party.id,
    )
    rows = select(VotingPartyOwner.owner_id).where(*of_party).order_by(VotingPartyOwner.owner_id)
    db.session.execute(rows.with_for_update())


def _new_owners(party: VotingParty) -> set[UUID]:
    """Today's owners of all the party's units who have no place in it yet."""
    return set(voices.owners_of_all(party)) - {owner.owner_id for owner in parties.owners_of(party)}


def _seated(party: VotingParty, to: Collection[UUID]) -> bool:
    """Whether one of `to` has the place of a former owner."""
    return any(owner.joined_at and owner.owner_id in to for owner in parties.owners_of(party))


def _seat(party: VotingParty, owner_ids: Collection[UUID]) -> None:
    now, held = clock.now(), holding.received_at(party) is not None
    on_roll = select(Owner).where(Owner.compound_id == party.compound_id, Owner.id.in_(owner_ids))
    for owner in db.session.scalars(on_roll):
        db.session.add(
            VotingPartyOwner(
                compound_id=party.compound_id,
                meeting_id=party.meeting_id,
                party_id=party.id,
                owner_id=owner.id,
                name=owner.name,
                paper_votes=held,
                joined_at=now,
            )
        )
    db.session.flush()


def _dismiss_delegate(party: VotingParty) -> None:
    for model in (Delegate, DelegateNaming):
        db.session.execute(
            delete(model).where(
                model.compound_id == party.compound_id,
                model.meeting_id == party.meeting_id,
                model.party_id == party.id,
            )
        )
    db.session.execute(
        update(VotingPartyOwner)
        .where(
            VotingPartyOwner.compound_id == party.compound_id,
            VotingPartyOwner.meeting_id == party.meeting_id,
            VotingPartyOwner.party_id == party.id,
        )
        .values(delegate_votes=False)
    )
    db.session.expire_all()


def _withdraw_of_sellers(party: VotingParty) -> None:
    owners = set(voices.owners_of_all(party))
    for ballot in disputes.live_ballots(party):
        if ballot.owner_id not in owners:
            ballot.state = BallotState.WITHDRAWN
    disputes.settle(party)
