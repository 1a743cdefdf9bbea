"""Petitions for an interim meeting (临时业主大会联名提议): begun, signed and withdrawn by owners. PMR 13, GR 21."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.compounds import queries as compounds
from app.compounds.errors import OwnerNotFound
from app.compounds.models import Owner, Roll
from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.petitions import agenda, counting, states
from app.meetings.petitions import delivery as petition_delivery
from app.meetings.petitions.errors import (
    AlreadySigned,
    NotSigned,
    NotYourPetition,
    NoVoice,
    PetitionNotFound,
    PetitionRunning,
)
from app.meetings.petitions.models import Petition, PetitionSignature
from app.meetings.petitions.roll import RollOfToday, Standing, rules_of, spoken_for
from app.meetings.rules import adoption as rule_sets
from app.meetings.schedule import end_of_period


def start(actor: Actor, compound_id: UUID, title: str, text: str, motions: Sequence[Mapping[str, Any]]) -> Petition:
    """Begin a petition with the motions wished for (each as `drafting.add_motion` takes it), and sign it.

    Raises Forbidden, NoVoice, PetitionRunning and what `agenda.checked` raises.
    """
    policy.require_see(actor, compound_id)
    version, rules = rule_sets.current(compound_id)
    roll, mine = spoken_for(actor, compound_id, rules)
    if not mine:
        raise NoVoice
    wishes = agenda.checked(compound_id, rules, motions)
    now = clock.now()
    _end_expired(actor, compound_id, now)
    petition: Petition | None = db.session.scalar(
        insert(Petition)
        .values(
            compound_id=compound_id,
            id=new_id(),
            title=title,
            text=text,
            motions=[wish.to_dict() for wish in wishes],
            rule_set=rules.to_dict(),
            rule_set_version=version,
            started_by=actor.account_id,
            owner_id=min(mine.values()),
            started_at=now,
            expires_at=end_of_period(now, rules.petition_days),
        )
        .on_conflict_do_nothing()
        .returning(Petition)
    )
    if petition is None:
        raise PetitionRunning
    _note(actor, petition, "start_petition")
    _sign(actor, petition, roll, mine)
    return petition


@dataclass(frozen=True)
class Signed:
    """A petition that the actor has just signed: the count with it, and who began it.

    All that an answer shows is read beforehand, since the petition is locked until the commit.
    """

    petition: Petition
    standing: Standing
    starter: Owner


def sign(actor: Actor, compound_id: UUID, petition_id: UUID) -> Signed:
    """Sign a petition for every voting party that the actor speaks for; a party counts once, whichever co-owner signs.

    With the signature that reaches 20% the petition is delivered.
    Raises Forbidden, PetitionNotFound, PetitionNotCollecting, NoVoice, AlreadySigned.
    """
    found = db.session.execute(_to_sign(compound_id, petition_id)).one_or_none()
    if found is None:
        policy.require_see(actor, compound_id)
        raise PetitionNotFound
    petition, starter, version = found
    roll, mine = spoken_for(actor, compound_id, rules_of(petition), version or 0)
    if not mine:  # who speaks for somebody on the roll may see it
        policy.require_see(actor, compound_id)
    states.refuse_ended(petition)
    return Signed(petition, _sign(actor, petition, roll, mine), starter)


def _to_sign(compound_id: UUID, petition_id: UUID) -> Select[Petition, Owner, int]:
    """A petition, who began it, and the version of the roll: not locked, since whoever signs looks again at the end."""
    return (
        select(Petition, Owner, Roll.version)
        .join(Owner, (Owner.compound_id == Petition.compound_id) & (Owner.id == Petition.owner_id))
        .outerjoin(Roll, Roll.compound_id == Petition.compound_id)
        .where(Petition.compound_id == compound_id, Petition.id == petition_id)
    )


def sign_on_paper(actor: Actor, compound_id: UUID, petition_id: UUID, owner_id: UUID, note: str) -> Petition:
    """Enter the signature that an owner put on paper; `note` says where the sheet is filed.

    Raises Forbidden, PetitionNotFound, PetitionNotCollecting, OwnerNotFound, OutsideOwnPlace, AlreadySigned.
    """
    policy.require_enter_paper(actor, compound_id)
    petition = _still_collecting(compound_id, petition_id)
    roll = RollOfToday(compound_id, rules_of(petition), [owner_id])
    theirs = roll.parties_of(owner_id)
    if not theirs:
        raise OwnerNotFound
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    _sign(actor, petition, roll, theirs, note)
    return petition


def unsign_on_paper(actor: Actor, compound_id: UUID, petition_id: UUID, owner_id: UUID) -> Petition:
    """Take out a signature that was given on paper, at the owner's wish; one given in the app is the owner's own to
    take back.

    Raises Forbidden, PetitionNotFound, PetitionNotCollecting, OutsideOwnPlace, NotSigned.
    """
    policy.require_enter_paper(actor, compound_id)
    petition = states.collecting(compound_id, petition_id)
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    _unsign(actor, petition, {owner_id}, PetitionSignature.paper_note.is_not(None))
    return petition


def unsign(actor: Actor, compound_id: UUID, petition_id: UUID) -> Petition:
    """Take back the signatures of those whom the actor speaks for, given in the app or on paper, before the delivery.

    Raises Forbidden, PetitionNotFound, PetitionNotCollecting, NotSigned.
    """
    policy.require_see(actor, compound_id)
    petition = states.collecting(compound_id, petition_id)
    homes, guarded = compounds.voices(actor.account_id, compound_id)
    _unsign(actor, petition, {owner for _, owner in homes} | guarded)
    return petition


def withdraw(actor: Actor, compound_id: UUID, petition_id: UUID) -> Petition:
    """Withdraw a petition that the actor began, before the delivery.

    Raises Forbidden, PetitionNotFound, PetitionNotCollecting, NotYourPetition.
    """
    policy.require_see(actor, compound_id)
    petition = states.collecting(compound_id, petition_id)
    if petition.started_by != actor.account_id:
        raise NotYourPetition
    petition.withdrawn_at = petition.ended_at = clock.now()
    db.session.flush()
    _note(actor, petition, "withdraw_petition")
    return petition


def _sign(
    actor: Actor, petition: Petition, roll: RollOfToday, parties: Mapping[bytes, UUID], paper_note: str | None = None
) -> Standing:
    if not parties:
        raise NoVoice
    key = {"compound_id": petition.compound_id, "petition_id": petition.id}
    rows = [
        {
            **key,
            "party": party,
            "owner_id": owner_id,
            "account_id": actor.account_id,
            "signed_at": clock.now(),
            "paper_note": paper_note,
        }
        for party, owner_id in parties.items()
    ]
    signed = insert(PetitionSignature).values(rows).on_conflict_do_nothing()
    new = dict(db.session.execute(signed.returning(PetitionSignature.party, PetitionSignature.owner_id)).all())
    if not new:
        raise AlreadySigned
    _note(actor, petition, "enter_signature" if paper_note else "sign_petition", after=new.values())
    db.session.flush()  # all that is written stands before the petition is locked
    standing = counting.added(petition, roll, new)
    result = standing.result(rules_of(petition))
    if result and result.holds:
        petition_delivery.deliver(petition, standing)
    return standing


def _unsign(actor: Actor, petition: Petition, owner_ids: Collection[UUID], *conditions: ColumnElement[bool]) -> None:
    theirs = delete(PetitionSignature).where(
        PetitionSignature.compound_id == petition.compound_id,
        PetitionSignature.petition_id == petition.id,
        PetitionSignature.owner_id.in_(owner_ids),
        *conditions,
    )
    gone = dict(db.session.execute(theirs.returning(PetitionSignature.party, PetitionSignature.owner_id)).all())
    if not gone:
        raise NotSigned
    _note(actor, petition, "unsign_petition", before=gone.values())
    roll = RollOfToday(petition.compound_id, rules_of(petition), set(gone.values()))
    counting.removed(petition, roll, gone)
    db.session.flush()


def _still_collecting(compound_id: UUID, petition_id: UUID) -> Petition:
    """The petition as it stands, not locked: whoever signs locks it last, and looks again then."""
    petition = db.session.get(Petition, (compound_id, petition_id))
    if petition is None:
        raise PetitionNotFound
    states.refuse_ended(petition)
    return petition


def _end_expired(actor: Actor, compound_id: UUID, now: datetime) -> None:
    """Let the actor's petitions whose time is over make room for the next."""
    db.session.execute(
        update(Petition)
        .where(
            Petition.compound_id == compound_id,
            Petition.started_by == actor.account_id,
            Petition.ended_at.is_(None),
            Petition.expires_at <= now,
        )
        .values(ended_at=Petition.expires_at)
    )


def _note(actor: Actor, petition: Petition, act: str, before: Iterable[UUID] = (), after: Iterable[UUID] = ()) -> None:
    """Put an act on the audit log, with the owners whose signatures were there before it, or are after it."""
    facts = [{"owner_ids": sorted({str(one) for one in owners})} for owners in (before, after)]
    was, now = [one if one["owner_ids"] else None for one in facts]
    audit.record(petition.compound_id, actor.account_id, act, petition.id, before=was, after=now)
