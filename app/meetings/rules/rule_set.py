"""The law of owners' meetings (业主大会) as data: what is decided, by which majority, and a compound's rule set.

Pure: integers and dates in, verdicts out. Sources, by the names used below:
- Civil Code (民法典), articles 278 and 1259;
- PMR: Property Management Regulations (物业管理条例), as revised in 2018;
- GR: Guiding Rules for owners' meetings and committees (业主大会和业主委员会指导规则, 建房〔2009〕274号).

What the sources leave to a compound's rules of procedure (议事规则, PMR 18) is a field of `RuleSet`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any, Final

import orjson

CIVIL_CODE_278_1: Final = "《民法典》第二百七十八条第一款"
CIVIL_CODE_278_2: Final = "《民法典》第二百七十八条第二款"
PMR_12: Final = "《物业管理条例》第十二条"
PMR_13: Final = "《物业管理条例》第十三条"
PMR_14: Final = "《物业管理条例》第十四条"
PMR_18: Final = "《物业管理条例》第十八条"
GR_21: Final = "《业主大会和业主委员会指导规则》第二十一条"
GR_25: Final = "《业主大会和业主委员会指导规则》第二十五条"
GR_26: Final = "《业主大会和业主委员会指导规则》第二十六条"
GR_31: Final = "《业主大会和业主委员会指导规则》第三十一条"
GR_32: Final = "《业主大会和业主委员会指导规则》第三十二条"

NOTICE_DAYS: Final = 15
VOTING_DAYS: Final = (5, 60)
COMMITTEE_SEATS: Final = (5, 11)
COMMITTEE_TERM_YEARS: Final = 5
RULE_SET_VERSION: Final = 2
"""Of the form of a stored rule set; `_LATER` says which rules an older one has not."""
LARGEST: Final = 1440
"""No number of a rule set is larger: a day has as many minutes, and four years have about as many days."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share that a part of a whole must reach, as a fraction of integers. No percentage is ever compared.

    `inclusive`: "at least" (以上, Civil Code 1259) takes the number itself; "more than" (过半数) does not.
    """

    name: str
    numerator: int
    denominator: int
    inclusive: bool
    article: str

    @property
    def operator(self) -> str:
        """The sign of the comparison denominator × part ? numerator × whole."""
        return "≥" if self.inclusive else ">"

    def holds(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` (persons, or areas in 0.01 m²) reaches the threshold."""
        left, right = self.denominator * part, self.numerator * whole
        return left >= right if self.inclusive else left > right

    def least(self, whole: int) -> int:
        """The least part of `whole` that reaches the threshold."""
        quotient, remainder = divmod(self.numerator * whole, self.denominator)
        return quotient + (1 if remainder or not self.inclusive else 0)


QUORUM: Final = Threshold("三分之二以上", 2, 3, True, CIVIL_CODE_278_2)
MAJORITY: Final = Threshold("过半数", 1, 2, False, CIVIL_CODE_278_2)
THREE_QUARTERS: Final = Threshold("四分之三以上", 3, 4, True, CIVIL_CODE_278_2)
PETITION_PERSONS: Final = Threshold("百分之二十以上", 1, 5, True, PMR_13)
PETITION_BOTH: Final = Threshold("百分之二十以上", 1, 5, True, GR_21)


class Category(StrEnum):
    """How heavy a majority a motion (表决事项) needs: Civil Code 278(2)."""

    ORDINARY = "ordinary"
    SPECIAL = "special"

    @property
    def threshold(self) -> Threshold:
        """The share of those taking part that must approve, by persons and by area."""
        return THREE_QUARTERS if self is Category.SPECIAL else MAJORITY

    @property
    def chinese(self) -> str:
        """The category's name for people."""
        return "特别决议事项" if self is Category.SPECIAL else "一般决议事项"


class Matter(IntEnum):
    """The nine matters that owners decide together (业主共同决定事项); the value is the item of Civil Code 278(1)."""

    RULES_OF_PROCEDURE = 1
    MANAGEMENT_COVENANT = 2
    COMMITTEE = 3
    PROPERTY_COMPANY = 4
    MAINTENANCE_FUND_USE = 5
    MAINTENANCE_FUND_RAISING = 6
    REBUILDING = 7
    COMMON_PARTS = 8
    OTHER = 9

    @property
    def category(self) -> Category:
        """Items (6) to (8) are special, all others ordinary: Civil Code 278(2)."""
        return Category.SPECIAL if 6 <= self <= 8 else Category.ORDINARY

    @property
    def chinese(self) -> str:
        """A short name for people."""
        return _MATTERS[self][0]

    @property
    def quotation(self) -> str:
        """The item's own words in Civil Code 278(1)."""
        return _MATTERS[self][1]

    @property
    def article(self) -> str:
        """Where the item stands, as one cites it."""
        return f"{CIVIL_CODE_278_1}第（{'一二三四五六七八九'[self - 1]}）项"


_MATTERS: Final[Mapping[int, tuple[str, str]]] = {
    1: ("业主大会议事规则", "制定和修改业主大会议事规则"),
    2: ("管理规约", "制定和修改管理规约"),
    3: ("业主委员会选举", "选举业主委员会或者更换业主委员会成员"),
    4: ("选聘、解聘物业", "选聘和解聘物业服务企业或者其他管理人"),
    5: ("使用维修资金", "使用建筑物及其附属设施的维修资金"),
    6: ("筹集维修资金", "筹集建筑物及其附属设施的维修资金"),
    7: ("改建、重建", "改建、重建建筑物及其附属设施"),
    8: ("共有部分改变用途或者经营", "改变共有部分的用途或者利用共有部分从事经营活动"),
    9: ("其他重大事项", "有关共有和共同管理权利的其他重大事项"),
}


class BlankMotion(StrEnum):
    """What a motion left blank or spoiled on a valid ballot (未选、废选) counts as; left to the rules of procedure."""

    NOT_TAKING_PART = "not_taking_part"
    ABSTAINS = "abstains"

    @property
    def other(self) -> "BlankMotion":
        """The opposite reading, for the tally beside the tally."""
        return BlankMotion.ABSTAINS if self is BlankMotion.NOT_TAKING_PART else BlankMotion.NOT_TAKING_PART


class PetitionBasis(StrEnum):
    """Who may demand an interim meeting (临时会议): 20% of owners (PMR 13), or 20% by persons and by area (GR 21)."""

    PERSONS = "persons"
    PERSONS_AND_AREA = "persons_and_area"


class InvalidRuleSet(ValueError):
    """A rule set undercuts the law, contradicts itself or is not well formed.

    field    the field at fault
    article  the article that it offends (Chinese citation)
    reason   a plain Chinese sentence
    """

    def __init__(self, field: str, article: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}（{article}）")
        self.field = field
        self.article = article
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A compound's rules of procedure (议事规则) as data: whatever differs from place to place.

    The defaults are the strict reading of the national law. Days are calendar days in Asia/Shanghai.
    Raises InvalidRuleSet when a value undercuts the law or contradicts another.
    """

    notice_days: int = NOTICE_DAYS
    min_voting_days: int = VOTING_DAYS[0]
    max_voting_days: int = VOTING_DAYS[1]
    allow_extension: bool = False
    max_extension_days: int = 0
    electorate_objection_days: int = 7
    result_objection_days: int = 7
    reminder_days_before_close: tuple[int, ...] = (3, 1)
    proxy_cap: int = 3
    allow_ballot_change: bool = False
    blank_motion: BlankMotion = BlankMotion.NOT_TAKING_PART
    deemed_with_majority: bool = False
    include_parking: bool = False
    count_window_minutes: int = 30
    petition_basis: PetitionBasis = PetitionBasis.PERSONS
    petition_days: int = 60
    petition_convene_days: int = 30
    petition_warning_days: int = 7
    min_committee_seats: int = COMMITTEE_SEATS[0]
    max_committee_seats: int = COMMITTEE_SEATS[1]
    committee_term_years: int = COMMITTEE_TERM_YEARS

    def __post_init__(self) -> None:
        _check_types(self)
        _check_law(self)
        _check_coherence(self)

    def to_dict(self) -> dict[str, Any]:
        """The rule set as JSON values, with the `version` of this form."""
        return {"version": RULE_SET_VERSION} | {key: _to_json(value) for key, value in asdict(self).items()}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "RuleSet":
        """Read what `to_dict` wrote, or wrote in an older version: what that had not holds by default, as it did then.

        Unknown and missing keys, wrong types and unlawful values raise InvalidRuleSet. What was read is kept: meetings
        are asked for their rules at every look, and most have the same.
        """
        try:
            text = orjson.dumps(data)
        except orjson.JSONEncodeError:  # no JSON: it is told what is wrong with it
            return RuleSet._read(data)
        return _of_json(text)

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> "RuleSet":
        version = data.get("version")
        if type(version) is not int or not 1 <= version <= RULE_SET_VERSION:
            raise InvalidRuleSet("version", PMR_18, f"规则格式的版本应当是 1 至 {RULE_SET_VERSION} 的整数")
        expected = {field.name for field in fields(cls) if _LATER.get(field.name, 1) <= version} | {"version"}
        for key in sorted(data.keys() ^ expected):
            raise InvalidRuleSet(key, PMR_18, "缺少这条规则" if key in expected else "没有这条规则")
        return cls(**{key: _from_json(key, value) for key, value in data.items() if key != "version"})

    def check_committee_seats(self, seats: int) -> None:
        """Refuse a committee (业主委员会) size that is even or out of bounds: GR 31. Raises InvalidRuleSet."""
        least, most = self.min_committee_seats, self.max_committee_seats
        if not least <= seats <= most or seats % 2 == 0:
            raise InvalidRuleSet("seats", GR_31, f"业主委员会人数应当是 {least} 至 {most} 人的单数，现为 {seats} 人")


@lru_cache(maxsize=1024)
def _of_json(text: bytes) -> RuleSet:
    return RuleSet._read(orjson.loads(text))


_LATER: Final[Mapping[str, int]] = {
    "petition_days": 2,
    "petition_convene_days": 2,
    "petition_warning_days": 2,
}
"""Rules that came after the first version of the form, and the version that brought them."""

_CHOSEN: Final[Mapping[str, type[StrEnum]]] = {"blank_motion": BlankMotion, "petition_basis": PetitionBasis}


def _to_json(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _from_json(field: str, value: Any) -> Any:
    if field not in _CHOSEN:
        return tuple(value) if isinstance(value, list) else value
    try:
        return _CHOSEN[field](value)
    except ValueError:
        raise InvalidRuleSet(field, PMR_18, f"没有“{value}”这种选择") from None


def _refuse_unless(condition: bool, field: str, article: str, reason: str) -> None:
    if not condition:
        raise InvalidRuleSet(field, article, reason)


def _check_types(rules: RuleSet) -> None:
    """Refuse what is not of the default's own type: a true is no number, a "15" neither."""
    for field in fields(rules):
        value = getattr(rules, field.name)
        of_type = type(value) is type(field.default)
        if of_type and isinstance(value, tuple):
            of_type = all(type(item) is int for item in value)
        _refuse_unless(of_type, field.name, PMR_18, f"规则的值“{value}”类型不对")
        numbers = value if isinstance(value, tuple) else (value,)
        sane = len(numbers) <= 10 and all(number <= LARGEST for number in numbers if type(number) is int)
        _refuse_unless(sane, field.name, PMR_18, f"规则的值不得大于 {LARGEST}")


def _check_law(rules: RuleSet) -> None:
    """Refuse values below what the law, or the frame of the rules of procedure, grants owners."""
    least, most = VOTING_DAYS
    _refuse_unless(rules.notice_days >= NOTICE_DAYS, "notice_days", PMR_14, f"会议通知不得少于 {NOTICE_DAYS} 日")
    for field in ("min_voting_days", "max_voting_days"):
        days = getattr(rules, field)
        _refuse_unless(least <= days <= most, field, PMR_18, f"表决期应当为 {least} 至 {most} 日")
    _refuse_unless(rules.proxy_cap >= 1, "proxy_cap", PMR_12, "业主有权委托代理人，上限至少为 1 名业主")
    for field in (
        "electorate_objection_days",
        "result_objection_days",
        "count_window_minutes",
        "petition_days",
        "petition_convene_days",
        "petition_warning_days",
    ):
        _refuse_unless(getattr(rules, field) >= 1, field, PMR_18, "至少为 1")
    least, most = COMMITTEE_SEATS
    for field in ("min_committee_seats", "max_committee_seats"):
        seats = getattr(rules, field)
        lawful = least <= seats <= most and seats % 2 == 1
        _refuse_unless(lawful, field, GR_31, f"业主委员会应当由 {least} 至 {most} 人单数组成")
    years, limit = rules.committee_term_years, COMMITTEE_TERM_YEARS
    _refuse_unless(1 <= years <= limit, "committee_term_years", GR_32, f"业主委员会每届任期不超过 {limit} 年")


def _check_coherence(rules: RuleSet) -> None:
    """Refuse values that cannot hold together."""
    _refuse_unless(
        rules.min_voting_days <= rules.max_voting_days, "max_voting_days", PMR_18, "最长表决期不得短于最短表决期"
    )
    _refuse_unless(
        rules.min_committee_seats <= rules.max_committee_seats, "max_committee_seats", GR_31, "最多人数不得少于最少人数"
    )
    _refuse_unless(
        rules.electorate_objection_days <= rules.notice_days,
        "electorate_objection_days",
        PMR_14,
        "业主名册的异议期应当在表决开始前结束，不得长于通知期",
    )
    _refuse_unless(
        rules.petition_warning_days <= rules.petition_convene_days,
        "petition_warning_days",
        PMR_18,
        "提醒应当在提议送达之后，提前的日数不得多于召开会议的期限",
    )
    longest = rules.max_voting_days - rules.min_voting_days if rules.allow_extension else 0
    shortest = 1 if rules.allow_extension else 0
    _refuse_unless(
        shortest <= rules.max_extension_days <= longest,
        "max_extension_days",
        PMR_18,
        "延长后的表决期不得超过最长表决期；不允许延长的，延长日数应当为 0",
    )
    reminders = rules.reminder_days_before_close
    _refuse_unless(
        all(1 <= day < rules.max_voting_days for day in reminders)
        and list(reminders) == sorted(set(reminders), reverse=True),
        "reminder_days_before_close",
        PMR_18,
        "提醒日应当在表决期内，从早到晚排列，不得重复",
    )


PRESETS: Final[Mapping[str, RuleSet]] = {
    "civil_code_strict": RuleSet(),
    "one_change_allowed": RuleSet(allow_ballot_change=True),
    "deemed_votes": RuleSet(deemed_with_majority=True),
    "petition_by_both": RuleSet(petition_basis=PetitionBasis.PERSONS_AND_AREA),
}


def describe(rules: RuleSet) -> list[str]:
    """The rule set for people: one plain Chinese sentence a rule, each naming its article."""
    return [*_describe_vote(rules), *_describe_course(rules), *_describe_rights(rules)]


def _describe_vote(rules: RuleSet) -> list[str]:
    blank = {
        BlankMotion.NOT_TAKING_PART: "视为未参与该事项的表决",
        BlankMotion.ABSTAINS: "按弃权计算",
    }[rules.blank_motion]
    deemed = (
        "表决票和告知已经送达、有送达凭证而未参与表决的业主，其票数计入已表决的多数票，仅限一般决议事项，选举除外；"
        f"其票数不计入参与表决的法定比例（{CIVIL_CODE_278_2}），不计入其票数的严格计票结果一并公布"
        if rules.deemed_with_majority
        else "未参与表决的业主，其票数不计入多数票"
    )
    return [
        f"应当由专有部分面积占比三分之二以上且人数占比三分之二以上的业主参与表决（{CIVIL_CODE_278_2}）。",
        f"一般决议事项须经参与表决的面积过半数且人数过半数同意（{CIVIL_CODE_278_2}）。",
        "筹集维修资金、改建重建、共有部分改变用途或者经营，"
        f"须经参与表决的面积四分之三以上且人数四分之三以上同意（{CIVIL_CODE_278_2}）。",
        f"有效表决票上未选或者无法辨认的事项，{blank}（{PMR_18}）。",
        f"{deemed}（{GR_26}）。",
        f"车位、储藏室等特定空间{'计入' if rules.include_parking else '不计入'}投票权数（{GR_25}）。",
    ]


def _describe_course(rules: RuleSet) -> list[str]:
    extension = (
        f"参与不足的，可以延长表决，最多 {rules.max_extension_days} 日，总计不超过 {rules.max_voting_days} 日"
        if rules.allow_extension
        else "表决期届满不得延长"
    )
    reminders = "、".join(str(day) for day in rules.reminder_days_before_close)
    reminding = f"表决截止前 {reminders} 日提醒尚未表决的业主，夜间不提醒" if reminders else "表决期内不另行提醒"
    return [
        f"会议通知应当在表决开始 {rules.notice_days} 日以前送达全体业主（{PMR_14}）。",
        f"业主名册公示 {rules.electorate_objection_days} 日，期间业主可以提出异议（{PMR_18}）。",
        f"表决期为 {rules.min_voting_days} 至 {rules.max_voting_days} 日（{PMR_18}）。",
        f"{extension}（{PMR_18}）。",
        f"{reminding}（{PMR_18}）。",
        f"计票须由书记和监督人两人在 {rules.count_window_minutes} 分钟内先后确认（{PMR_18}）。",
        f"表决结果公示 {rules.result_objection_days} 日，期间业主可以提出异议（{PMR_18}）。",
    ]


def _describe_rights(rules: RuleSet) -> list[str]:
    change = (
        "线上提交的，截止前可以线上更改一次，以更改后的为准，原票留存备查；纸质票提交后不得更改"
        if rules.allow_ballot_change
        else "提交后不得更改"
    )
    petition = {
        PetitionBasis.PERSONS: f"经 20% 以上的业主提议，应当召开临时会议（{PMR_13}）。",
        PetitionBasis.PERSONS_AND_AREA: f"经面积占 20% 以上且人数占 20% 以上的业主提议，应当召开临时会议（{GR_21}）。",
    }[rules.petition_basis]
    seats = f"{rules.min_committee_seats} 至 {rules.max_committee_seats}"
    return [
        f"业主可以书面委托代理人，每名代理人最多代理 {rules.proxy_cap} 名业主（{PMR_12}）。",
        f"每名业主只投一票，{change}（{PMR_18}）。",
        petition,
        f"提议的签名征集期为 {rules.petition_days} 日（{PMR_18}）。",
        f"提议达到比例的，应当在 {rules.petition_convene_days} 日内公告会议；"
        f"期满前 {rules.petition_warning_days} 日仍未公告的，提醒召集人（{PMR_18}）。",
        f"业主委员会由 {seats} 人的单数组成（{GR_31}）。",
        f"业主委员会每届任期不超过 {rules.committee_term_years} 年（{GR_32}）。",
    ]


def deemed_warning(rules: RuleSet) -> str | None:
    """What stands on page and paper beside the ballot where silence may count with the majority: GR 26. Else None."""
    if not rules.deemed_with_majority:
        return None
    return f"特别告知：表决票送达后逾期不表决的，您的票数将计入已表决的多数票，仅限一般决议事项，选举除外（{GR_26}）。"
