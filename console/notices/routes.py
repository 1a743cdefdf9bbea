"""The red/black list at the desk: drafted by one person, reviewed by another, heard, published, taken down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.noticeboard import nominations, queries, service, statements
from app.noticeboard.models import Category, Colour, Entry
from app.noticeboard.queries import EntryView, Shelf
from app.org.permissions import Act
from console.forms import identifier
from console.notices.blueprint import bp, entry_address
from console.notices.forms import CATEGORIES, EntryForm, NoteForm
from console.pages import Desk, acted, answered, at_compound, page, submitted

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
    """A new draft; `nomination` in the address: one for red, of what a resident said."""
    chosen = request.args.get("nomination", type=UUID)
    if not chosen:
        return page("notices/edit.html", form=EntryForm(), entry=None)
    one = nominations.get_open(desk.actor, desk.compound_id, chosen)
    form = EntryForm(colour="red", category=one.category, text=one.text, nomination=str(one.id))
    return page("notices/edit.html", form=form, entry=None)


@bp.post("/new")
@at_compound(Act.DRAFT_NOTICE)
def create(desk: Desk) -> ResponseReturnValue:
    """Draft an entry; what tells who is meant is refused beside the words."""
    form = EntryForm()

    def act() -> UUID:
        colour, category = Colour(form.colour.data), Category(form.category.data)
        said = (form.title.data.strip(), form.text.data.strip())
        nomination = identifier(form.nomination.data) if form.nomination.data else None
        return service.create(
            desk.actor, desk.compound_id, colour, category, *said, words=form.words, nomination_id=nomination
        ).id

    again = lambda: page("notices/edit.html", form=form, entry=None)  # noqa: E731
    return submitted(form, act, lambda made: entry_address(desk, made), again, "草稿已保存。请检查后提交审核。")


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

    return submitted(form, act, entry_address(desk, entry_id), again, "已保存。")


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
    done = entry_address(desk, entry_id)
    return answered(desk, (entry_id,), NoteForm(), service.take_down, done, _shown, "已撤下。")


def _act(desk: Desk, entry_id: UUID, act: Callable[[Any, UUID, UUID], Entry], said: str) -> ResponseReturnValue:
    return acted(lambda: act(desk.actor, desk.compound_id, entry_id), entry_address(desk, entry_id), said)


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
