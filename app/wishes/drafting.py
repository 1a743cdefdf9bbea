"""Writing a wish, changing it, putting it before the reviewers, taking it back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.compounds import homes
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.moderation import pictures
from app.moderation import service as moderation
from app.moderation.models import Picture
from app.wishes import policy, states, telling, trail
from app.wishes.errors import ConsentRequired, HomeNotFound, NoHome, StewardOnly, TooManyWishes, WishNotFound
from app.wishes.models import ClaimEnding, ConsentForm, Wish, WishCategory, WishState
from app.wishes.reviewing import KIND

MOST_UNFINISHED = 10
"""Wishes under way that a resident may have for the own home."""

WRITABLE = (WishState.DRAFT, WishState.RETURNED, WishState.EXPIRED)
"""The states in which the poster may change a wish and submit it (anew)."""

FEWEST_HOMES = 5
"""A building of fewer is not named: it would give the door away."""


@dataclass(frozen=True)
class Neighbour:
    """For whom a steward posts, and how that person consented."""

    name: str
    consent: ConsentForm
    consent_note: str | None = None


@dataclass(frozen=True)
class _Beneficiary:
    unit_id: UUID
    name: str


def create_wish(
    actor: Actor,
    compound_id: UUID,
    text: str,
    category: WishCategory,
    unit_id: UUID | None = None,
    phone: str | None = None,
    neighbour: Neighbour | None = None,
    form_key: UUID | None = None,
) -> Wish:
    """A draft for the actor's own home, or for a neighbour who consented, by a steward.

    `unit_id` left out: the actor's first home. `form_key`: the same one gives the same wish, however often it is sent.
    Raises Forbidden, ConsentWithdrawn, GuardianNeeded, NoHome, HomeNotFound, StewardOnly, OutsideOwnPlace,
    ConsentRequired, TooManyWishes.
    """
    policy.require_see(actor, compound_id)
    consents.require(actor.account_id)
    beneficiary = _beneficiary(actor, compound_id, unit_id, neighbour)
    sent_before = _of_form(actor, compound_id, form_key)
    if sent_before:
        return sent_before
    if neighbour is None:
        _require_room_for_one_more(actor, compound_id)
    now = clock.now()
    made: Wish | None = db.session.scalar(
        insert(Wish)
        .values(
            compound_id=compound_id,
            id=new_id(),
            posted_by=actor.account_id,
            form_key=form_key,
            text=text,
            category=category,
            state=WishState.DRAFT,
            unit_id=beneficiary.unit_id,
            building_id=_building_to_name(compound_id, beneficiary.unit_id),
            beneficiary_name=beneficiary.name,
            beneficiary_phone=phone,
            consent=neighbour.consent if neighbour else None,
            consent_note=neighbour.consent_note if neighbour else None,
            consent_at=now if neighbour else None,
            created_at=now,
            listed_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Wish)
    )
    if made is None:  # the same form, at the same moment
        found = _of_form(actor, compound_id, form_key)
        if found is None:
            raise WishNotFound
        return found
    consent = {"consent": str(neighbour.consent)} if neighbour else {}
    trail.note(actor, made, "create_wish", None, **consent)
    return made


def change_wish(actor: Actor, compound_id: UUID, wish_id: UUID, **changes: Any) -> Wish:
    """Change text, category or phone of what is not before the reviewers; what came back or expired is a draft again.

    Raises WishNotFound, NotYourWish, WrongWishState, TooManyWishes.
    """
    wish = _writable(actor, compound_id, wish_id)
    before = wish.state
    for name, value in changes.items():
        setattr(wish, {"phone": "beneficiary_phone"}.get(name, name), value)
    wish.state = WishState.DRAFT
    db.session.flush()
    trail.note(actor, wish, "change_wish", before, changed=sorted(changes))
    return wish


def add_photo(actor: Actor, compound_id: UUID, wish_id: UUID, content: bytes) -> Picture:
    """Put a photograph to what is not before the reviewers; the same file twice is one.

    Raises Forbidden, WishNotFound, NotYourWish, WrongWishState, TooManyWishes, TooManyPictures and what
    `core.pictures` raises.
    """
    _writable(actor, compound_id, wish_id)
    stored = pictures.store(compound_id, content)
    wish = _writable(actor, compound_id, wish_id)
    wish.state = WishState.DRAFT
    picture = pictures.add(actor, compound_id, KIND, wish.id, stored)
    trail.note(actor, wish, "add_photo", picture_id=str(picture.id))
    return picture


def remove_photo(actor: Actor, compound_id: UUID, wish_id: UUID, picture_id: UUID) -> None:
    """Take a photograph off again.

    Raises Forbidden, WishNotFound, NotYourWish, WrongWishState, TooManyWishes, PictureNotFound.
    """
    wish = _writable(actor, compound_id, wish_id)
    pictures.remove(compound_id, KIND, wish.id, picture_id)
    wish.state = WishState.DRAFT
    db.session.flush()
    trail.note(actor, wish, "remove_photo", picture_id=str(picture_id))


def submit_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    """Put a wish before the reviewers, also one that came back or expired; what waits there already stays.

    Raises WishNotFound, NotYourWish, WrongWishState, TooManyWishes.
    """
    wish = _writable(actor, compound_id, wish_id, WishState.CHECKING)
    if wish.state == WishState.CHECKING:
        return wish
    before, wish.state = wish.state, WishState.CHECKING
    db.session.flush()
    trail.note(actor, wish, "submit_wish", before)
    moderation.open_case(actor, compound_id, KIND, wish.id, homes.accounts_of_unit(compound_id, wish.unit_id))
    return wish


def withdraw_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    """Take a wish back, before it is fulfilled; whoever claimed it is told.

    Raises WishNotFound, NotYourWish, WrongWishState.
    """
    wish = _own(actor, compound_id, wish_id, *states.UNFINISHED, WishState.WITHDRAWN)
    if wish.state == WishState.WITHDRAWN:
        return wish
    before = wish.state
    claim = states.end_claim(wish, ClaimEnding.WITHDRAWN, clock.now())
    wish.state = WishState.WITHDRAWN
    db.session.flush()
    moderation.close_case(actor, compound_id, KIND, wish.id)
    trail.note(actor, wish, "withdraw_wish", before)
    if claim:
        telling.tell_withdrawn(wish, claim)
    return wish


def _own(actor: Actor, compound_id: UUID, wish_id: UUID, *allowed: WishState) -> Wish:
    """The actor's own wish, locked, in an allowed state."""
    policy.require_see(actor, compound_id)
    wish = states.lock_visible(actor.account_id, compound_id, wish_id, clock.now())
    policy.require_poster(actor, wish)
    states.require_state(wish, *allowed)
    return wish


def _writable(actor: Actor, compound_id: UUID, wish_id: UUID, *more: WishState) -> Wish:
    """The actor's own wish, locked, that may be changed; an expired one counts among those under way again."""
    wish = _own(actor, compound_id, wish_id, *WRITABLE, *more)
    if wish.state == WishState.EXPIRED and not wish.on_behalf:
        _require_room_for_one_more(actor, compound_id)
    return wish


def _beneficiary(actor: Actor, compound_id: UUID, unit_id: UUID | None, neighbour: Neighbour | None) -> _Beneficiary:
    if neighbour:
        if not policy.can_post_for_neighbour(actor, compound_id):
            raise StewardOnly
        if unit_id is None:
            raise ConsentRequired
        if homes.building_of(compound_id, unit_id) is None:
            raise HomeNotFound
        policy.require_post_for(actor, compound_id, unit_id)
        return _Beneficiary(unit_id, neighbour.name)
    own = homes.homes_of(actor.account_id, compound_id)
    if not own:
        raise NoHome
    home = next((one for one in own if unit_id in (None, one.unit_id)), None)
    if home is None:
        raise HomeNotFound
    return _Beneficiary(home.unit_id, home.name)


def _of_form(actor: Actor, compound_id: UUID, form_key: UUID | None) -> Wish | None:
    if form_key is None:
        return None
    same = (Wish.compound_id == compound_id, Wish.posted_by == actor.account_id, Wish.form_key == form_key)
    return db.session.scalars(select(Wish).where(*same)).one_or_none()


def _require_room_for_one_more(actor: Actor, compound_id: UUID) -> None:
    own = (Wish.compound_id == compound_id, Wish.posted_by == actor.account_id, Wish.consent.is_(None))
    under_way = states.state_column(clock.now()).in_(states.UNFINISHED)
    if (db.session.scalar(select(func.count()).where(*own, under_way)) or 0) >= MOST_UNFINISHED:
        raise TooManyWishes(most=MOST_UNFINISHED)


def _building_to_name(compound_id: UUID, unit_id: UUID) -> UUID | None:
    building_id = homes.building_of(compound_id, unit_id)
    if building_id is None or homes.units_in(compound_id, building_id) < FEWEST_HOMES:
        return None
    return building_id
