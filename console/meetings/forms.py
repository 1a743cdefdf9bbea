"""Forms of the guided path of a draft."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.clock import SHANGHAI
from app.core.ids import new_id
from app.meetings.committees.models import CommitteeKind
from app.meetings.elections.candidate_models import Nominated
from app.meetings.models import Convenor
from app.meetings.queries import MotionView
from app.meetings.rules.rule_set import Matter, RuleSet
from console.forms import Form, choices, identifier
from console.meetings import words

SAY = "请填写这一项。"
CHOOSE = "请选择一项。"
CONVENORS = [(one.value, words.CONVENORS[one]) for one in Convenor]


class Made(Form):
    """A form that makes something: its `key` is the new thing's id, so that sending it twice makes it once."""

    key = HiddenField()

    def __init__(self, **initial: Any) -> None:
        super().__init__(**{"key": str(new_id()), **initial})

    @property
    def new_id(self) -> UUID:
        """The id of what the form makes; a fresh one where the browser sent none."""
        try:
            return identifier(self.key.data)
        except ValueError:
            return new_id()


class Changed(Form):
    """A form that changes something: `seen` is the stamp of what its reader saw."""

    seen = HiddenField()


def title_field() -> StringField:
    """A meeting's name."""
    return StringField(
        "会议名称", [DataRequired(SAY), Length(max=60, message="会议名称最多 60 个字。")], render_kw={"maxlength": 60}
    )


def convenor_field() -> RadioField:
    """Who convenes the meeting."""
    return RadioField("谁来召集这次会议？", [InputRequired(CHOOSE)], choices=choices(*CONVENORS))


class NewMeetingForm(Made):
    """The first two facts of a draft."""

    title = title_field()
    convenor = convenor_field()


class TitleForm(Changed):
    """Another name for a draft."""

    title = title_field()


class ConvenorForm(Changed):
    """Who convenes."""

    convenor = convenor_field()


class DatesForm(Changed):
    """When voting opens and closes, in China's time."""

    opens_on = DateField("哪一天开始投票", [InputRequired("请选择开始投票的日期。")])
    opens_time = TimeField("几点开始", [InputRequired("请填写开始的时间，例如 09:00。")])
    closes_on = DateField("哪一天截止投票", [InputRequired("请选择截止投票的日期。")])
    closes_time = TimeField("几点截止", [InputRequired("请填写截止的时间，例如 18:00。")])

    @classmethod
    def of(cls, opens_at: datetime, closes_at: datetime, seen: str) -> "DatesForm":
        """The form with these moments."""
        opens, closes = opens_at.astimezone(SHANGHAI), closes_at.astimezone(SHANGHAI)
        return cls(
            seen=seen,
            opens_on=opens.date(),
            opens_time=opens.time(),
            closes_on=closes.date(),
            closes_time=closes.time(),
        )

    @property
    def opens_at(self) -> datetime:
        """When voting opens."""
        return _moment(self.opens_on.data, self.opens_time.data)

    @property
    def closes_at(self) -> datetime:
        """When voting closes."""
        return _moment(self.closes_on.data, self.closes_time.data)


class WordedForm(Made, Changed):
    """What a motion says."""

    title = StringField(
        "事项名称",
        [DataRequired(SAY), Length(max=60, message="事项名称最多 60 个字。")],
        description="一句话说清楚表决什么，例如：使用维修资金更换3栋电梯",
        render_kw={"maxlength": 60},
    )
    text = TextAreaField(
        "具体内容",
        [DataRequired(SAY), Length(max=5000, message="具体内容最多 5000 个字。")],
        description="写清楚做什么、花多少钱、谁来做。公告后不能再改。",
        render_kw={"rows": 6},
    )


class MotionForm(WordedForm):
    """A motion that is no election."""

    matter = RadioField(
        "属于哪一类？（《民法典》第二百七十八条第一款）",
        [InputRequired("请选择属于哪一类，它决定需要多少人同意。")],
        coerce=int,
        choices=choices(*words.choices_of_matter()),
        validate_choice=True,
    )
    scope = SelectField("由哪些业主表决", description="只关系到一栋楼或一个单元的维修，可以只由那里的业主表决")

    def __init__(self, scopes: Sequence[tuple[str, str]], **initial: Any) -> None:
        super().__init__(**initial)
        self.scope.choices = choices(*scopes)

    def columns(self) -> dict[str, Any]:
        """The motion as the service takes it."""
        building, _, stairwell = (self.scope.data or "").partition("/")
        return {
            "matter": Matter(self.matter.data),
            "title": (self.title.data or "").strip(),
            "text": (self.text.data or "").strip(),
            "scope_building_id": UUID(building) if building else None,
            "scope_stairwell": stairwell or None,
        }


class ElectionForm(WordedForm):
    """The election of a committee."""

    committee_kind = RadioField(
        "选举什么？", [InputRequired(CHOOSE)], choices=choices(*((one.value, one.chinese) for one in CommitteeKind))
    )
    seats = SelectField("选几个人", coerce=int, description="应当是单数（《业主大会和业主委员会指导规则》第三十一条）")
    term_years = SelectField(
        "任期几年", coerce=int, description="每届不超过五年（《业主大会和业主委员会指导规则》第三十二条）"
    )

    def __init__(self, rules: RuleSet, **initial: Any) -> None:
        super().__init__(**{"term_years": rules.committee_term_years, **initial})
        seats = range(rules.min_committee_seats, rules.max_committee_seats + 1, 2)
        self.seats.choices = choices(*((str(one), f"{one} 人") for one in seats))
        self.term_years.choices = choices(
            *((str(one), f"{one} 年") for one in range(rules.committee_term_years, 0, -1))
        )

    def columns(self) -> dict[str, Any]:
        """The election as the service takes it."""
        return {
            "matter": Matter.COMMITTEE,
            "title": (self.title.data or "").strip(),
            "text": (self.text.data or "").strip(),
            "seats": self.seats.data,
            "committee_kind": CommitteeKind(self.committee_kind.data),
            "term_years": self.term_years.data,
        }


class CandidateForm(Made):
    """Somebody who stands for the committee."""

    name = StringField("候选人姓名", [DataRequired(SAY), Length(max=30, message="姓名最多 30 个字。")])
    statement = TextAreaField(
        "候选人的话",
        [DataRequired(SAY), Length(max=1000, message="最多 1000 个字。")],
        description="印在公告上，例如：住 2 栋，愿为大家服务。",
        render_kw={"rows": 3},
    )
    nominated = SelectField(
        "怎样成为候选人的",
        [Optional()],
        default="",
        choices=choices(("", "没有记录"), *((one.value, one.chinese) for one in Nominated)),
        description="委员候选人由业主推荐或者自荐（《业主大会和业主委员会指导规则》第十四条）。",
    )
    paper_note = StringField(
        "推荐书或自荐书存放在哪里",
        [Optional(), Length(max=200, message="最多 200 个字。")],
        description="推荐是纸上交来的才填，不会公布，例如：推荐书第 3 号，存党支部。",
        filters=[lambda text: (text or "").strip()],
    )


class ReasonForm(Form):
    """Why something is done; the owners are told."""

    reason = TextAreaField(
        "原因",
        [DataRequired(SAY), Length(max=200, message="原因最多 200 个字。")],
        description="会告诉全体业主，请写清楚。",
        render_kw={"rows": 3, "maxlength": 200},
    )

    @property
    def said(self) -> str:
        """The reason."""
        return (self.reason.data or "").strip()


class ExtensionForm(Form):
    """Until when voting is to run, in China's time."""

    closes_on = DateField("延长到哪一天", [InputRequired("请选择日期。")])
    closes_time = TimeField("几点截止", [InputRequired("请填写时间，例如 18:00。")])

    @classmethod
    def of(cls, closes_at: datetime) -> "ExtensionForm":
        """The form with this moment."""
        local = closes_at.astimezone(SHANGHAI)
        return cls(closes_on=local.date(), closes_time=local.time())

    @property
    def closes_at(self) -> datetime:
        """When voting closes."""
        return _moment(self.closes_on.data, self.closes_time.data)


def facts_of(motion: MotionView) -> dict[str, Any]:
    """A motion's facts as its form takes them."""
    facts: dict[str, Any] = {"title": motion.title, "text": motion.text}
    if motion.seats is not None:
        kind = motion.committee_kind or CommitteeKind.OWNERS_COMMITTEE
        return facts | {"seats": motion.seats, "committee_kind": kind, "term_years": motion.term_years or 5}
    scope = "/".join(filter(None, (str(motion.scope_building_id or ""), motion.scope_stairwell)))
    return facts | {"matter": motion.matter, "scope": scope}


def _moment(day: date | None, hour: time | None) -> datetime:
    assert day
    assert hour
    return datetime.combine(day, hour, SHANGHAI)
