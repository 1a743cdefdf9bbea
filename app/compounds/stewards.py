"""The way to a steward (楼栋长、单元长): put forward by oneself, neighbours or an office; chosen; appointed for a term.

Households of the building back whom they want, one a household. Whoever appoints notes how the steward was chosen: by
that backing, by a meeting of the residents, by visits, or named by the secretary. Nobody appoints oneself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.compounds.errors import BackingOneself, ChoiceNoteNeeded, NobodyBacks, NotOfThisPlace
from app.compounds.places import homes_by_place, households_of, place_at
from app.core import audit, clock
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.queries import phones_of
from app.org import nominations as core
from app.org import places, policy, queries
from app.org.models import (
    ChoiceWay,
    NominatedRole,
    NominationBacking,
    NominationState,
    NominationWay,
    RoleNomination,
)
from app.org.nominations import NominationView
from app.org.permissions import Act

_ROLE: Final = NominatedRole.STEWARD


@dataclass(frozen=True)
class StewardView(NominationView):
    """A nomination for steward. `backings` of `households` back it, `backed_by_me` the actor's own."""

    backings: int
    households: int
    backed_by_me: bool
    chosen_how: str | None
    chosen_text: str | None
    chosen_note: str | None


def nominate(
    actor: Actor, compound_id: UUID, name: str, phone: str, grounds: str, building_id: UUID, stairwell: str = ""
) -> StewardView:
    """Put somebody forward for a building or stairwell: by an office, or as a neighbour who has a home there.

    Raises NotFound (compound), Forbidden, PlaceNotFound, NotOfThisPlace, NominatedAlready.
    """
    queries.get_compound(compound_id)
    policy.require(actor, Act.NOMINATE_STEWARD, compound_id)
    place = place_at(compound_id, building_id, stairwell)
    way = core.way_of_office(actor, compound_id, Act.NOMINATE_STEWARD)
    if way is None:
        _home_in(actor, compound_id, place)
        way = NominationWay.NEIGHBOUR
    return _view(actor, core.put_forward(actor, compound_id, _ROLE, way, name, phone, grounds, place))


def nominate_oneself(
    actor: Actor, compound_id: UUID, name: str, grounds: str, building_id: UUID, stairwell: str = ""
) -> StewardView:
    """Stand for steward where one has a home, by the number that the actor has proven.

    Raises NotFound (compound), Forbidden, PlaceNotFound, NotOfThisPlace, PhoneNotProven, NominatedAlready.
    """
    queries.get_compound(compound_id)
    policy.require(actor, Act.NOMINATE_STEWARD, compound_id)
    place = place_at(compound_id, building_id, stairwell)
    _home_in(actor, compound_id, place)
    phone, way = core.own_number(actor), NominationWay.SELF
    return _view(actor, core.put_forward(actor, compound_id, _ROLE, way, name, phone, grounds, place))


def nominations(actor: Actor, compound_id: UUID) -> Sequence[StewardView]:
    """The nominations for stewards, the newest first: all for the offices.

    To others the own, those about the actor, and what is open at home. Raises Forbidden for whom none is about.
    """
    if not policy.can(actor, Act.NOMINATE_STEWARD, compound_id):
        about_me = core.of_compound(actor, compound_id, _ROLE, core.about(actor))
        if not about_me:
            raise Forbidden(act=Act.NOMINATE_STEWARD.value)
        return _views(actor, compound_id, about_me)
    if core.way_of_office(actor, compound_id, Act.NOMINATE_STEWARD):
        return _views(actor, compound_id, core.of_compound(actor, compound_id, _ROLE))
    homes = homes_by_place(actor.account_id, compound_id)
    place = tuple_(RoleNomination.building_id, RoleNomination.stairwell)
    at_home = (RoleNomination.state == NominationState.OPEN) & place.in_(list(homes))
    mine = RoleNomination.nominated_by == actor.account_id
    which = or_(mine, core.about(actor), at_home)
    return _views(actor, compound_id, core.of_compound(actor, compound_id, _ROLE, which))


def back(actor: Actor, compound_id: UUID, nomination_id: UUID) -> StewardView:
    """Back an open nomination as a household of its place; once more changes nothing.

    Raises Forbidden, StewardNominationNotFound, NominationDecided, NotOfThisPlace, BackingOneself.
    """
    policy.require(actor, Act.NOMINATE_STEWARD, compound_id)
    nomination = core.get_open(compound_id, _ROLE, nomination_id)
    unit_id = _home_in(actor, compound_id, places.of(nomination))
    if nomination.phone == phones_of([actor.account_id]).get(actor.account_id):
        raise BackingOneself
    made = db.session.scalar(
        insert(NominationBacking)
        .values(
            compound_id=compound_id,
            nomination_id=nomination_id,
            unit_id=unit_id,
            account_id=actor.account_id,
            backed_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(NominationBacking.unit_id)
    )
    if made:
        audit.record(compound_id, actor.account_id, "back_steward_nomination", nomination_id)
    return _view(actor, nomination)


def unback(actor: Actor, compound_id: UUID, nomination_id: UUID) -> None:
    """Take the own backing back before it is decided.

    Raises Forbidden, StewardNominationNotFound, NominationDecided.
    """
    policy.require(actor, Act.NOMINATE_STEWARD, compound_id)
    core.get_open(compound_id, _ROLE, nomination_id)
    mine = delete(NominationBacking).where(
        NominationBacking.compound_id == compound_id,
        NominationBacking.nomination_id == nomination_id,
        NominationBacking.account_id == actor.account_id,
    )
    if db.session.scalars(mine.returning(NominationBacking.unit_id)).first():
        audit.record(compound_id, actor.account_id, "unback_steward_nomination", nomination_id)


def withdraw(actor: Actor, compound_id: UUID, nomination_id: UUID) -> None:
    """Take an own nomination back before it is decided. Raises StewardNominationNotFound, NominationDecided."""
    core.withdraw(actor, compound_id, _ROLE, nomination_id)


def turn_down(actor: Actor, compound_id: UUID, nomination_id: UUID) -> None:
    """Turn down that the actor was put forward. Raises StewardNominationNotFound, NominationDecided."""
    core.turn_down(actor, compound_id, _ROLE, nomination_id)


def decline(actor: Actor, compound_id: UUID, nomination_id: UUID, reason: str) -> StewardView:
    """Decline a nomination with a reason. Raises Forbidden, StewardNominationNotFound, NominationDecided."""
    policy.require(actor, Act.APPOINT_STEWARD, compound_id)
    nomination = core.get_open(compound_id, _ROLE, nomination_id)
    core.decline(actor, nomination, reason)
    return _view(actor, nomination)


def appoint(
    actor: Actor, compound_id: UUID, nomination_id: UUID, term_ends: date, chosen_how: ChoiceWay, chosen_note: str = ""
) -> StewardView:
    """Appoint who was chosen, up to and including a day (Shanghai) within five years, and note how it was chosen.

    Raises Forbidden, StewardNominationNotFound, NominationDecided, NobodyBacks, ChoiceNoteNeeded, TermWrong, OwnRole,
    PropertyStaffServes, AlreadyAppointed, PlaceTaken.
    """
    policy.require(actor, Act.APPOINT_STEWARD, compound_id)
    nomination = core.get_open(compound_id, _ROLE, nomination_id)
    if chosen_how is not ChoiceWay.BACKING:
        if not chosen_note.strip():
            raise ChoiceNoteNeeded
    elif not _backings(compound_id, [nomination])[nomination_id]:
        raise NobodyBacks
    core.appoint(actor, nomination, term_ends, chosen_how, chosen_note.strip() or None)
    return _view(actor, nomination)


def _home_in(actor: Actor, compound_id: UUID, place: places.Place | None) -> UUID:
    homes = homes_by_place(actor.account_id, compound_id)
    home = homes.get((place.building_id, place.stairwell)) if place else None
    if home is None:
        raise NotOfThisPlace
    return home


def _backings(compound_id: UUID, some: Sequence[RoleNomination]) -> Counter[UUID]:
    found = (
        select(NominationBacking.nomination_id, func.count())
        .where(
            NominationBacking.compound_id == compound_id,
            NominationBacking.nomination_id.in_([one.id for one in some]),
        )
        .group_by(NominationBacking.nomination_id)
    )
    return Counter(dict(db.session.execute(found).all()))


def _view(actor: Actor, one: RoleNomination) -> StewardView:
    return _views(actor, one.compound_id, [one])[0]


def _views(actor: Actor, compound_id: UUID, some: Sequence[RoleNomination]) -> Sequence[StewardView]:
    """As the actor sees them: who stands for the own building oneself is named to the neighbours there."""
    backings, homes = _backings(compound_id, some), homes_by_place(actor.account_id, compound_id)
    households = households_of(compound_id, [place for one in some if (place := places.of(one))])
    mine = select(NominationBacking.nomination_id).where(
        NominationBacking.compound_id == compound_id, NominationBacking.account_id == actor.account_id
    )
    backed = set(db.session.scalars(mine))

    stand_here = [one.id for one in some if one.way == NominationWay.SELF and (one.building_id, one.stairwell) in homes]

    def view(one: RoleNomination, shown: NominationView) -> StewardView:
        place, how = places.of(one), ChoiceWay(one.chosen_how) if one.chosen_how else None
        return StewardView(
            **vars(shown),
            backings=backings[one.id],
            households=households[place] if place else 0,
            backed_by_me=one.id in backed,
            chosen_how=how,
            chosen_text=how.chinese if how else None,
            chosen_note=one.chosen_note,
        )

    return [view(*both) for both in zip(some, core.shown(actor, some, stand_here), strict=True)]
