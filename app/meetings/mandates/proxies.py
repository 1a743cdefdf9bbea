"""Who may be a proxy: whoever proves the number, nobody of the property company, for so many parties and no more."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

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
)
from app.meetings.models import Mandate, Meeting, VotingParty
from app.meetings.rules.rule_set import RuleSet
from app.org.models import Role
from app.org.queries import holds_role, number_holds_role


def named(
    actor: Actor, meeting: Meeting, party: VotingParty, owner_id: UUID | None, phone: str, on_paper: bool
) -> tuple[bytes, UUID | None]:
    """The keyed hash of a number, and the account that has proven it, if it may take one more mandate.

    A number that nobody has proven is answered the same: the mandate waits for it. The caller has locked the meeting.
    Raises ProxyIsPrincipal, ProxyIsEnterer, ProxyIsPropertyStaff, ProxyCapReached.
    """
    number = lookup_hash("phone", clean_phone(phone))
    account_id = db.session.scalar(select(AccountPhone.account_id).where(AccountPhone.phone_hash == number))
    if account_id is not None:
        _refuse_own(actor, meeting, party, owner_id, account_id, on_paper)
        refuse_staff(account_id, meeting.compound_id)
    if number_holds_role(number, {Role.PROPERTY_STAFF}, meeting.compound_id):
        raise ProxyIsPropertyStaff
    if owner_id is not None:
        same = Mandate.proxy_hash == number
        _refuse_over_cap(meeting, party, same if account_id is None else same | (Mandate.account_id == account_id))
    return number, account_id


def _refuse_own(
    actor: Actor, meeting: Meeting, party: VotingParty, owner_id: UUID | None, account_id: UUID, on_paper: bool
) -> None:
    spoken_for = parties.own_owner_ids(Actor(account_id), meeting.compound_id, meeting.id, party.id)
    if owner_id in spoken_for or (account_id == actor.account_id and not on_paper):
        raise ProxyIsPrincipal
    if account_id == actor.account_id:
        raise ProxyIsEnterer


def refuse_staff(account_id: UUID, compound_id: UUID) -> None:
    """Raise ProxyIsPropertyStaff for whoever works for the compound's property company."""
    if holds_role(account_id, {Role.PROPERTY_STAFF}, compound_id):
        raise ProxyIsPropertyStaff


def refuse_surplus(mandate: Mandate, party: VotingParty) -> None:
    """Refuse a mandate beyond the cap: two numbers that one person proved may have taken up more than one may hold.

    Those that came first stand. Raises ProxyCapReached.
    """
    if mandate.owner_id is not None:
        meeting = db.session.get_one(Meeting, (mandate.compound_id, mandate.meeting_id))
        _refuse_over_cap(meeting, party, (Mandate.account_id == mandate.account_id) & (Mandate.id < mandate.id))


def _refuse_over_cap(meeting: Meeting, party: VotingParty, of_proxy: ColumnElement[bool]) -> None:
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
            of_proxy,
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
