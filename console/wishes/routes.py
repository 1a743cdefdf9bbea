"""Wishes for neighbours who agreed: found by the door, written, shown with photos, handed in for review, taken back."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.compounds.errors import UnitNotFound
from app.compounds.neighbours import DoorFound, behind_door, whole_name
from app.org.permissions import Act
from app.wishes import queries, service
from app.wishes.drafting import Neighbour
from app.wishes.models import ConsentForm, WishCategory
from app.wishes.queries import Mine
from console.pages import Blueprint, Desk, accepts_upload, acted, at_compound, onwards, page, read, submitted
from console.wishes.forms import NeighbourForm, PhotoForm, WordsForm

bp = Blueprint("console_wishes", __name__, "/compounds/<uuid:compound_id>/wishes")

A_PAGE = 20
UPLOAD_LIMIT = 21 * 1024 * 1024
EDITABLE = ("draft", "returned", "expired")
UNFINISHED = (*EDITABLE, "checking", "published", "claimed")
TAGS = {"returned": "bad", "checking": "warn", "published": "good", "claimed": "good"}
NOTHING = "还没有选房屋，请先按房号查找。"


@bp.get("/")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def index(desk: Desk) -> Response:
    """What the actor posted, the newest first."""
    after = request.args.get("after", type=UUID)
    found = queries.list_wishes(desk.actor, desk.compound_id, mine=Mine.POSTED, after=after, limit=A_PAGE + 1)
    more = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    return page("wishes/index.html", wishes=found[:A_PAGE], more=more, tags=TAGS)


@bp.get("/new")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def new(desk: Desk) -> Response:
    """Whose wish: by the door; then what it is."""
    door = request.args.get("q", "").strip()
    home = _home(desk, door)
    form = NeighbourForm().offer(home) if home else None
    return page("wishes/new.html", q=door, home=home, form=form)


@bp.post("/new")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def create(desk: Desk) -> ResponseReturnValue:
    """Write it down as a draft."""
    door = request.args.get("q", "").strip()
    home = read(lambda: _home(desk, door))
    if home is None:
        return onwards(url_for("console_wishes.new", compound_id=desk.compound_id, q=door), NOTHING)
    form = NeighbourForm().offer(home)

    def act() -> UUID:
        owner_id = form.owner_id()
        name = whole_name(desk.actor, desk.compound_id, home.unit_id, owner_id) if owner_id else form.name.data
        neighbour = Neighbour(name, ConsentForm(form.consent.data), form.consent_note.data or None)
        return service.create_wish(
            desk.actor,
            desk.compound_id,
            form.text.data.strip(),
            WishCategory(form.category.data),
            home.unit_id,
            form.phone.data or None,
            neighbour,
        ).id

    return submitted(
        form,
        act,
        lambda made: _address(desk, made),
        lambda: page("wishes/new.html", q=door, home=home, form=form),
        "已保存。可以加照片，然后提交审核。",
    )


def _home(desk: Desk, door: str) -> DoorFound | None:
    try:
        return behind_door(desk.actor, desk.compound_id, door)
    except UnitNotFound:
        return None


@bp.get("/<uuid:wish_id>/")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def show(desk: Desk, wish_id: UUID) -> Response:
    """One of the own: where it stands, and what to do next."""
    return _shown(desk, wish_id, PhotoForm())


@bp.get("/<uuid:wish_id>/words")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def edit(desk: Desk, wish_id: UUID) -> Response:
    """Its words, before it is reviewed or after it came back."""
    wish = queries.get_wish(desk.actor, desk.compound_id, wish_id)
    phone = wish.beneficiary.phone if wish.beneficiary else None
    return _edit(wish, WordsForm(category=wish.category, text=wish.text, phone=phone))


@bp.post("/<uuid:wish_id>/words")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def change(desk: Desk, wish_id: UUID) -> ResponseReturnValue:
    """Change them."""
    form = WordsForm()

    def act() -> object:
        said = {"category": WishCategory(form.category.data), "text": form.text.data.strip()}
        return service.change_wish(desk.actor, desk.compound_id, wish_id, phone=form.phone.data or None, **said)

    def again() -> Response:
        return _edit(queries.get_wish(desk.actor, desk.compound_id, wish_id), form)

    return submitted(form, act, _address(desk, wish_id), again, "已保存。")


@bp.post("/<uuid:wish_id>/photos")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.POST_FOR_NEIGHBOUR)
def add_photo(desk: Desk, wish_id: UUID) -> ResponseReturnValue:
    """Put a photograph to it; the same one twice is one."""
    form = PhotoForm()
    return submitted(
        form,
        lambda: service.add_photo(desk.actor, desk.compound_id, wish_id, form.photo.data.read()),
        _address(desk, wish_id),
        lambda: _shown(desk, wish_id, form),
        "照片已添加。",
    )


@bp.post("/<uuid:wish_id>/photos/<uuid:picture_id>/removal")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def remove_photo(desk: Desk, wish_id: UUID, picture_id: UUID) -> ResponseReturnValue:
    """Take a photograph off."""
    return acted(
        lambda: service.remove_photo(desk.actor, desk.compound_id, wish_id, picture_id),
        _address(desk, wish_id),
        "照片已移除。",
    )


@bp.post("/<uuid:wish_id>/submission")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def submit(desk: Desk, wish_id: UUID) -> ResponseReturnValue:
    """Hand it in for review."""
    return acted(
        lambda: service.submit_wish(desk.actor, desk.compound_id, wish_id),
        _address(desk, wish_id),
        "已提交，由书记或社区工作人员审核。",
    )


@bp.post("/<uuid:wish_id>/withdrawal")
@at_compound(Act.POST_FOR_NEIGHBOUR)
def withdraw(desk: Desk, wish_id: UUID) -> ResponseReturnValue:
    """Take it back, at the neighbour's wish; whoever undertook it is told."""
    return acted(
        lambda: service.withdraw_wish(desk.actor, desk.compound_id, wish_id), _address(desk, wish_id), "已撤回。"
    )


def _edit(wish: queries.WishView, form: WordsForm) -> Response:
    return page("wishes/edit.html", wish=wish, form=form)


def _shown(desk: Desk, wish_id: UUID, form: PhotoForm) -> Response:
    wish = queries.get_wish(desk.actor, desk.compound_id, wish_id)
    return page("wishes/show.html", wish=wish, form=form, tags=TAGS, editable=EDITABLE, unfinished=UNFINISHED)


def _address(desk: Desk, wish_id: UUID) -> str:
    return url_for("console_wishes.show", compound_id=desk.compound_id, wish_id=wish_id)
