"""How values are shown: areas, times in China, parts of a whole."""

from datetime import date, datetime
from fractions import Fraction

from flask import Flask, g

from app.core.clock import SHANGHAI
from app.core.ids import new_id
from console import areas, security
from console.frame import asset

WEEKDAYS = "一二三四五六日"


def area(centi: int) -> str:
    """An area in m²: 1234567 → 12,345.67 m²."""
    return f"{centi // 100:,}.{centi % 100:02} m²"


def when(moment: datetime) -> str:
    """A moment in China: 2026年5月1日（周五）09:00."""
    local = moment.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"


def day(value: date) -> str:
    """A day: 2026年5月1日（周五）."""
    return f"{value.year}年{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def percent(part: int, whole: int) -> str:
    """A share for people, cut off and never rounded up: what is shown as 66.66 % is no two thirds."""
    if not whole:
        return "0%"
    cut = int(Fraction(part * 10000, whole))
    return f"{cut // 100}.{cut % 100:02}%"


def install(application: Flask) -> None:
    """Make them known to the templates."""
    for one in (area, when, day):
        application.add_template_filter(one)
    application.jinja_env.globals.update(
        asset=asset, percent=percent, csrf_token=security.csrf_token, once=new_id, areas=areas.shown
    )
    application.context_processor(lambda: {"desk": g.get("desk"), "actor": g.get("actor")})
