"""What objections to the electorate and its corrections can be refused for. Each sentence says what to do next."""

from app.core.errors import Conflict, Invalid, NotFound


class ObjectionPeriodOver(Conflict):
    """`until` is when the period ended."""

    code = "electorate_objection_period_over"
    message = "业主名册的异议期已经结束。如名册确有错误，请在表决开始前联系小区党支部书记。"


class TooManyObjections(Conflict):
    """`most` is how many undecided objections one account may have in a meeting."""

    code = "too_many_objections"
    message = "您已有 {most} 件异议正在处理，请等处理结果出来后再提交。"


class ObjectionNotFound(NotFound):
    code = "objection_not_found"
    message = "没有找到这件异议，请刷新页面后再试。"


class EvidenceNotFound(NotFound):
    code = "evidence_not_found"
    message = "这件异议没有附证明材料。"


class ObjectionDecided(Conflict):
    """`state` is upheld or refused."""

    code = "electorate_objection_decided"
    message = "这件异议已经处理完毕，不能再改。请刷新页面查看处理结果。"


class CorrectionsNotAllowed(Invalid):
    code = "corrections_not_allowed"
    message = "不采纳异议的，不能同时更正名册。请选择“采纳”，或者去掉更正内容。"


class AreaNeeded(Invalid):
    code = "area_needed"
    message = "更正面积应当填写面积和来源（不动产登记簿、实测面积或者买卖合同），其他更正不填。请改正后提交。"


class UnitNotInElectorate(NotFound):
    code = "unit_not_in_electorate"
    message = "公示的名册里没有这处房屋。如属遗漏，请选择“补列房屋”。"


class UnitAlreadyListed(Conflict):
    code = "unit_already_listed"
    message = "这处房屋已经在公示的名册里，不用补列。请刷新页面核对。"


class UnitNotOnRoll(NotFound):
    code = "unit_not_on_roll"
    message = "小区业主名册里没有这处房屋，请先在业主名册里登记，再更正公示的名册。"


class UnitNotCounted(Conflict):
    code = "unit_not_counted"
    message = "本次会议的议事规则不计车位、储藏室，不能补列。如需计入，请重新起草会议。"


class NothingToCorrect(Conflict):
    code = "nothing_to_correct"
    message = "更正后与公示的名册相同。更正业主的，请先在小区业主名册里改正业主，再办理这一步。"


class PartyInUse(Conflict):
    """The party is gone from after the correction, and something else is on record for it; `party_id` names it."""

    code = "party_in_use"
    message = "这个表决权已经登记了委托或者其他手续，请先撤销这些手续，再更正名册。"
