"""Grids (网格) and building groups (楼栋党小组): seen, made, given buildings and a leader, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.compounds.areas import acts, reads
from app.compounds.areas.errors import AreaNotFound
from app.compounds.places import places_in
from app.org.branches.reads import BranchView, branches_of
from app.org.models import AreaKind
from app.org.permissions import Act
from app.org.places import Place
from console.pages import Blueprint, Desk, acted, at_compound, page, read, submitted
from console.people.area_forms import AreaForm, BuildingsForm, LeaderForm


@dataclass(frozen=True)
class Kind:
    """What the pages of one kind need."""

    kind: AreaKind
    name: str
    path: str
    sees: Act
    intro: str

    @property
    def manages(self) -> Act:
        """The act of whoever changes them."""
        return acts.MANAGED_BY[self.kind]


def pages_of(kind: Kind) -> Blueprint:
    """The pages of one kind."""
    bp = Blueprint(kind.name, __name__, f"/compounds/<uuid:compound_id>/people/{kind.path}")

    def index_of(desk: Desk) -> str:
        return url_for(f"{kind.name}.index", compound_id=desk.compound_id)

    def asking(form: AreaForm) -> Response:
        return page("people/area_new.html", kind=kind, form=form)

    def changing(desk: Desk, area_id: UUID, leader: LeaderForm, buildings: BuildingsForm | None = None) -> Response:
        found = reads.areas_of(desk.actor, desk.compound_id, kind.kind)
        area = next((one for one in found if one.id == area_id), None)
        if area is None:
            raise AreaNotFound
        if buildings is None:
            buildings = _buildings_form(desk)
            buildings.show(area)
        return page("people/area.html", kind=kind, area=area, leader=leader, buildings=buildings)

    @bp.get("")
    @at_compound(kind.sees)
    def index(desk: Desk) -> Response:
        """Which there are, whom to ask, and what they cover here."""
        found = reads.areas_of(desk.actor, desk.compound_id, kind.kind)
        return page("people/areas.html", kind=kind, found=found, uncovered=_uncovered(desk, found))

    @bp.get("/new")
    @at_compound(kind.manages)
    def ask_new(desk: Desk) -> Response:
        """What to make."""
        return asking(_area_form(desk, kind.kind))

    @bp.post("/new")
    @at_compound(kind.manages)
    def make(desk: Desk) -> ResponseReturnValue:
        """Make it."""
        form = read(lambda: _area_form(desk, kind.kind))
        return submitted(
            form,
            lambda: acts.make(desk.actor, desk.compound_id, kind.kind, **form.asked()),
            index_of(desk),
            lambda: asking(form),
            f"{kind.kind.chinese}已设立。",
        )

    @bp.get("/<uuid:area_id>/")
    @at_compound(kind.manages)
    def show(desk: Desk, area_id: UUID) -> Response:
        """What can be changed."""
        return changing(desk, area_id, LeaderForm())

    @bp.post("/<uuid:area_id>/leader")
    @at_compound(kind.manages)
    def lead(desk: Desk, area_id: UUID) -> ResponseReturnValue:
        """Let somebody else answer for it."""
        form = LeaderForm()
        return submitted(
            form,
            lambda: acts.lead(desk.actor, desk.compound_id, kind.kind, area_id, form.leader),
            index_of(desk),
            lambda: changing(desk, area_id, form),
            f"{kind.kind.leader}已更换。",
        )

    @bp.post("/<uuid:area_id>/buildings")
    @at_compound(kind.manages)
    def cover(desk: Desk, area_id: UUID) -> ResponseReturnValue:
        """Say which buildings it covers here."""
        form = read(lambda: _buildings_form(desk))
        return submitted(
            form,
            lambda: acts.cover(desk.actor, desk.compound_id, kind.kind, area_id, form.building_ids),
            index_of(desk),
            lambda: changing(desk, area_id, LeaderForm(), form),
            "楼栋已更新。",
        )

    @bp.post("/<uuid:area_id>/end")
    @at_compound(kind.manages)
    def end(desk: Desk, area_id: UUID) -> ResponseReturnValue:
        """End it; it stays on record."""
        act = lambda: acts.end(desk.actor, desk.compound_id, kind.kind, area_id)  # noqa: E731
        return acted(act, index_of(desk), f"{kind.kind.chinese}已撤销。")

    return bp


def _buildings(desk: Desk) -> Sequence[Place]:
    return [one for one in places_in(desk.compound_id) if not one.stairwell]


def _buildings_form(desk: Desk) -> BuildingsForm:
    form = BuildingsForm()
    form.offer(_buildings(desk))
    return form


def _area_form(desk: Desk, kind: AreaKind) -> AreaForm:
    offered: Sequence[BranchView] = []
    if kind is AreaKind.BUILDING_GROUP:
        offered = branches_of(desk.actor, desk.compound_id).branches
    return AreaForm(kind, _buildings(desk), offered)


def _uncovered(desk: Desk, areas: Sequence[reads.AreaView]) -> Sequence[str]:
    covered = {building.id for one in areas for building in one.buildings}
    return [one.name for one in _buildings(desk) if one.building_id not in covered]


GRIDS = pages_of(
    Kind(
        AreaKind.GRID,
        "console_grids",
        "grids",
        Act.SEE_PEOPLE,
        "网格覆盖同一社区里一个或几个小区的楼栋，每个网格有一名网格员。一栋楼同时只在一个网格里。",
    )
)
BUILDING_GROUPS = pages_of(
    Kind(
        AreaKind.BUILDING_GROUP,
        "console_building_groups",
        "building-groups",
        Act.SEE_AFFILIATION,
        "楼栋党小组属于覆盖本小区的支部，负责几栋楼，有一名组长。一栋楼同时只归一个党小组。",
    )
)
