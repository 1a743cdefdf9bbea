"""What branches and their members refuse, each with a sentence that says what to do next."""

from app.core.errors import Conflict, Invalid, NotFound


class BranchNotFound(NotFound):
    code = "branch_not_found"
    message = "没有找到这个支部，它可能已经撤销，请刷新列表。"


class MemberNotFound(NotFound):
    code = "party_member_not_found"
    message = "没有找到这位党员的登记，请刷新列表。"


class MemberAlready(Conflict):
    code = "party_member_already"
    message = "这个手机号已经登记为本小区的党员，不用再登记。"


class RegisteredElsewhere(Conflict):
    code = "registered_elsewhere"
    message = "这位党员的组织关系已经登记在另一个小区，请先在那里转出，或者登记为“组织关系在别处”。"


class TooFewMembers(Conflict):
    """`formal`: how many formal members there are, of at least `least`."""

    code = "too_few_members"
    message = "正式党员只有 {formal} 名，不足 {least} 名，不能成立。不足三名的，请与相邻小区成立联合支部。"


class HasItsBranch(Conflict):
    """`compound`: what is served already."""

    code = "has_its_branch"
    message = "{compound}已经有单独支部或联合支部，请先撤销或退出原来的支部。"


class NotJoint(Conflict):
    code = "not_joint"
    message = "联合支部至少要有两个小区。只有一个小区的，请成立单独支部，或者撤销这个联合支部。"


class NotAJointBranch(Conflict):
    code = "not_a_joint_branch"
    message = "只有联合支部可以加入或退出小区，请选择联合支部。"


class NotGathered(Conflict):
    code = "not_gathered"
    message = "只有组织关系在别处的党员可以加入功能型支部，请重新选择。"


class NoSuchNeighbour(Invalid):
    code = "no_such_neighbour"
    message = "联合支部的小区里有不存在的，请刷新页面后重新选择。"
