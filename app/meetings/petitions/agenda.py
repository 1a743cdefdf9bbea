"""What a petition wants put to the vote (提议的议题), and that its meeting puts just that to the vote: PMR 13."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.meetings import scopes
from app.meetings.committees.errors import PropertyCompanyServes, TermUnlawful
from app.meetings.committees.models import CommitteeKind
from app.meetings.elections import candidates
from app.meetings.errors import ScopeUnknown, SeatsUnlawful
from app.meetings.models import Meeting, Motion
from app.meetings.petitions.errors import PetitionMotionMissing
from app.meetings.petitions.models import Petition
from app.meetings.rules.rule_set import Matter, RuleSet


@dataclass(frozen=True, kw_only=True)
class WishedMotion:
    """A motion that a petition wishes for. With seats it is an election, and can be announced as nothing else.

    Without a scope it concerns the whole compound; `scope_name` is frozen with the petition.
    """

    matter: Matter
    title: str
    text: str
    scope_building_id: UUID | None = None
    scope_stairwell: str | None = None
    scope_name: str | None = None
    seats: int | None = None
    committee_kind: CommitteeKind | None = None
    term_years: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The wish as JSON values."""
        building = str(self.scope_building_id) if self.scope_building_id else None
        return asdict(self) | {"matter": int(self.matter), "scope_building_id": building}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; an older wish says matter, title and text alone."""
        kind, building = stored.get("committee_kind"), stored.get("scope_building_id")
        return cls(
            **{
                **stored,
                "matter": Matter(stored["matter"]),
                "committee_kind": CommitteeKind(kind) if kind else None,
                "scope_building_id": UUID(building) if building else None,
            }
        )

    @property
    def columns(self) -> dict[str, Any]:
        """The wish as columns of a motion."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def checked(compound_id: UUID, rules: RuleSet, motions: Iterable[Mapping[str, Any]]) -> list[WishedMotion]:
    """The motions that a petition is to wish for, in order, if each could be put to the vote under these rules.

    Raises SeatsUnlawful, TermUnlawful, PropertyCompanyServes, CommitteeElectedTwice, ScopeNotAllowed, ScopeUnknown.
    """
    wishes: list[WishedMotion] = []
    for motion in motions:
        wish = WishedMotion(**{**motion, "matter": Matter(motion["matter"])})
        _check(compound_id, rules, wish, wishes)
        scope = scopes.checked(compound_id, wish.matter, wish.scope_building_id, wish.scope_stairwell)
        wishes.append(WishedMotion(**wish.columns | (scope.columns() if scope else {})))
    return wishes


def wishes_of(petition: Petition) -> list[WishedMotion]:
    """What a petition wants put to the vote, in order."""
    return [WishedMotion.from_dict(one) for one in petition.motions]


def refuse_missing(meeting: Meeting, rules: RuleSet, motions: Sequence[Motion]) -> None:
    """Refuse to announce the meeting of a petition without what the petition wished for: PMR 13.

    What has been overtaken since gives way: an election takes other seats or another term; a self-management committee
    is not elected beside a property company, and no part of the compound decides that the roll no longer has.
    Raises PetitionMotionMissing.
    """
    petition = db.session.scalar(
        select(Petition).where(Petition.compound_id == meeting.compound_id, Petition.meeting_id == meeting.id)
    )
    for wish in wishes_of(petition) if petition else []:
        there = any(_answers(motion, wish) for motion in motions)
        if not there and not _overtaken(meeting.compound_id, rules, wish, motions):
            raise PetitionMotionMissing(title=wish.title, vote=_vote(wish))


def _answers(motion: Motion, wish: WishedMotion) -> bool:
    """Whether it is what was wished for; where no seats were named, the election of a committee is it as well."""
    same = ("matter", "title", "text", "scope_building_id", "scope_stairwell")
    if any(getattr(motion, name) != getattr(wish, name) for name in same):
        return False
    if wish.seats is None:
        return True
    elected = motion.seats == wish.seats and candidates.kind_of(motion) is candidates.kind_of(wish)
    return elected and wish.term_years in (None, motion.term_years)


def _overtaken(compound_id: UUID, rules: RuleSet, wish: WishedMotion, motions: Sequence[Motion]) -> bool:
    try:
        _check(compound_id, rules, wish, ())
        scopes.checked(compound_id, wish.matter, wish.scope_building_id, wish.scope_stairwell)
    except (PropertyCompanyServes, ScopeUnknown):
        return True
    except (SeatsUnlawful, TermUnlawful):
        kind = candidates.kind_of(wish)
        return any(motion.seats is not None and candidates.kind_of(motion) is kind for motion in motions)
    return False


def _check(compound_id: UUID, rules: RuleSet, wish: WishedMotion, others: Sequence[WishedMotion]) -> None:
    candidates.check_election(compound_id, rules, wish.matter, wish.seats, wish.committee_kind, wish.term_years, others)


def _vote(wish: WishedMotion) -> str:
    if wish.seats is None:
        return "表决"
    return f"选举 {wish.seats} 名{candidates.kind_of(wish).chinese}委员"
