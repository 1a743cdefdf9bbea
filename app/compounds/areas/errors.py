"""What grids and building groups refuse."""

from app.core.errors import Conflict, Invalid, NotFound


class AreaNotFound(NotFound):
    code = "area_not_found"
    message = "没有找到它，可能已经撤销，请刷新列表。"


class AreaNameTaken(Conflict):
    code = "area_name_taken"
    message = "已经有同名的，请换一个名称。"


class NoCommunity(Conflict):
    code = "no_community"
    message = "这个小区不在社区之下，不能设网格。请联系平台运维人员核对组织架构。"


class BuildingUnknown(Invalid):
    code = "building_unknown"
    message = "名册里没有所选的楼栋，请刷新页面后重新选择。"


class BranchNeeded(Invalid):
    code = "branch_needed"
    message = "楼栋党小组要属于一个覆盖本小区的支部，请选择支部；还没有支部的，请先成立支部。"
