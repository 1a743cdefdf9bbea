"""What a review can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class CaseNotFound(NotFound):
    code = "case_not_found"
    message = "没有找到这条审核记录，它可能已被撤回，请刷新列表。"


class CaseNotWaiting(Conflict):
    """`state` is where the case stands."""

    code = "case_not_waiting"
    message = "这条内容{state_text}，不能再审核。请刷新列表。"


class OwnEntry(Forbidden):
    code = "own_entry"
    message = "不能审核您自己提交或代为提交的内容。请由另一位书记或社区工作人员审核。"


class SecondReviewerNeeded(Forbidden):
    code = "second_reviewer_needed"
    message = "申诉要由另一位审核人复核。请由社区或街道工作人员处理。"


class RefusalReasonRequired(Invalid):
    code = "refusal_reason_required"
    message = "请写明退回的原因，提交人会看到它，例如“文字里有门牌号，请删去后再提交”。"


class NotAppealable(Conflict):
    """Only a refusal can be appealed against, once, by whoever entered the subject."""

    code = "not_appealable"
    message = "只有被退回的内容可以申诉，每次退回申诉一次。您也可以修改后重新提交。"
