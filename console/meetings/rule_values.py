"""Single rules of the compound's rules of procedure, changed as the owners decided: a new version of all of them."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from app.core.errors import AppError
from app.meetings.errors import RuleSetUnlawful
from app.meetings.rules import adoption
from app.meetings.rules.rule_set import LARGEST, BlankMotion, PetitionBasis, RuleSet
from app.org.permissions import Act
from console.forms import choices
from console.meetings.rules import AdoptionForm
from console.meetings.rules import bp as bp
from console.pages import Desk, at_compound, page, submitted

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "通知和表决期": (
        "notice_days",
        "min_voting_days",
        "max_voting_days",
        "allow_extension",
        "max_extension_days",
        "reminder_days_before_close",
    ),
    "怎么投、怎么算": (
        "proxy_cap",
        "allow_ballot_change",
        "blank_motion",
        "deemed_with_majority",
        "include_parking",
    ),
    "异议和计票": ("electorate_objection_days", "result_objection_days", "count_window_minutes"),
    "提议召开临时会议": ("petition_basis", "petition_days", "petition_convene_days", "petition_warning_days"),
    "业主委员会": ("min_committee_seats", "max_committee_seats", "committee_term_years"),
}
"""The rules as they stand on the page, in parts."""


def _number(label: str, hint: str = "") -> IntegerField:
    checks = [
        InputRequired("请填写一个整数。"),
        NumberRange(0, LARGEST, f"应当是 0 到 {LARGEST} 的整数。"),
    ]
    return IntegerField(label, checks, description=hint, render_kw={"inputmode": "numeric", "min": 0, "max": LARGEST})


class Days(StringField):  # type: ignore[misc]
    """Days as people list them: "3、1". `data` is a list of whole numbers."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them; what is no number is refused."""
        written = (valuelist[0] if valuelist else "").replace("，", "、").replace(",", "、")
        parts = [one.strip() for one in written.split("、") if one.strip()]
        if not all(one.isdecimal() and len(one) <= 4 for one in parts):
            raise ValidationError("请写成这样：3、1。不提醒的留空。")
        self.data = [int(one) for one in parts]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "、".join(map(str, self.data or ()))


class ValuesForm(AdoptionForm):
    """Every rule that the owners may decide; a field has the name of its rule. `seen`: the version that is changed."""

    notice_days = _number("会议通知要提前几天", "不得少于 15 天（《物业管理条例》第十四条）。")
    min_voting_days = _number("表决期最短几天", "不得少于 5 天。")
    max_voting_days = _number("表决期最长几天", "不得超过 60 天。")
    allow_extension = BooleanField("参与不足时，可以延长表决")
    max_extension_days = _number("最多延长几天", "不允许延长的填 0；延长后不能超过表决期最长的天数。")
    reminder_days_before_close = Days(
        "截止前几天提醒还没投票的业主", description="写成 3、1，就是前 3 天和前 1 天各提醒一次；不提醒的留空。"
    )
    proxy_cap = _number("一名代理人最多代理几名业主", "《物业管理条例》第十二条。")
    allow_ballot_change = BooleanField("线上投的票，截止前可以改一次")
    blank_motion = RadioField(
        "票上没有选或看不清的事项怎么算",
        choices=choices((BlankMotion.NOT_TAKING_PART.value, "不算参与"), (BlankMotion.ABSTAINS.value, "算弃权")),
    )
    deemed_with_majority = BooleanField("送达后没有表决的，票数计入已表决的多数票（只用于一般事项，选举除外）")
    include_parking = BooleanField("车位、储藏室也计入投票权数")
    electorate_objection_days = _number("业主名册公示几天", "不能比通知提前的天数长。")
    result_objection_days = _number("表决结果公示几天")
    count_window_minutes = _number("两人确认计票，最多相隔几分钟")
    petition_basis = RadioField(
        "谁可以要求召开临时会议",
        choices=choices(
            (PetitionBasis.PERSONS.value, "20% 以上的业主提议"),
            (PetitionBasis.PERSONS_AND_AREA.value, "面积和人数都占 20% 以上的业主提议"),
        ),
    )
    petition_days = _number("征集签名最多几天")
    petition_convene_days = _number("达到比例后，几天内公告会议")
    petition_warning_days = _number("期满前几天提醒召集人")
    min_committee_seats = _number("业主委员会最少几人", "5 至 11 人的单数。")
    max_committee_seats = _number("业主委员会最多几人", "5 至 11 人的单数。")
    committee_term_years = _number("每届任期最多几年", "不超过 5 年。")
    seen = HiddenField()

    def rules(self) -> dict[str, Any]:
        """All rules, in the form in which a rule set is stored."""
        stored = RuleSet().to_dict()
        return {name: stored[name] if name == "version" else self._fields[name].data for name in stored}

    def version(self) -> int:
        """The version that the form was made of; none that there is where it was tampered with."""
        return int(self.seen.data) if (self.seen.data or "").isdecimal() else -1

    def refuse(self, error: AppError) -> None:
        """Beside the rule that the law or another rule refuses."""
        super().refuse(error)
        if isinstance(error, RuleSetUnlawful) and error.details["field"] in self:
            self[error.details["field"]].errors = [f"{error.details['reason']}（{error.details['article']}）。"]
            self.refusal = "有一条规则不能这样定，请看下面红字的说明。"


@bp.get("/values")
@at_compound(Act.MANAGE_MEETING)
def ask_values(desk: Desk) -> Response:
    """Every rule with its value of today."""
    version, rules = adoption.current(desk.compound_id)
    return _page(ValuesForm(seen=str(version), data=rules.to_dict()))


@bp.post("/values")
@at_compound(Act.MANAGE_MEETING)
def adopt_values(desk: Desk) -> ResponseReturnValue:
    """Enter them as the next version: Civil Code 278(1)(1)."""
    form = ValuesForm()

    def act() -> object:
        note = (form.note.data or "").strip()
        return adoption.adopt(desk.actor, desk.compound_id, note, data=form.rules(), seen=form.version())

    done = url_for("console_rules.show", compound_id=desk.compound_id)
    return submitted(form, act, done, lambda: _page(form), "议事规则已登记，以后公告的会议按它办。")


def _page(form: ValuesForm) -> Response:
    return page("meetings/rule_values.html", form=form, parts=PARTS)
