"""Which kinds of messages an account wants in the inbox only. What the law demands cannot be muted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.errors import KindDemandedByLaw
from app.notifications.models import MutedKind


@dataclass(frozen=True)
class Preference:
    """A kind, what is said about it, and whether the account muted it. `law`: the article that demands it, or ""."""

    kind: Kind
    name: str
    recipient: str
    reason: str
    law: str
    mutable: bool
    muted: bool


def list_preferences(actor: Actor) -> Sequence[Preference]:
    """Every kind with the actor's choice, those that can be muted first."""
    muted = set(db.session.scalars(select(MutedKind.kind).where(MutedKind.account_id == actor.account_id)))
    found = [
        Preference(kind, one.name, one.recipient, one.reason, one.law, one.mutable, one.mutable and kind in muted)
        for kind, one in CATALOGUE.items()
    ]
    return sorted(found, key=lambda preference: not preference.mutable)


def set_muted(actor: Actor, kinds: Collection[Kind]) -> Sequence[Preference]:
    """Mute exactly these kinds; the choices after that. Raises KindDemandedByLaw."""
    demanded = [kind for kind in kinds if not CATALOGUE[kind].mutable]
    if demanded:
        names = "".join(f"“{CATALOGUE[kind].name}”" for kind in demanded)
        raise KindDemandedByLaw(names=names, kinds=[str(kind) for kind in demanded])
    mine, now = MutedKind.account_id == actor.account_id, clock.now()
    db.session.execute(delete(MutedKind).where(mine, MutedKind.kind.not_in([str(kind) for kind in kinds])))
    for kind in sorted(set(kinds)):
        values = {"account_id": actor.account_id, "kind": str(kind), "muted_at": now}
        db.session.execute(insert(MutedKind).values(**values).on_conflict_do_nothing())
    return list_preferences(actor)


def is_muted(kind: str, muted: Collection[str]) -> bool:
    """Whether a kind is one of those that a person has muted; one that the law has come to demand is told again."""
    return kind in muted and kind in CATALOGUE and CATALOGUE[Kind(kind)].mutable
