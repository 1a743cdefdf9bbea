"""What an inspection can be refused for."""

from app.core.errors import Conflict, NotFound


class InspectionNotFound(NotFound):
    code = "inspection_not_found"
    message = "没有为您开放的查阅，请到现场联系小区党支部书记办理。"


class InspectionOver(Conflict):
    code = "inspection_over"
    message = "本次查阅时间已到。需要继续查阅的，请联系小区党支部书记重新开放。"
