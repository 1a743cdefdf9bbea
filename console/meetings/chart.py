"""Turnout as a picture: where the lines run, in the units of the picture. Figures beside it stay exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.meetings.desk import MeetingOnDesk
from app.meetings.turnout import Turnout, TurnoutPoint

WIDTH, HEIGHT = 600, 240
BAR = 1000


@dataclass(frozen=True)
class Gauge:
    """One of the two measures beside its two thirds: how long its bar is, of `BAR`; what is still missing."""

    label: str
    part: int
    whole: int
    needed: int
    unit: str

    @property
    def length(self) -> int:
        """The bar, never longer than the truth: cut off, as the percentage is."""
        return BAR * self.part // self.whole if self.whole else 0

    @property
    def missing(self) -> int:
        """What two thirds still lack."""
        return max(self.needed - self.part, 0)


def gauges(turnout: Turnout) -> list[Gauge]:
    """Persons and area."""
    return [
        Gauge("人数", turnout.persons, turnout.electorate_persons, turnout.needed_persons, "persons"),
        Gauge("面积", turnout.area_centi, turnout.electorate_area_centi, turnout.needed_area_centi, "area"),
    ]


@dataclass(frozen=True)
class Lines:
    """The two lines of the picture as SVG points, and the height of two thirds."""

    persons: str
    area: str
    two_thirds: int


def lines(meeting: MeetingOnDesk, points: Sequence[TurnoutPoint]) -> Lines | None:
    """Turnout over the whole time of voting; None before there is anything to draw."""
    if not points or meeting.turnout is None:
        return None
    length, turnout = meeting.closes_at - meeting.opens_at, meeting.turnout
    across = [_share(point.at - meeting.opens_at, length, WIDTH) for point in points]
    persons = [HEIGHT - HEIGHT * point.persons // turnout.electorate_persons for point in points]
    area = [HEIGHT - HEIGHT * point.area_centi // turnout.electorate_area_centi for point in points]
    return Lines(_path(across, persons), _path(across, area), HEIGHT // 3)


def _share(part: timedelta, whole: timedelta, of: int) -> int:
    return int(of * (part / whole))


def _path(across: Sequence[int], down: Sequence[int]) -> str:
    return " ".join(f"{x},{y}" for x, y in zip(across, down, strict=True))
