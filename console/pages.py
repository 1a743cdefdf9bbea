"""How a page is made: who asks, in which compound, what is shown, and what becomes of a form.

A GET runs in one unit of work. A POST runs its act in one, by `submitted` or `acted`, and shows what comes of it in
another; so a refused act is rolled back and the form comes back as it was typed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

import flask
from flask import Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.asked_once import asked_once
from app.core.errors import AppError, Forbidden
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.identity.console import sessions, submissions
from app.identity.console.errors import NotSignedIn
from app.org import queries
from app.org.models import Role
from app.org.permissions import PERMISSIONS, Act
from console import security
from console.forms import Form

View = TypeVar("View", bound=Callable[..., Any])
Result = TypeVar("Result")
Asked = TypeVar("Asked", bound=Form)
Ids = TypeVarTuple("Ids")

READING = frozenset({"GET", "HEAD"})
CONSOLE_ROLES = frozenset[Role]().union(*PERMISSIONS.values())
DESK_ROLES = PERMISSIONS[Act.SEE_DESK]
"""Who comes to a compound's desk; a county officer and an operator see figures, and no page of a compound."""


@dataclass(frozen=True)
class Desk:
    """Somebody at work in a compound: its name, and what the actor's roles allow there."""

    actor: Actor
    compound_id: UUID
    compound: str
    roles: frozenset[Role]

    def can(self, *acts: Act) -> bool:
        """Whether the actor's roles allow one of the acts here. The services ask the database again."""
        return any(not self.roles.isdisjoint(PERMISSIONS[act]) for act in acts)

    def can_act(self, name: str) -> bool:
        """The same for an act by its name, for templates."""
        return self.can(Act(name))


class Blueprint(flask.Blueprint):
    """Pages of one area. What only shows runs in one unit of work; headers and CSRF are the same for all."""

    def __init__(self, name: str, import_name: str, url_prefix: str = "") -> None:
        super().__init__(name, import_name, url_prefix=f"/console{url_prefix}")
        self.before_request(_allow_upload)
        self.before_request(security.refuse_forged)
        self.after_request(security.protect)

    def add_url_rule(  # type: ignore[override]
        self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any
    ) -> None:
        super().add_url_rule(rule, endpoint or view_func.__name__, _reading(view_func), **options)


def _reading(view: View) -> View:
    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if request.method not in READING:
            return view(*args, **kwargs)
        with unit_of_work(), asked_once():
            return view(*args, **kwargs)

    return wrapped  # type: ignore[return-value]


def accepts_upload(limit: int) -> Callable[[View], View]:
    """Let a page take a body of up to `limit` bytes. Nothing may have read the body before: it goes outermost."""

    def decorate(view: View) -> View:
        view.upload_limit = limit  # type: ignore[attr-defined]
        return view

    return decorate


def _allow_upload() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if limit := getattr(view, "upload_limit", 0):
        request.max_content_length = limit


def signed_in(view: View) -> View:
    """Pass the actor as first argument. Raises NotSignedIn, which shows the code to scan."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return view(_actor(), *args, **kwargs)

    wrapped.authenticates = True  # type: ignore[attr-defined]
    return wrapped  # type: ignore[return-value]


def operates(actor: Actor) -> bool:
    """Whether somebody sees how the program runs: that belongs to no node."""
    return any(role in PERMISSIONS[Act.SEE_OPERATIONS] for role, _ in queries.appointments_of(actor.account_id))


def at_compound(*acts: Act) -> Callable[[View], View]:
    """Pass the desk in the address's compound as first argument, to whoever may do one of the acts there.

    Without acts: to everybody who has a role there. Raises NotSignedIn, NotFound, Forbidden. The services ask again.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, compound_id: UUID, **kwargs: Any) -> Any:
            desk = _desk(_actor(), compound_id)
            if acts and not desk.can(*acts):
                raise Forbidden
            g.desk = desk
            return view(desk, *args, **kwargs)

        wrapped.authenticates = True  # type: ignore[attr-defined]
        wrapped.acts = acts or (Act.SEE_DESK,)  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return decorate


def _actor() -> Actor:
    token = request.cookies.get(security.SESSION_COOKIE, "")
    if not token:
        raise NotSignedIn
    with _own_unit():
        g.actor = sessions.resume(token)
    actor: Actor = g.actor
    return actor


def _desk(actor: Actor, compound_id: UUID) -> Desk:
    with _own_unit():
        compound = queries.get_compound(compound_id)
        roles = queries.roles_held(actor.account_id, compound_id) & DESK_ROLES
        if not roles:
            raise Forbidden
        return Desk(actor, compound_id, compound.name, roles)


def _own_unit() -> AbstractContextManager[None]:
    """A unit of work before a POST's act; a GET is in its own already."""
    return nullcontext() if request.method in READING else unit_of_work()


def read(ask: Callable[[], Result]) -> Result:
    """What a form needs to be read at all, as its choices: in a unit of work of its own before a POST's act."""
    with _own_unit():
        return ask()


def page(template: str, status: int = 200, **context: Any) -> Response:
    """The rendered page."""
    return make_response(render_template(template, **context), status)


def submitted(
    form: Form,
    act: Callable[[], Result],
    done: str | Callable[[Result], str],
    again: Callable[[], Response],
    said: str = "",
) -> ResponseReturnValue:
    """What becomes of a form: `act` in one unit of work, then on to the address `done`, saying `said`.

    Where the form is filled in wrongly (422) or the act is refused, `again()` shows the page with the form as it was
    typed; the refusal's sentence is `form.refusal`. A form that is sent twice (`once`) does its act once.
    """
    if not form.validate():
        return _shown_again(form, again, 422)

    def led_to() -> str:
        result = act()
        return done(result) if callable(done) else done

    try:
        with unit_of_work():
            address = _once(led_to)
    except NotSignedIn:
        raise
    except AppError as error:
        form.refuse(error)
        return _shown_again(form, again, error.status)
    return onwards(address, said)


def _once(act: Callable[[], str]) -> str:
    """Do a form's act, unless the same form has done it already; where it leads. Strangers' forms bring no token."""
    token = request.form.get("once", None, UUID)
    actor: Actor | None = g.get("actor")
    return submissions.once(actor, token, act) if actor and token else act()


def answered(
    desk: Desk,
    ids: tuple[*Ids],
    form: Asked,
    act: Callable[..., Any],
    done: str,
    again: Callable[[Desk, *Ids, Asked], Response],
    said: str,
) -> ResponseReturnValue:
    """`submitted` for a page that asks one thing, as a reason, about what the ids name.

    The act is called with actor, compound, ids and the answers of the form; `again` shows the page with the form.
    """
    return submitted(
        form,
        lambda: act(desk.actor, desk.compound_id, *ids, *form.answers()),
        done,
        lambda: again(desk, *ids, form),
        said,
    )


def _shown_again(form: Form, again: Callable[[], Response], status: int) -> Response:
    with unit_of_work():
        shown = again()
    shown.status_code = status
    return shown


def acted(act: Callable[[], Any], done: str, said: str = "") -> ResponseReturnValue:
    """An act without a form of its own, a button: its refusal is said on the page that it leads to."""
    try:
        with unit_of_work():
            act()
    except NotSignedIn:
        raise
    except AppError as error:
        flash(error.text, "refusal")
        return redirect(done, 303)
    return onwards(done, said)


def onwards(address: str, said: str = "") -> ResponseReturnValue:
    """Go to an address of the console, and say a sentence there."""
    if said:
        flash(said, "done")
    return redirect(address, 303)


def own_address(address: str) -> str:
    """The address if it is one of the console's own; its first page otherwise."""
    if address.startswith("/console") and "\\" not in address and "//" not in address:
        return address
    return url_for("console_home.start")
