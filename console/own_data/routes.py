"""One's own data (我的个人信息), for everybody who is signed in: consents, export, closing (PIPL 15, 44–47)."""

from typing import Final

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core import rate_limits
from app.core.errors import TooManyRequests
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.identity.consents.notices import Purpose
from app.privacy import closing
from app.privacy.export import export
from console.files import sent
from console.own_data.forms import AgreeForm, CloseForm
from console.pages import Blueprint, acted, page, signed_in, submitted

FILES_A_MINUTE: Final = 3

bp = Blueprint("console_own_data", __name__, "/me")


@bp.get("")
@signed_in
def show(actor: Actor) -> Response:
    """The notices with the actor's answers, and the ways to take the data away and to close the account."""
    return _shown(actor, AgreeForm())


@bp.post("/consent")
@signed_in
def agree(actor: Actor) -> ResponseReturnValue:
    """Agree to the notice that the page showed."""
    form = AgreeForm()
    return submitted(
        form,
        lambda: consents.give(actor, Purpose.PRIVACY, form.version.data, fourteen=True),
        url_for(".show"),
        lambda: _shown(actor, form),
        "已记录您的同意。",
    )


@bp.post("/consent/withdrawal")
@signed_in
def withdraw_consent(actor: Actor) -> ResponseReturnValue:
    """Take the consent back."""
    return acted(lambda: consents.withdraw(actor, Purpose.PRIVACY), url_for(".show"), "已撤回同意。")


@bp.post("/export")
@signed_in
def take_away(actor: Actor) -> ResponseReturnValue:
    """Everything that is kept of the actor, as a file. A form, so that no other page can have it made."""
    if not rate_limits.allows(FILES_A_MINUTE, "console_own_data", str(actor.account_id)):
        raise TooManyRequests
    with unit_of_work():
        made = export(actor)
    return sent(made.file, "我的个人信息.zip", "application/zip")


@bp.get("/closing")
@signed_in
def ask_closing(actor: Actor) -> Response:
    """What closing the account erases, what stays, and what must be settled first."""
    return _closing(actor, CloseForm())


@bp.post("/closing")
@signed_in
def close(actor: Actor) -> ResponseReturnValue:
    """Ask for the account to be closed."""
    form = CloseForm()
    return submitted(
        form,
        lambda: closing.ask(actor),
        url_for(".ask_closing"),
        lambda: _closing(actor, form),
        "已申请注销。到期之前可以随时撤回。",
    )


@bp.post("/closing/withdrawal")
@signed_in
def keep(actor: Actor) -> ResponseReturnValue:
    """Take that back."""
    return acted(lambda: closing.take_back(actor), url_for(".ask_closing"), "已撤回注销申请，账号照常使用。")


def _shown(actor: Actor, form: AgreeForm) -> Response:
    [notice] = consents.consents_of(actor)
    form.version.data = notice.version
    return page("own_data/show.html", notice=notice, form=form, closing=closing.look(actor))


def _closing(actor: Actor, form: CloseForm) -> Response:
    return page("own_data/closing.html", closing=closing.look(actor), form=form, cooling=closing.COOLING.days)
