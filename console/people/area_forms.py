"""Forms of grids and building groups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators

from app.compounds.areas.acts import Leader
from app.compounds.areas.reads import AreaView
from app.org.branches.reads import BranchView
from app.org.models import AreaKind
from app.org.places import Place
from console.forms import Choices, Form, choices, identifier
from console.people.forms import mobile_field, name_field, tidy


class LeaderForm(Form):
    """Who answers for it."""

    name = name_field()
    phone = mobile_field("手机号", "只给工作台的人看，显示时隐去中间四位。")

    @property
    def leader(self) -> Leader:
        """Who it is."""
        return Leader(self.name.data, self.phone.data)


class BuildingsForm(Form):
    """Which buildings of the compound it covers."""

    buildings = Choices("管哪些楼栋")

    def offer(self, buildings: Sequence[Place]) -> None:
        """What may be chosen."""
        self.buildings.choices = choices(*((str(one.building_id), one.name) for one in buildings))

    def show(self, area: AreaView) -> None:
        """Mark what it covers now."""
        self.buildings.data = [str(one.id) for one in area.buildings]

    @property
    def building_ids(self) -> list[UUID]:
        """What was chosen."""
        return [identifier(one) for one in self.buildings.data or ()]


class AreaForm(BuildingsForm, LeaderForm):
    """A grid or building group to make; a group of one of the branches."""

    title = wtforms.StringField(
        "名称",
        [validators.InputRequired("请填写名称。"), validators.Length(max=40, message="名称请不要超过 40 个字。")],
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )
    branch = wtforms.RadioField("属于哪个支部", [validators.InputRequired("请选择属于哪个支部。")])

    def __init__(self, kind: AreaKind, buildings: Sequence[Place], branches: Sequence[BranchView]) -> None:
        super().__init__()
        self.offer(buildings)
        self.name.label.text = f"{kind.leader}姓名"
        self.phone.label.text = f"{kind.leader}手机号"
        if kind is AreaKind.GRID:
            del self.branch
        else:
            self.branch.choices = choices(*((str(one.id), one.name) for one in branches))

    def asked(self) -> dict[str, Any]:
        """What the service is given."""
        asked: dict[str, Any] = {"name": self.title.data, "leader": self.leader, "building_ids": self.building_ids}
        return asked | ({"branch_id": identifier(self.branch.data)} if self.branch else {})
