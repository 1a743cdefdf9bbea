"""What giving and ending roles refuses, each with a sentence that says what to do next."""

from app.core.errors import Conflict, NotFound


class AlreadyAppointed(Conflict):
    code = "already_appointed"
    message = "这个手机号已经担任这个职务，不用再任命。"


class AppointmentNotFound(NotFound):
    code = "appointment_not_found"
    message = "没有找到这项任职，它可能已经免去，请刷新页面。"


class OwnRole(Conflict):
    """Nobody gives or ends a role of the own."""

    code = "own_role"
    message = "不能任免自己，请由另一位有权限的人办理。"


class PropertyStaffServes(Conflict):
    """Whoever works for the property company keeps out of what it must not decide: PMR 12, Civil Code 278."""

    code = "property_staff_serves"
    message = "物业服务企业的人员不能同时担任小区的其他职务，请先核对手机号，或先免去原来的任职。"
