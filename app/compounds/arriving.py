"""A person arrives: the proven phone number leads to roles and to homes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.compounds import queries
from app.compounds.guardians import claim_guardianships
from app.compounds.matching import revoke_of_other_numbers
from app.compounds.service import match_roll
from app.compounds.types import Home
from app.core.db import db
from app.core.masking import mask_phone
from app.identity.actor import Actor
from app.identity.models import Account
from app.identity.service import verify_phone
from app.org.queries import appointments_of
from app.org.service import claim_appointments

_claims: dict[str, Callable[[UUID, bytes], None]] = {}


def also_claim(name: str, claim: Callable[[UUID, bytes], None]) -> None:
    """Let a domain above this one hand what names a number to whoever proves it: account, hash of the number."""
    _claims[name] = claim


@dataclass(frozen=True)
class Held:
    """A role held at a node of the organisation tree."""

    role: str
    org_unit_id: UUID
    name: str
    kind: str


@dataclass(frozen=True)
class Profile:
    """Who the actor is here: masked phone, homes, roles."""

    account_id: UUID
    phone_masked: str | None
    homes: Sequence[Home]
    appointments: Sequence[Held]


def prove_phone(actor: Actor, code: str) -> Profile:
    """Prove control of a phone number; appointments, homes, wards and mandates that name it become the actor's.

    Roles, homes and wards of a number that the account proved before are no longer its own.
    Raises PhoneCodeInvalid, ForeignPhone and WeChatBusy.
    """
    claim_all(actor.account_id, verify_phone(actor, code))
    return profile(actor)


def claim_all(account_id: UUID, phone_hash: bytes) -> None:
    """Hand everything that names a number to the account that has proven it."""
    claim_appointments(account_id, phone_hash)
    revoke_of_other_numbers(account_id, phone_hash)
    match_roll(account_id, phone_hash)
    claim_guardianships(account_id, phone_hash)
    for claim in _claims.values():
        claim(account_id, phone_hash)


def profile(actor: Actor) -> Profile:
    """The actor's phone, homes and roles."""
    account = db.session.get_one(Account, actor.account_id, populate_existing=True)
    return Profile(
        account_id=actor.account_id,
        phone_masked=mask_phone(account.phone) if account.phone else None,
        homes=queries.bindings_of(actor),
        appointments=[Held(role, unit.id, unit.name, unit.kind) for role, unit in appointments_of(actor.account_id)],
    )
