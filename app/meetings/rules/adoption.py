"""Which rules of procedure (议事规则, PMR 18) a compound follows: a strict default, then what its owners adopted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.errors import RuleSetJustAdopted, RuleSetUnlawful
from app.meetings.rules.models import AdoptedRuleSet
from app.meetings.rules.rule_set import PRESETS, InvalidRuleSet, RuleSet, describe
from app.org.queries import get_compound

DEFAULT: Final = "civil_code_strict"
DEFAULT_VERSION: Final = 0


@dataclass(frozen=True)
class RuleSetView:
    """A rule set with its sentences for people. Version 0 is the default, in force until one is adopted."""

    version: int
    preset: str | None
    data: Mapping[str, Any]
    sentences: Sequence[str]
    note: str | None
    adopted_at: datetime | None


@dataclass(frozen=True)
class PresetView:
    """A rule set to start from, with its sentences for people."""

    preset: str
    data: Mapping[str, Any]
    sentences: Sequence[str]


def presets() -> list[PresetView]:
    """The rule sets that the program knows by name."""
    return [PresetView(name, rules.to_dict(), describe(rules)) for name, rules in PRESETS.items()]


def current(compound_id: UUID) -> tuple[int, RuleSet]:
    """(version, rules) in force: what was adopted last; version 0, the strict reading of the law, before that."""
    latest = _latest(compound_id)
    if latest is None:
        return DEFAULT_VERSION, PRESETS[DEFAULT]
    return latest.version, RuleSet.from_dict(latest.data)


def current_view(actor: Actor, compound_id: UUID) -> RuleSetView:
    """The rules in force, for owners and for those who run meetings. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    latest = _latest(compound_id)
    if latest is not None:
        return view_of(latest)
    rules = PRESETS[DEFAULT]
    return RuleSetView(DEFAULT_VERSION, DEFAULT, rules.to_dict(), describe(rules), None, None)


def history(actor: Actor, compound_id: UUID) -> list[RuleSetView]:
    """Everything adopted, the newest first. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    adopted = select(AdoptedRuleSet).where(AdoptedRuleSet.compound_id == compound_id)
    return [view_of(one) for one in db.session.scalars(adopted.order_by(AdoptedRuleSet.version.desc()))]


def adopt(
    actor: Actor,
    compound_id: UUID,
    note: str,
    preset: str | None = None,
    data: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> AdoptedRuleSet:
    """Enter the rules that the owners adopted (Civil Code 278(1)(1)), a preset or `data`, as the next version.

    `note` names the decision. Meetings that are announced keep their rules. `seen`: the version that the actor changes.
    Raises Forbidden, RuleSetUnlawful for what undercuts the law, RuleSetJustAdopted when somebody else was first.
    """
    get_compound(compound_id)
    policy.require_manage(actor, compound_id)
    rules = PRESETS[preset] if preset else _lawful(data or {})
    latest = _latest(compound_id)
    version = latest.version if latest else DEFAULT_VERSION
    if seen is not None and seen != version:
        raise RuleSetJustAdopted
    entry = insert_or_skip(AdoptedRuleSet).values(
        compound_id=compound_id,
        version=version + 1,
        data=rules.to_dict(),
        preset=preset,
        note=note,
        adopted_at=clock.now(),
        adopted_by=actor.account_id,
    )
    adopted: AdoptedRuleSet | None = db.session.scalar(entry.on_conflict_do_nothing().returning(AdoptedRuleSet))
    if adopted is None:
        raise RuleSetJustAdopted
    before = latest.data if latest else None
    audit.record(compound_id, actor.account_id, "adopt_rule_set", compound_id, before=before, after=adopted.data)
    return adopted


def view_of(adopted: AdoptedRuleSet) -> RuleSetView:
    """An adopted rule set for people."""
    sentences = describe(RuleSet.from_dict(adopted.data))
    return RuleSetView(adopted.version, adopted.preset, adopted.data, sentences, adopted.note, adopted.adopted_at)


def _latest(compound_id: UUID) -> AdoptedRuleSet | None:
    return db.session.scalar(
        select(AdoptedRuleSet)
        .where(AdoptedRuleSet.compound_id == compound_id)
        .order_by(AdoptedRuleSet.version.desc())
        .limit(1)
    )


def _lawful(data: Mapping[str, Any]) -> RuleSet:
    try:
        return RuleSet.from_dict(data)
    except InvalidRuleSet as fault:
        raise RuleSetUnlawful(field=fault.field, article=fault.article, reason=fault.reason) from fault
