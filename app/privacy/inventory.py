"""What is kept of a person, table by table (个人信息清单): whose a row is, and what of it the person may take away.

The export reads this list; a test holds that every table which knows an account or encrypted text stands in it or in
`NOT_EXPORTED`, with the reason.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, and_, false, or_, select, tuple_

from app.compounds.models import Binding, BindingState
from app.core.crypto import LookupHash, Sealed
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import AccountPhone


@dataclass(frozen=True)
class Person:
    """Whose data it is: an account, and the owners (compound, id) that it stands for today."""

    account_id: UUID
    owners: Collection[tuple[UUID, UUID]]


def person_of(actor: Actor) -> Person:
    """The person behind an account. An owner is the own one alone, not a ward."""
    found = select(Binding.compound_id, Binding.owner_id).where(
        Binding.account_id == actor.account_id, Binding.state == BindingState.ACCEPTED, Binding.owner_id.is_not(None)
    )
    return Person(
        actor.account_id, [(compound_id, owner_id) for compound_id, owner_id in db.session.execute(found) if owner_id]
    )


Whose = Callable[[Table, Person], ColumnElement[bool]]


def account(column: str = "account_id", **fixed: Any) -> Whose:
    """Rows whose column names the account, and whose other columns have these values."""

    def whose(table: Table, person: Person) -> ColumnElement[bool]:
        return and_(table.c[column] == person.account_id, *(table.c[name].is_(value) for name, value in fixed.items()))

    return whose


def by_number(table: Table, person: Person) -> ColumnElement[bool]:
    """Rows that were made for the number that the account has proven."""
    proven = select(AccountPhone.phone_hash).where(AccountPhone.account_id == person.account_id)
    return table.c.phone_hash.in_(proven)


def in_app(table: Table, person: Person) -> ColumnElement[bool]:
    """Ballots that the account cast itself; what it entered from paper is another's."""
    return and_(table.c.account_id == person.account_id, table.c.channel == "app")


def stood(table: Table, person: Person) -> ColumnElement[bool]:
    """Nominations by which the account put itself forward; those of others name others."""
    return and_(table.c.nominated_by == person.account_id, table.c.way == "self")


def put_forward(table: Table, person: Person) -> ColumnElement[bool]:
    """Nominations by which others put the account forward; who did so is theirs."""
    return and_(by_number(table, person), table.c.way != "self")


def owner(column: str = "owner_id") -> Whose:
    """Rows about an owner that the account stands for."""

    def whose(table: Table, person: Person) -> ColumnElement[bool]:
        pairs = [tuple_(table.c.compound_id, table.c[column]) == pair for pair in person.owners]
        return or_(false(), *pairs)

    return whose


@dataclass(frozen=True)
class Kept:
    """A table of the export: the file's name, its title, whose rows are taken, and columns that are left out."""

    table: str
    name: str
    title: str
    whose: Whose
    without: tuple[str, ...] = ()


EXPORTED: Final = (
    Kept("account", "account", "账号", account("id")),
    Kept("wechat_login", "wechat", "微信登录标识", account()),
    Kept("login_session", "sign_ins", "小程序登录", account()),
    Kept("console_session", "browsers", "电脑登录", account()),
    Kept("consent", "consents", "同意与撤回记录", account()),
    Kept("child_account", "guardian", "监护人确认", account()),
    Kept("closing", "closing", "注销申请", account()),
    Kept("appointment", "roles", "任职", account()),
    Kept("role_nomination", "role_nominations", "本人的书记、楼栋长自荐", stood, ("decided_by",)),
    Kept("role_nomination", "nominated", "被别人推荐担任书记、楼栋长", put_forward, ("decided_by", "nominated_by")),
    Kept("nomination_backing", "nomination_backings", "支持过的楼栋长人选", account()),
    Kept("party_member", "party_membership", "党员登记", account()),
    Kept("area_leader", "areas", "网格员、楼栋党小组组长登记", by_number),
    Kept("group_member", "groups", "共建队伍成员", account()),
    Kept("binding", "homes", "房屋绑定", account()),
    Kept("owner", "roll", "业主名册上的本人", owner("id")),
    Kept("ownership", "ownership", "名册上的房屋与份额", owner()),
    Kept("guardianship", "guardianships", "监护登记（本人为监护人）", account()),
    Kept("outbox", "messages", "收到的消息", account(), ("trail", "msgid", "dedup_key")),
    Kept("subscription_credit", "subscriptions", "消息订阅次数", account()),
    Kept("muted_kind", "muted", "免打扰的消息", account()),
    Kept("ballot", "ballots", "本人在小程序投的票", in_app, ("nonce",)),
    Kept("voting_party_owner", "electorate", "各次业主大会名单上的本人", owner()),
    Kept("delivery", "deliveries", "送达记录", account(), ("handed_by", "received_by")),
    Kept("mandate", "mandates", "委托给本人的授权", account(), ("name", "choices", "marks")),
    Kept("delegate_naming", "delegates", "共有人推举本人投票", account()),
    Kept("petition", "petitions", "本人发起的联名", account("started_by"), ("rule_set",)),
    Kept("petition_signature", "signatures", "本人的联名签名", account(paper_note=None), ("party",)),
    Kept("electorate_objection", "electorate_objections", "对名单的异议", account(scan_id=None), ("corrections",)),
    Kept("result_objection", "result_objections", "对结果的异议", account(paper_note=None)),
    Kept("inspection", "inspections", "为本人开放的查阅", owner()),
    Kept("committee_member", "committees", "业主委员会任职", owner()),
    Kept("wish", "wishes", "本人发布的心愿", account("posted_by", consent=None)),
    Kept("wish_claim", "wish_claims", "本人认领的心愿", account(), ("rating_text",)),
    Kept("wish_backing", "wish_backings", "本人支持的心愿", account()),
    Kept("notice_nomination", "nominations", "本人的红榜推荐", account(paper_note=None)),
    Kept("notice_statement", "statements", "本人的答复与申诉", account(paper_note=None)),
    Kept("notice_entry_person", "notices", "与本人有关的榜单条目", owner()),
    Kept("volunteer", "volunteer", "志愿者登记", account()),
    Kept("report_in", "report_in", "党员报到", account()),
    Kept("post_claim", "posts", "认领的岗位", account()),
    Kept("booking", "bookings", "预约与报名", account("person_id")),
    Kept("service_record", "service_hours", "志愿服务记录", account()),
    Kept("certificate", "certificates", "志愿服务证明", account()),
    Kept("calendar_feed", "calendars", "日历订阅", account()),
)
NOT_EXPORTED: Final = {
    "account_phone": "keyed hash of the account's phone",
    "answered_request": "repeats of requests, a day old at most",
    "attachment": "a paper of the meeting's agenda",
    "audit_event": "the log of acts: its part about the person stands in access.json",
    "candidate": "published with the election",
    "console_scan": "a day old at most",
    "console_submission": "a day old at most",
    "count_approval": "an act of office",
    "helping_group": "a group",
    "meeting_scan": "signed sheets: shown on site",
    "neighbour": "keyed hash",
    "paper_entry": "an act of office, of another's sheet",
    "picture": "the pictures themselves are in the file",
    "reminder": "an act of office",
    "review_case": "an act of office; the outcome stands with what was reviewed",
    "service_record_change": "stands with the record",
}


def columns_of(kept: Kept) -> list[Column[Any]]:
    """What of a table is taken: no key, no hash, no address of a file, no other person."""
    table = db.metadata.tables[kept.table]
    return [
        column
        for column in table.columns
        if not isinstance(column.type, LargeBinary | LookupHash | Sealed)
        and not column.name.endswith(("_by", "_key"))
        and column.name not in kept.without
    ]


def rows_of(kept: Kept, person: Person) -> list[dict[str, Any]]:
    """The person's rows of a table, decrypted."""
    table = db.metadata.tables[kept.table]
    found = select(*columns_of(kept)).where(kept.whose(table, person)).order_by(*table.primary_key.columns)
    return [dict(row._mapping) for row in db.session.execute(found)]
