"""The red/black list at the desk: drafted by one person, reviewed by another, heard, published, taken down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.compounds import queries as compounds
from app.noticeboard import queries, service, statements
from app.noticeboard.models import Category, Colour, Entry
from app.noticeboard.queries import EntryView, Shelf
from app.org.permissions import Act
from console.forms import Form, identifier
from console.notices.forms import CATEGORIES, EntryForm, NoteForm, ToldForm
from console.pages import Blueprint, Desk, acted, answered, at_compound, page, submitted

bp = Blueprint("console_notices", __name__, "/compounds/<uuid:compound_id>/notices")

STAFF = (Act.DRAFT_NOTICE, Act.REVIEW_NOTICE)
EDITABLE = ("draft", "returned")
BEFORE_PUBLICATION = (*EDITABLE, "reviewing", "hearing", "heard")
TAGS = {"published": "good", "returned": "bad", "heard": "warn", "hearing": "warn", "reviewing": "warn"}


@bp.get("/")
@at_compound(*STAFF)
def index(desk: Desk) -> Response:
    """The entries, the newest first."""
    after = request.args.get("after", type=UUID)
    entries = queries.list_entries(desk.actor, desk.compound_id, Shelf.ALL, after=after, limit=21)
    more = entries[19].id if len(entries) > 20 else None
    return page("notices/index.html", entries=entries[:20], more=more, categories=CATEGORIES, tags=TAGS)


@bp.get("/new")
@at_compound(Act.DRAFT_NOTICE)
def new(desk: Desk) -> Response:
    """A new draft."""
    return page("notices/edit.html", form=EntryForm(), entry=None)


@bp.post("/new")
@at_compound(Act.DRAFT_NOTICE)
def create(desk: Desk) -> ResponseReturnValue:
    """Draft an entry; what tells who is meant is refused beside the words."""
    form = EntryForm()

    def act() -> UUID:
        colour, category = Colour(form.colour.data), Category(form.category.data)
        said = (form.title.data.strip(), form.text.data.strip())
        return service.create(desk.actor, desk.compound_id, colour, category, *said, words=form.words).id

    again = lambda: page("notices/edit.html", form=form, entry=None)  # noqa: E731
    return submitted(form, act, lambda made: _entry(desk, made), again, "草稿已保存。请检查后提交审核。")


@bp.get("/<uuid:entry_id>/")
@at_compound(*STAFF)
def show(desk: Desk, entry_id: UUID) -> Response:
    """One entry: where it stands, whom it is about (masked), what was said to it, and what to do next."""
    return _shown(desk, entry_id, NoteForm())


@bp.get("/<uuid:entry_id>/words")
@at_compound(Act.DRAFT_NOTICE)
def edit(desk: Desk, entry_id: UUID) -> Response:
    """The words of a draft, or of an entry that came back."""
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    form = EntryForm(data=entry.__dict__, words=entry.words or ())
    return page("notices/edit.html", form=form, entry=entry)


@bp.post("/<uuid:entry_id>/words")
@at_compound(Act.DRAFT_NOTICE)
def change(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Change the words."""
    form = EntryForm()

    def act() -> object:
        said = {"category": Category(form.category.data), "title": form.title.data.strip(), "words": form.words}
        return service.change(desk.actor, desk.compound_id, entry_id, text=form.text.data.strip(), **said)

    def again() -> Response:
        entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
        return page("notices/edit.html", form=form, entry=entry)

    return submitted(form, act, _entry(desk, entry_id), again, "已保存。")


@bp.get("/<uuid:entry_id>/persons")
@at_compound(Act.MANAGE_ROLL)
def persons(desk: Desk, entry_id: UUID) -> Response:
    """Whom an entry is about: found on the roll by door or by the whole name."""
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    wanted = request.args.get("q", "").strip()
    units = compounds.search_units(desk.actor, desk.compound_id, wanted, None, 10) if wanted else []
    return page("notices/persons.html", entry=entry, wanted=wanted, units=units, form=Form())


@bp.post("/<uuid:entry_id>/persons")
@at_compound(Act.MANAGE_ROLL)
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


@bp.post("/<uuid:entry_id>/submission")
@at_compound(Act.DRAFT_NOTICE)
def submit(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Hand a draft in for review by a second person."""
    return _act(desk, entry_id, service.submit, "已提交，由另一位书记或社区工作人员审核。")


@bp.post("/<uuid:entry_id>/withdrawal")
@at_compound(*STAFF)
def withdraw(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Take an entry back before it is published."""
    return _act(desk, entry_id, service.withdraw, "已撤回。")


@bp.post("/<uuid:entry_id>/publication")
@at_compound(Act.REVIEW_NOTICE)
def publish(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Publish an entry after its hearing."""
    return _act(desk, entry_id, service.publish, "已公布，到期自动撤下。")


@bp.post("/<uuid:entry_id>/takedown")
@at_compound(Act.REVIEW_NOTICE)
def take_down(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Take a published entry down at once; a note stands in its place."""
    return answered(desk, (entry_id,), NoteForm(), service.take_down, _entry(desk, entry_id), _shown, "已撤下。")


@bp.get("/<uuid:entry_id>/told/<uuid:owner_id>")
@at_compound(Act.ENTER_PAPER)
def told(desk: Desk, entry_id: UUID, owner_id: UUID) -> Response:
    """Somebody who is not in the app and was told on paper."""
    return _told(desk, entry_id, owner_id, ToldForm())


@bp.post("/<uuid:entry_id>/told/<uuid:owner_id>")
@at_compound(Act.ENTER_PAPER)
def tell(desk: Desk, entry_id: UUID, owner_id: UUID) -> ResponseReturnValue:
    """Record that; the days to answer begin."""
    ids, done = (entry_id, owner_id), _entry(desk, entry_id)
    said = "已登记，听取意见的期限重新计算。"
    return answered(desk, ids, ToldForm(), service.tell_on_paper, done, _told, said)


def _act(desk: Desk, entry_id: UUID, act: Callable[[Any, UUID, UUID], Entry], said: str) -> ResponseReturnValue:
    return acted(lambda: act(desk.actor, desk.compound_id, entry_id), _entry(desk, entry_id), said)


def _entry(desk: Desk, entry_id: UUID) -> str:
    return url_for("console_notices.show", compound_id=desk.compound_id, entry_id=entry_id)


def _told(desk: Desk, entry_id: UUID, owner_id: UUID, form: ToldForm) -> Response:
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    person = next((one for one in entry.persons or () if one.owner_id == owner_id), None)
    return page("notices/told.html", entry=entry, person=person, form=form, owner_id=owner_id)


def _shown(desk: Desk, entry_id: UUID, form: NoteForm) -> Response:
    entry = queries.get_entry(desk.actor, desk.compound_id, entry_id)
    return page(
        "notices/show.html",
        entry=entry,
        said=statements.of_entry(desk.actor, desk.compound_id, entry_id),
        form=form,
        category=CATEGORIES[Category(entry.category)],
        tags=TAGS,
        next_step=_next_step(desk, entry),
        may_withdraw=entry.state in BEFORE_PUBLICATION and (entry.drafted_by_me or desk.can(Act.REVIEW_NOTICE)),
    )


def _next_step(desk: Desk, entry: EntryView) -> str:
    """What is to be done next with an entry, in a sentence."""
    if entry.state in EDITABLE:
        return "检查内容后提交审核。" if entry.drafted_by_me else "等起草人修改后提交审核。"
    untold = sum(one.told_at is None for one in entry.persons or ())
    if entry.state == "hearing" and untold:
        return f"还有 {untold} 位相关业主没有告知到。请送达书面告知并登记，期满后才能公布。"
    return {
        "reviewing": "等另一位书记或社区工作人员审核；起草人不能审核自己的内容。",
        "hearing": "正在听取相关业主的意见，期满后由起草人以外的人公布。",
        "heard": "听取意见期满。起草人以外的人可以公布。",
        "published": "已公布，到期自动撤下。",
    }.get(entry.state, "")
