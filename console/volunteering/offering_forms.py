"""What activities and services say of themselves, and when they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from wtforms import RadioField, SelectField, TimeField
from wtforms.validators import InputRequired

from app.core.clock import SHANGHAI
from app.org import groups
from app.org.permissions import Act
from app.volunteering.brands import acts as brands
from console.forms import Choices, Form, choices
from console.pages import Desk
from console.volunteering import repeating
from console.volunteering.asking import day, line, number, text

CANCEL = {"0": "开始之前都可以", "120": "开始 2 小时之前", "720": "开始 12 小时之前", "1440": "开始 1 天之前"}
NOBODY = ""


def _id(chosen: str | None) -> UUID | None:
    return UUID(chosen) if chosen else None


class AboutForm(Form):
    """What people read. The choices of groups and brands are those of the desk's compound."""

    title = line("名称", 60)
    description = text("说明", 2000)
    place = line("地点", 100, "例如：小区中心花园")
    contact = line("联系方式", 100, "居民有问题找谁，居民会看到。")
    group_id = SelectField("以哪个团队的名义", default=NOBODY)
    brand_id = SelectField("属于哪个服务品牌", default=NOBODY)
    cancel_minutes = SelectField(
        "自己取消的时限", [InputRequired("请选择。")], choices=choices(*CANCEL.items()), default="720"
    )

    def __init__(self, desk: Desk, **initial: Any) -> None:
        super().__init__(**initial)
        offered = [
            one
            for one in groups.groups_in(desk.actor, desk.compound_id)
            if one.mine or desk.can(Act.MANAGE_VOLUNTEERING)
        ]
        self.group_id.choices = choices((NOBODY, "不以团队名义"), *((str(one.id), one.name) for one in offered))
        shown = brands.list_brands(desk.actor, desk.compound_id)
        self.brand_id.choices = choices((NOBODY, "不属于品牌"), *((str(one.id), one.name) for one in shown))

    def about(self) -> dict[str, Any]:
        """What the services of the domain take."""
        return {
            "title": self.title.data,
            "description": self.description.data,
            "place": self.place.data,
            "contact": self.contact.data,
            "group_id": _id(self.group_id.data),
            "brand_id": _id(self.brand_id.data),
            "cancel_minutes": int(self.cancel_minutes.data),
        }


class _Shifts:
    """When shifts are: a day, from when to when, for how many, and in how many weeks."""

    on = day("日期")
    starts = TimeField("几点开始", [InputRequired("请填写开始时间。")])
    ends = TimeField("几点结束", [InputRequired("请填写结束时间。")], description="比开始时间早的，算第二天。")
    capacity = number("每班名额", 1, 10000)
    weeks = number("连续几周", 1, 26, "填 1 只办这一次；填 4 就是连续四周同一时间各一班。", default=1)

    def shifts(self) -> Sequence[dict[str, Any]]:
        """As the services of the domain take them."""
        start = datetime.combine(self.on.data, self.starts.data, SHANGHAI)
        end = datetime.combine(self.on.data, self.ends.data, SHANGHAI)
        end += timedelta(days=end <= start)
        return [
            {
                "starts_at": start + timedelta(weeks=week),
                "ends_at": end + timedelta(weeks=week),
                "capacity": self.capacity.data,
            }
            for week in range(self.weeks.data)
        ]


class ActivityForm(AboutForm, _Shifts):
    """An activity with its first shifts."""


class ShiftsForm(_Shifts, Form):
    """More shifts."""

    def answers(self) -> tuple[Any, ...]:
        """The shifts."""
        return (self.shifts(),)


class ServiceForm(AboutForm):
    """A service and when it repeats."""

    often = RadioField("多久一次", choices=choices(*repeating.OFTEN.items()), default="weekly")
    weekdays = Choices("星期几", choices=choices(*repeating.DAYS.items()), description="“每天”的不用选。")
    place_in_month = SelectField(
        "每月第几个", choices=choices(*repeating.PLACES.items()), description="只有“每月”的才用选。"
    )
    first_day = day("开始日期")
    last_day = day("截止日期", "不填就一直办下去。", required=False)
    opens = TimeField("几点开始", [InputRequired("请填写开始时间。")])
    closes = TimeField("几点结束", [InputRequired("请填写结束时间。")])
    slot_minutes = number("每人多少分钟", 1, 1440, "开始到结束之间，按这个长度分成一个个时段。", default=30)
    capacity = number("每个时段几人", 1, 10000, default=1)

    def validate(self, extra_validators: Any = None) -> bool:
        """The days must be said, the end must come after the start, and a slot must fit between."""
        valid = bool(super().validate(extra_validators))
        if self.often.data != "daily" and not self.weekdays.data:
            self.weekdays.errors = ["请至少选一个星期几。"]
            valid = False
        if valid and self.window_minutes <= 0:
            self.closes.errors = ["结束时间要在开始时间之后。"]
            valid = False
        elif valid and self.slot_minutes.data > self.window_minutes:
            self.slot_minutes.errors = [f"开始到结束一共 {self.window_minutes} 分钟，每人不能比这更长。"]
            valid = False
        return valid

    @property
    def window_minutes(self) -> int:
        """From the start to the end."""
        opens, closes = self.opens.data, self.closes.data
        return int((closes.hour - opens.hour) * 60 + closes.minute - opens.minute)

    def recurrence(self) -> dict[str, Any]:
        """As the services of the domain take it."""
        return {
            "rule": repeating.rule_of(
                self.often.data, self.weekdays.data, self.place_in_month.data, self.last_day.data
            ),
            "first_day": self.first_day.data,
            "opens": self.opens.data,
            "window_minutes": self.window_minutes,
            "slot_minutes": self.slot_minutes.data,
            "capacity": self.capacity.data,
        }
