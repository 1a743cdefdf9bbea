"""What giving and ending roles refuses, each with a sentence that says what to do next."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class OwnersOnly(Forbidden):
    """Said to who lives in the compound without owning a home there; for programs it is any other `forbidden`."""

    message = "这件事由业主办理，租客和家人不能代办，请告知业主本人。您也是业主的，请先以业主身份绑定您的房屋。"


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
    """Whoever works for the property company keeps out of what owners decide about it (Civil Code 278): practice."""

    code = "property_staff_serves"
    message = "物业服务企业的人员不能同时担任小区的其他职务，请先核对手机号，或先免去原来的任职。"


class NodeNotFound(NotFound):
    code = "node_not_found"
    message = "没有找到这个组织，请用 `org list` 核对它的编号。"


class NodeEnded(Conflict):
    code = "node_ended"
    message = "这个组织已经并入另一个组织，请改用并入后的组织。"


class StandsElsewhere(Invalid):
    code = "stands_elsewhere"
    message = "上级的级别必须更高：市、区县、街道、社区、小区依次向下。"


class StandsThereAlready(Conflict):
    code = "stands_there_already"
    message = "它已经在这个上级之下，不用再移动。"


class WouldStandTwice(Conflict):
    code = "would_stand_twice"
    message = "那里已经有同名的组织，请先合并它们，或者改名后再办理。"


class NotOfOneKind(Invalid):
    code = "not_of_one_kind"
    message = "只能并入同一级的另一个组织。"


class CompoundsDoNotMerge(Conflict):
    code = "compounds_do_not_merge"
    message = "小区不能合并：名册、业主大会和记录各自独立。请改为移动小区，或者新建小区后导入名册。"


class NotATree(Invalid):
    """`rows`: what is wrong, by row; `more`: how many rows are not named."""

    code = "not_a_tree"
    message = "组织架构表有问题，什么都没有导入。请按提示修改后再试。"


class SecretaryNominationNotFound(NotFound):
    code = "secretary_nomination_not_found"
    message = "没有找到这条推荐，请刷新列表。"


class StewardNominationNotFound(NotFound):
    code = "steward_nomination_not_found"
    message = "没有找到这条推荐，请刷新列表。"


class NominatedAlready(Conflict):
    code = "nominated_already"
    message = "这个手机号的推荐正在等待决定，不用再推荐。"


class NominationDecided(Conflict):
    code = "nomination_decided"
    message = "这条推荐已经有了结果，请刷新列表。"


class PhoneNotProven(Conflict):
    code = "phone_not_proven"
    message = "请先在小程序里授权手机号，再自荐。"


class OutsideOwnPlace(Forbidden):
    """What a steward with a place does for homes, asked for another home. `places`: what the steward looks after."""

    code = "outside_own_place"
    message = "您负责的是{places}，只能办理那里住户的事。请找这户所在楼栋的楼栋长，或者请书记办理。"


class PlaceTaken(Conflict):
    """`place`: the building or stairwell that has its steward."""

    code = "place_taken"
    message = "{place}已经有人负责，请先免去原来的任职，再任命。"


class TermNeeded(Invalid):
    code = "term_needed"
    message = "书记任职要有任期，请填写任期的最后一天。"


class TermWrong(Invalid):
    code = "term_wrong"
    message = "任期的最后一天应当在明天到五年之内，请重新填写。"
