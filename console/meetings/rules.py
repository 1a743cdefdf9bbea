"""The compound's rules of procedure (议事规则): in plain Chinese, and the choice of others that the owners adopted."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.core.errors import NotFound
from app.meetings.rules import adoption
from app.meetings.rules.rule_set import PRESETS, RuleSet, describe
from app.org.permissions import Act
from console.forms import Form
from console.pages import Blueprint, Desk, at_compound, page, submitted

bp = Blueprint("console_rules", __name__, "/compounds/<uuid:compound_id>/rules")

NAMES = {
    "civil_code_strict": "按法律的规定",
    "one_change_allowed": "截止前可以改一次票",
    "deemed_votes": "没有表决的，票数从多数",
    "petition_by_both": "提议开会，要人数和面积都达到 20%",
}


class AdoptionForm(Form):
    """By which decision the owners adopted the rules."""

    note = StringField(
        "依据哪次业主大会的决定",
        [DataRequired("请写明业主大会在什么时候决定的。"), Length(max=200, message="最多 200 个字。")],
        description="例如：2026年5月31日第一次业主大会表决通过的议事规则",
    )


@bp.get("/")
@at_compound(Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY)
def show(desk: Desk) -> Response:
    """The rules in force, those that there were, and what can be chosen."""
    version, rules = adoption.current(desk.compound_id)
    return page(
        "meetings/rules.html",
        version=version,
        sentences=describe(rules),
        history=adoption.history(desk.actor, desk.compound_id) if desk.can(Act.SEE_MEETING_DRAFTS) else [],
        presets=[(name, NAMES[name], _differences(rules, name)) for name in PRESETS],
        names=NAMES,
        can_manage=desk.can(Act.MANAGE_MEETING),
    )


@bp.get("/<string:preset>")
@at_compound(Act.MANAGE_MEETING)
def choose(desk: Desk, preset: str) -> Response:
    """What would change, and by which decision."""
    return _choose(desk, preset, AdoptionForm())


@bp.post("/<string:preset>")
@at_compound(Act.MANAGE_MEETING)
def adopt(desk: Desk, preset: str) -> ResponseReturnValue:
    """Enter the rules that the owners adopted: Civil Code 278(1)(1)."""
    if preset not in PRESETS:
        raise NotFound
    form = AdoptionForm()
    return submitted(
        form,
        lambda: adoption.adopt(desk.actor, desk.compound_id, (form.note.data or "").strip(), preset),
        url_for("console_rules.show", compound_id=desk.compound_id),
        lambda: _choose(desk, preset, form),
        "议事规则已登记，以后公告的会议按它办。",
    )


def _choose(desk: Desk, preset: str, form: AdoptionForm) -> Response:
    if preset not in PRESETS:
        raise NotFound
    rules = adoption.current(desk.compound_id)[1]
    return page(
        "meetings/rules_choose.html",
        preset=preset,
        name=NAMES[preset],
        sentences=describe(PRESETS[preset]),
        differences=_differences(rules, preset),
        form=form,
    )


def _differences(rules: RuleSet, preset: str) -> list[str]:
    """The sentences of a preset that the rules in force do not have."""
    now = set(describe(rules))
    return [sentence for sentence in describe(PRESETS[preset]) if sentence not in now]
