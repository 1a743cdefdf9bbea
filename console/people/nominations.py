"""Whom somebody put forward for secretary or steward (人选推荐): seen, put forward, appointed for a term or declined.

Both go the same way; each kind says which service does it, by which acts, and what is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.compounds import places, stewards
from app.org import nominations, secretaries
from app.org.models import ChoiceWay, NominatedRole
from app.org.permissions import Act
from console.pages import Blueprint, Desk, acted, at_compound, page, read, submitted
from console.people.forms import (
    DeclineForm,
    NominateForm,
    NominateStewardForm,
    StewardTermForm,
    TermForm,
)


@dataclass(frozen=True)
class Kind:
    """What the pages of one role need. `service` nominates, appoints, declines and withdraws."""

    role: NominatedRole
    title: str
    service: ModuleType
    sees: Act
    appoints: Act
    intro: str
    nominate_form: Callable[[Desk], NominateForm]
    term_form: type[TermForm]

    def nominated(self, form: NominateForm) -> tuple[Any, ...]:
        """What the service is given of who is put forward."""
        place = form.building if isinstance(form, NominateStewardForm) else None
        return form.name.data, form.phone.data, form.grounds.data, *(place or ())

    def decided(self, form: TermForm) -> tuple[Any, ...]:
        """What the service is given of an appointment."""
        if isinstance(form, StewardTermForm):
            return form.term_ends.data, ChoiceWay(form.chosen_how.data), form.chosen_note.data
        return (form.term_ends.data,)


def pages_of(kind: Kind) -> Blueprint:
    """The pages of one role."""
    name = f"console_{kind.role.value}_nominations"
    bp = Blueprint(name, __name__, f"/compounds/<uuid:compound_id>/people/{kind.role.value}-nominations")

    def address(desk: Desk, endpoint: str, **values: Any) -> str:
        return url_for(f"{name}.{endpoint}", compound_id=desk.compound_id, **values)

    def asking(desk: Desk, form: NominateForm) -> Response:
        return page("people/nominate.html", kind=kind, form=form, back=address(desk, "index"))

    def deciding(desk: Desk, nomination_id: UUID, term: TermForm, decline: DeclineForm) -> Response:
        found = kind.service.nominations(desk.actor, desk.compound_id)
        one = next((one for one in found if one.id == nomination_id), None)
        if one is None:
            raise nominations.NOT_FOUND[kind.role]
        return page("people/decide.html", kind=kind, one=one, term=term, decline=decline, name=name)

    @bp.get("")
    @at_compound(kind.sees)
    def index(desk: Desk) -> Response:
        """Who was put forward: those that wait first."""
        found = kind.service.nominations(desk.actor, desk.compound_id)
        return page("people/nominations.html", kind=kind, nominations=found, name=name)

    @bp.get("/new")
    @at_compound(kind.sees)
    def ask_new(desk: Desk) -> Response:
        """Whom to put forward."""
        return asking(desk, kind.nominate_form(desk))

    @bp.post("/new")
    @at_compound(kind.sees)
    def nominate(desk: Desk) -> ResponseReturnValue:
        """Put somebody forward, by the office that is held."""
        form = read(lambda: kind.nominate_form(desk))
        return submitted(
            form,
            lambda: kind.service.nominate(desk.actor, desk.compound_id, *kind.nominated(form)),
            address(desk, "index"),
            lambda: asking(desk, form),
            "推荐已登记，等待决定。",
        )

    @bp.get("/<uuid:nomination_id>/")
    @at_compound(kind.appoints)
    def show(desk: Desk, nomination_id: UUID) -> Response:
        """What is to be decided."""
        return deciding(desk, nomination_id, kind.term_form(), DeclineForm())

    @bp.post("/<uuid:nomination_id>/appointment")
    @at_compound(kind.appoints)
    def appoint(desk: Desk, nomination_id: UUID) -> ResponseReturnValue:
        """Appoint who was put forward, for a term."""
        form = kind.term_form()
        return submitted(
            form,
            lambda: kind.service.appoint(desk.actor, desk.compound_id, nomination_id, *kind.decided(form)),
            address(desk, "index"),
            lambda: deciding(desk, nomination_id, form, DeclineForm(reason="")),
            "已任命，会通知本人。本人用这个手机号登录后就有权限。",
        )

    @bp.post("/<uuid:nomination_id>/refusal")
    @at_compound(kind.appoints)
    def decline(desk: Desk, nomination_id: UUID) -> ResponseReturnValue:
        """Decline with a reason."""
        form = DeclineForm()
        return submitted(
            form,
            lambda: kind.service.decline(desk.actor, desk.compound_id, nomination_id, form.reason.data),
            address(desk, "index"),
            lambda: deciding(desk, nomination_id, kind.term_form(), form),
            "没有采纳，推荐人会看到您写的原因。",
        )

    @bp.post("/<uuid:nomination_id>/withdrawal")
    @at_compound(kind.sees)
    def withdraw(desk: Desk, nomination_id: UUID) -> ResponseReturnValue:
        """Take an own nomination back."""
        return acted(
            lambda: kind.service.withdraw(desk.actor, desk.compound_id, nomination_id),
            address(desk, "index"),
            "推荐已撤回。",
        )

    return bp


SECRETARIES = pages_of(
    Kind(
        NominatedRole.SECRETARY,
        "书记人选",
        secretaries,
        Act.NOMINATE_SECRETARY,
        Act.APPOINT_SECRETARY,
        "小区党支部书记由个人自荐、社区推荐或街道推荐，由街道任命，有任期。业主在小程序里自荐的也会出现在这里。",
        lambda desk: NominateForm(),
        TermForm,
    )
)
STEWARDS = pages_of(
    Kind(
        NominatedRole.STEWARD,
        "楼栋长人选",
        stewards,
        Act.NOMINATE_STEWARD,
        Act.APPOINT_STEWARD,
        "楼栋长、单元长由本人自荐、邻居推荐或书记推荐，推选以后任命，有任期。"
        "业主在小程序里自荐、推荐和支持的，会出现在这里。",
        lambda desk: NominateStewardForm(places.places_in(desk.compound_id)),
        StewardTermForm,
    )
)
