"""Whom an entry is about, and what reaches them and comes from them on paper."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.compounds.neighbours import find_homes
from app.noticeboard import queries, service
from app.org.permissions import Act
from console.forms import Form, choices, identifier
from console.notices.blueprint import bp, entry_address
from console.notices.forms import StatementForm, ToldForm
from console.pages import Desk, acted, answered, at_compound, page, submitted


@bp.get("/<uuid:entry_id>/persons")
@at_compound(Act.DRAFT_NOTICE)
def persons(desk: Desk, entry_id: UUID) -> Response:
    """Whom an entry is about: found on the roll by door, and by the keeper of the roll by the whole name too."""
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    wanted = request.args.get("q", "").strip()
    return page(
        "notices/persons.html", entry=entry, wanted=wanted, found=_found(desk, wanted, Act.DRAFT_NOTICE), form=Form()
    )


def _found(desk: Desk, wanted: str, act: Act) -> Sequence[tuple[str, UUID, str]]:
    """Owners on the roll who are looked for to do an act: door, id, masked name."""
    homes = find_homes(desk.actor, desk.compound_id, wanted, act) if wanted else []
    return [(home.door, owner_id, name) for home in homes for owner_id, name in home.owners]


@bp.post("/<uuid:entry_id>/persons")
@at_compound(Act.DRAFT_NOTICE)
def set_persons(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Add somebody to whom an entry is about, or take somebody off."""

    def act() -> object:
        entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
        about = {one.owner_id for one in entry.persons or ()}
        owner = {identifier(request.form.get("owner"))}
        chosen = about - owner if "off" in request.form else about | owner
        return service.change(desk.actor, desk.compound_id, entry_id, owner_ids=chosen)

    done = url_for("console_notices.persons", compound_id=desk.compound_id, entry_id=entry_id)
    return acted(act, done, "已保存。")


@bp.get("/<uuid:entry_id>/told/<uuid:owner_id>")
@at_compound(Act.ENTER_PAPER)
def told(desk: Desk, entry_id: UUID, owner_id: UUID) -> Response:
    """Somebody who is not in the app and was told on paper."""
    return _told(desk, entry_id, owner_id, ToldForm())


@bp.post("/<uuid:entry_id>/told/<uuid:owner_id>")
@at_compound(Act.ENTER_PAPER)
def tell(desk: Desk, entry_id: UUID, owner_id: UUID) -> ResponseReturnValue:
    """Record that; the days to answer begin."""
    ids, done = (entry_id, owner_id), entry_address(desk, entry_id)
    return answered(desk, ids, ToldForm(), service.tell_on_paper, done, _told, "已登记，听取意见的期限重新计算。")


def _told(desk: Desk, entry_id: UUID, owner_id: UUID, form: ToldForm) -> Response:
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    person = next((one for one in entry.persons or () if one.owner_id == owner_id), None)
    return page("notices/told.html", entry=entry, person=person, form=form, owner_id=owner_id)


@bp.get("/<uuid:entry_id>/statements/new")
@at_compound(Act.ENTER_PAPER)
def new_statement(desk: Desk, entry_id: UUID) -> Response:
    """What somebody handed in on paper: an answer of whom the entry is about, or an appeal of any resident."""
    return _new_statement(desk, entry_id, StatementForm())


@bp.post("/<uuid:entry_id>/statements/new")
@at_compound(Act.ENTER_PAPER)
def enter_statement(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Put it on file; whoever enters an appeal does not decide it."""
    form = StatementForm()
    form.owner.validate_choice = False  # who is not concerned, or not on the roll, is refused by the service

    def act() -> object:
        on_paper = {"owner_id": identifier(form.owner.data), "note": form.note.data}
        enter = service.appeal if form.kind.data == "appeal" else service.answer
        return enter(desk.actor, desk.compound_id, entry_id, form.text.data, on_paper)

    return submitted(
        form,
        act,
        entry_address(desk, entry_id),
        lambda: _new_statement(desk, entry_id, form),
        "已登记。申诉由登记人以外的另一个人处理。",
    )


def _new_statement(desk: Desk, entry_id: UUID, form: StatementForm) -> Response:
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    wanted = request.args.get("q", "").strip()
    concerned = [(one.owner_id, f"{one.name_masked}（内容涉及的业主）") for one in entry.persons or ()]
    known = {owner_id for owner_id, _ in concerned}
    others = [
        (one, f"{name}（{door}）") for door, one, name in _found(desk, wanted, Act.ENTER_PAPER) if one not in known
    ]
    form.owner.choices = choices(*((str(one), label) for one, label in (*concerned, *others)))
    return page("notices/statement.html", entry=entry, form=form, wanted=wanted, found=bool(others))
