"""Forms of branches and their members."""

from collections.abc import Sequence
from uuid import UUID

import wtforms
from wtforms import validators

from app.org.branches.members import MemberView
from app.org.branches.models import BranchKind
from app.org.branches.reads import BranchView, Neighbour
from console.forms import Choices, Form, choices, identifier
from console.people.forms import mobile_field, name_field, tidy


class PartyMemberForm(Form):
    """A member to enter."""

    name = name_field()
    phone = mobile_field("手机号", "本人在小程序里授权这个手机号后，可以看到自己的登记，也可以撤回。")
    standing = wtforms.RadioField(
        "是哪一种党员",
        [validators.InputRequired("请选择正式党员或预备党员。")],
        choices=choices(("formal", "正式党员"), ("probationary", "预备党员")),
    )
    registered = wtforms.RadioField(
        "组织关系在哪里",
        [validators.InputRequired("请选择组织关系在哪里。")],
        choices=choices(("here", "在本小区的支部"), ("elsewhere", "在别处，住在这里或在这里服务")),
    )
    consent_note = wtforms.StringField(
        "本人的书面同意书存放在哪里",
        [
            validators.InputRequired("请写明同意书存放在哪里。没有本人同意，不能登记。"),
            validators.Length(max=200, message="请不要超过 200 个字。"),
        ],
        description="例如：5月1日同意书第 3 号，存党支部。",
        filters=[tidy],
    )


class BranchForm(Form):
    """A branch to found."""

    kind = wtforms.RadioField(
        "成立哪一种支部",
        [validators.InputRequired("请选择成立哪一种支部。")],
        choices=choices(
            ("own", "单独支部：本小区正式党员三名以上"),
            ("joint", "联合支部：不足三名的，与相邻小区一起成立"),
            ("functional", "功能型支部：志愿者、物业企业等，党员的组织关系在别处"),
        ),
    )
    name = wtforms.StringField(
        "支部名称",
        [validators.InputRequired("请填写支部名称。"), validators.Length(max=60, message="请不要超过 60 个字。")],
        description="例如：演示小区党支部。",
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )
    compounds = Choices("联合支部：还有哪些小区")
    members = Choices("功能型支部：由哪些党员组成")

    def __init__(self, neighbours: Sequence[Neighbour], members: Sequence[MemberView]) -> None:
        super().__init__()
        self.compounds.choices = choices(
            *((str(one.id), f"{one.name}（正式党员 {one.formal} 名）") for one in neighbours if not one.served)
        )
        self.members.choices = choices(
            *(
                (str(one.id), f"{one.name} {one.phone_masked}")
                for one in members
                if not one.registered_here and one.branch_id is None
            )
        )

    def asked(self) -> tuple[BranchKind, str, list[UUID], list[UUID]]:
        """What the service is given."""
        compounds, members = ([identifier(one) for one in field.data or ()] for field in (self.compounds, self.members))
        return BranchKind(self.kind.data), self.name.data, compounds, members


class JoinForm(Form):
    """Which joint branch is to serve the compound."""

    branch = wtforms.RadioField("加入哪一个联合支部", [validators.InputRequired("请选择加入哪一个联合支部。")])

    def __init__(self, offered: Sequence[BranchView]) -> None:
        super().__init__()
        self.branch.choices = choices(*((str(one.id), f"{one.name}（{'、'.join(one.compounds)}）") for one in offered))
