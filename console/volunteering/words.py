"""How the volunteering desk shows lengths, times of a day and names."""

from datetime import datetime

from flask import Flask

from app.core.clock import SHANGHAI
from app.core.masking import mask_name
from app.volunteering.telling import duration_text
from console.filters import when


def clock(moment: datetime) -> str:
    """The time of day in China: 09:00."""
    return f"{moment.astimezone(SHANGHAI):%H:%M}"


def until(ends_at: datetime, starts_at: datetime) -> str:
    """An end after its start: with the day only where it is another one."""
    same_day = ends_at.astimezone(SHANGHAI).date() == starts_at.astimezone(SHANGHAI).date()
    return clock(ends_at) if same_day else when(ends_at)


def install(application: Flask) -> None:
    """Make them known to the templates."""
    application.add_template_filter(clock)
    application.add_template_filter(until)
    application.add_template_filter(duration_text, "duration")
    application.add_template_filter(mask_name, "masked")
