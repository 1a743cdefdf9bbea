"""Rules of procedure (议事规则) of a compound, and the presets to start from."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors
from app.meetings.rules import adoption as rule_sets
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.rules.schemas import (
    NewRuleSetSchema,
    PresetListSchema,
    RuleSetListSchema,
    RuleSetSchema,
)

presets_bp = Blueprint("rule_set_presets", __name__, url_prefix="/rule-set-presets", description="议事规则范本")
bp = Blueprint("rule_sets", __name__, url_prefix="/compounds/<uuid:compound_id>/rule-sets", description="议事规则")


@presets_bp.get("")
@authenticated
@presets_bp.response(200, PresetListSchema)
def list_presets(actor: Actor) -> dict[str, Any]:
    """List the rule sets that the program knows by name, in plain sentences."""
    return {"items": rule_sets.presets()}


@bp.get("")
@authenticated
@bp.response(200, RuleSetListSchema)
@fails_with(Forbidden)
def list_rule_sets(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """Show the rules in force and everything adopted before."""
    return {
        "current": rule_sets.current_view(actor, compound_id),
        "items": rule_sets.history(actor, compound_id),
    }


@bp.post("")
@authenticated
@bp.arguments(NewRuleSetSchema)
@bp.response(201, RuleSetSchema)
@fails_with(Forbidden, errors.RuleSetUnlawful, errors.RuleSetJustAdopted)
def adopt_rule_set(actor: Actor, body: dict[str, Any], compound_id: UUID) -> rule_sets.RuleSetView:
    """Enter the rules that the owners adopted; meetings announced from now on follow them."""
    return rule_sets.view_of(rule_sets.adopt(actor, compound_id, **body))
