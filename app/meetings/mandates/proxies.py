"""Who may be a proxy: somebody with an account, nobody of the property company, for so many parties and no more."""

from uuid import UUID

from sqlalchemy import select

from app.compounds.persons import clean_phone
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.meetings import parties
from app.meetings.mandates.errors import (
    ProxyCapReached,
    ProxyIsEnterer,
    ProxyIsPrincipal,
    ProxyIsPropertyStaff,
    ProxyUnknown,
)
from app.meetings.models import Mandate, Meeting, VotingParty
from app.meetings.rules.rule_set import RuleSet
from app.org.models import Role
from app.org.queries import holds_role


def account_of(
    actor: Actor, meeting: Meeting, party: VotingParty, owner_id: UUID | None, phone: str, on_paper: bool
) -> UUID:
    """The account of a phone number, if it may take one more mandate. The caller has locked the meeting.

    Raises ProxyUnknown, ProxyIsPrincipal, ProxyIsEnterer, ProxyIsPropertyStaff, ProxyCapReached.
    """
    account_id = db.session.scalar(
        select(AccountPhone.account_id).where(AccountPhone.phone_hash == lookup_hash("phone", clean_phone(phone)))
    )
    if account_id is None:
        raise ProxyUnknown
    spoken_for = parties.own_owner_ids(Actor(account_id), meeting.compound_id, meeting.id, party.id)
    if owner_id in spoken_for or (account_id == actor.account_id and not on_paper):
        raise ProxyIsPrincipal
    if account_id == actor.account_id:
        raise ProxyIsEnterer
    refuse_staff(account_id, meeting.compound_id)
    if owner_id is not None:
        _refuse_over_cap(meeting, party, account_id)
    return account_id


def refuse_staff(account_id: UUID, compound_id: UUID) -> None:
    """Raise ProxyIsPropertyStaff for whoever works for the compound's property company."""
    if holds_role(account_id, {Role.PROPERTY_STAFF}, compound_id):
        raise ProxyIsPropertyStaff


def _refuse_over_cap(meeting: Meeting, party: VotingParty, account_id: UUID) -> None:
    """A proxy stands for `proxy_cap` owners' parties at most; co-owners are one (SPC 9)."""
    cap = RuleSet.from_dict(meeting.rule_set or {}).proxy_cap
    held = db.session.execute(
        select(VotingParty.number, Mandate.id)
        .join(
            VotingParty,
            (VotingParty.compound_id == Mandate.compound_id)
            & (VotingParty.meeting_id == Mandate.meeting_id)
            & (VotingParty.id == Mandate.party_id),
        )
        .where(
            Mandate.compound_id == meeting.compound_id,
            Mandate.meeting_id == meeting.id,
            Mandate.account_id == account_id,
            Mandate.party_id != party.id,
            Mandate.owner_id.is_not(None),
            Mandate.revoked_at.is_(None),
        )
        .order_by(VotingParty.number)
    ).all()
    numbers = sorted({number for number, _ in held})
    if len(numbers) >= cap:
        raise ProxyCapReached(
            cap=cap, numbers="、".join(map(str, numbers)), mandate_ids=[str(mandate_id) for _, mandate_id in held]
        )
