"""What booking and running slots can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class SlotNotFound(NotFound):
    code = "slot_not_found"
    message = "没有找到这个时段，它可能已被删除，或不属于您的小区。"


class SlotCancelled(Conflict):
    code = "slot_cancelled"
    message = "这个时段已经取消，请选择其他时段。"


class SlotStarted(Conflict):
    code = "slot_started"
    message = "这个时段已经开始或结束，不能再报名、预约或取消。请选择其他时段，或联系组织者。"


class SlotNotStarted(Conflict):
    code = "slot_not_started"
    message = "这个时段还没有开始，开始之后才能登记未到场。"


class SlotFull(Conflict):
    """All `capacity` places are taken; `waiting` people wait."""

    code = "slot_full"
    message = "这个时段的 {capacity} 个名额已满，已有 {waiting} 人候补。可以选择“愿意候补”再提交，或者换一个时段。"


class ResidentsOnly(Forbidden):
    code = "residents_only"
    message = "这项服务只向本小区的住户提供，请先绑定房屋，或者请楼栋长代为预约。"


class OwnService(Conflict):
    code = "own_service"
    message = "这是您自己提供的服务，不能预约自己的时段。"


class NotForNeighbours(Conflict):
    code = "not_for_neighbours"
    message = "志愿活动由志愿者本人报名，不能代报。只有便民服务可以代邻居预约。"


class HomeNotFound(Invalid):
    code = "home_not_found"
    message = "名册里没有这套房屋，请重新选择邻居的房屋。"


class AlreadyBooked(Conflict):
    """`state` is where the booking stands."""

    code = "already_booked"
    message = "已经报过这个时段（{state_text}），不用再次提交。"


class BusyThen(Conflict):
    """Another live booking overlaps; `slot_id` names its slot."""

    code = "busy_then"
    message = "同一时间已经有另一个报名或预约（候补也算），请先取消那一个，再来报名。"


class NotBooked(Conflict):
    code = "not_booked"
    message = "您没有报名这个时段，不需要取消。"


class TooLateToCancel(Conflict):
    """`minutes` before the start people may still cancel by themselves."""

    code = "too_late_to_cancel"
    message = "开始前 {hours} 小时内不能自行取消，以免别人白等。确实不能来的，请尽快联系组织者：{contact}。"


class BookingNotFound(NotFound):
    code = "booking_not_found"
    message = "没有找到这条报名或预约，请刷新列表后再看。"


class WrongBookingState(Conflict):
    """`state` is where the booking stands."""

    code = "wrong_booking_state"
    message = "这条记录当前为“{state_text}”，不能办理这一步。请刷新列表后再看。"


class CapacityTaken(Conflict):
    """`taken` places are held."""

    code = "capacity_taken"
    message = "已有 {taken} 人报名，名额不能减少到更少。请先与他们商量。"
