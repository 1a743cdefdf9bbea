"""What closing an account erases, and what stays, with the reason that the person is told.

A row goes where it is about the person alone. Where others need it (a wish that somebody fulfilled, a volunteer's
hours) it stays without the person's data. What was counted is never touched: the account becomes an id without a name.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update

from app.compounds.models import Binding, BindingState
from app.core import clock
from app.core.db import db
from app.identity.consents.models import ChildAccount, Consent
from app.identity.console.models import ConsoleScan, ConsoleSession, ConsoleSubmission
from app.identity.models import Account, AccountPhone, LoginSession, WeChatLogin
from app.identity.repeats import AnsweredRequest
from app.moderation.check_models import Picture
from app.noticeboard.models import Consent as Naming
from app.noticeboard.models import EntryPerson, Nomination, NominationState
from app.notifications.models import MutedKind, OfficialFollower, OutboxMessage, SubscriptionCredit
from app.org.models import (
    Appointment,
    AreaLeader,
    GroupMember,
    NominationBacking,
    NominationWay,
    PartyMember,
    RoleNomination,
)
from app.org.models import NominationState as StandingState
from app.volunteering.calendars.models import CalendarFeed
from app.volunteering.reporting_in.models import ReportIn
from app.volunteering.slots.models import Booking
from app.volunteering.volunteers.models import Volunteer
from app.wishes.models import Wish, WishBacking, WishClaim, WishState

GONE: Final = "已注销"
_CLOSED: Final = "账号已注销"


@dataclass(frozen=True)
class Fate:
    """A kind of data, and what becomes of it: why it stays (with the law), or nothing where it is erased."""

    what: str
    why: str | None = None


ERASED: Final = (
    Fate("微信标识、手机号、全部登录"),
    Fate("房屋绑定和申请时填写的姓名、说明"),
    Fate("收到的消息、订阅、免打扰和日历订阅"),
    Fate("您发布的心愿里的姓名、电话，草稿和照片"),
    Fate("志愿者登记的姓名、证件号，党员报到和党员登记"),
    Fate("预约里的姓名、电话、备注，共建队伍里的手机号"),
    Fate("红榜上您的署名，没有处理的红榜推荐，对邻居心愿和楼栋长人选的支持"),
    Fate("自荐或者被推荐为书记、楼栋长人选时的姓名、手机号和理由，网格员、组长登记"),
)
KEPT: Final = (
    Fate(
        "业主名册",
        "名册由小区依法建立，记录房屋归谁所有，不随账号注销；有错请到党支部更正（民法典第二百七十七、二百七十八条）",
    ),
    Fate(
        "您参加的表决、授权、联名、异议和送达记录",
        "业主大会的资料要保存五年以上，少一张票结果就无法复核；票上只有账号编号，名单上的业主姓名、授权书上的代理人姓名、"
        "候选人和委员的姓名随会议资料保存（民法典第一百六十五、二百七十八、二百八十条）",
    ),
    Fate("志愿服务时长和已开具的证明", "志愿服务记录应当长期保存（志愿服务条例第十九条，志愿服务记录与证明出具办法）"),
    Fate("已经办完的心愿的内容", "认领人的服务经历要有据可查；其中不再有您的姓名和电话"),
    Fate("榜单上您的答复与申诉", "公开他人信息前的处理记录至少保存三年（个人信息保护法第五十五、五十六条）"),
    Fate("监护登记", "由党支部凭材料登记，用来保护被监护人（民法典第三十四条）"),
    Fate(
        "同意与撤回的记录、操作日志",
        "证明依法处理，日志至少保存六个月（网络安全法第二十三条，个人信息保护法第六十九条）",
    ),
)


def erase(account_id: UUID) -> None:
    """Erase an account whose row the caller has locked; nothing is left to settle."""
    _homes_and_roles(account_id)
    _sign_ins(account_id)
    _messages(account_id)
    _wishes(account_id)
    _volunteering(account_id)
    closed = update(Account).where(Account.id == account_id)
    db.session.execute(closed.values(openid="", phone=None, phone_verified_at=None, erased_at=clock.now()))


def _sign_ins(account_id: UUID) -> None:
    unionids = select(WeChatLogin.unionid).where(WeChatLogin.account_id == account_id, WeChatLogin.unionid.is_not(None))
    db.session.execute(delete(OfficialFollower).where(OfficialFollower.unionid.in_(unionids)))
    for table in (WeChatLogin, AccountPhone, LoginSession, ConsoleSession, ConsoleSubmission, ConsoleScan):
        db.session.execute(delete(table).where(table.account_id == account_id))
    db.session.execute(delete(AnsweredRequest).where(AnsweredRequest.account_id == account_id))
    live = (Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
    db.session.execute(update(Consent).where(*live).values(withdrawn_at=clock.now()))
    db.session.execute(delete(ChildAccount).where(ChildAccount.account_id == account_id))
    wards = update(ChildAccount).where(ChildAccount.guardian_id == account_id)
    db.session.execute(wards.values(guardian_id=None, guarded_at=None))


def _messages(account_id: UUID) -> None:
    for table in (OutboxMessage, SubscriptionCredit, MutedKind, CalendarFeed):
        db.session.execute(delete(table).where(table.account_id == account_id))
    db.session.execute(
        text(
            "UPDATE fan_out SET recipients = array_remove(recipients, :me) WHERE :me = ANY (recipients[written + 1:])"
        ).bindparams(me=account_id)
    )


def _homes_and_roles(account_id: UUID) -> None:
    mine = update(Binding).where(Binding.account_id == account_id)
    live = or_(Binding.state == BindingState.APPLIED, Binding.state == BindingState.ACCEPTED)
    ended = {"state": BindingState.REVOKED, "reason": _CLOSED, "decided_at": clock.now()}
    db.session.execute(mine.where(live).values(ended))
    db.session.execute(mine.values(claimed_name=None, note=None, lease_ends=None))
    former = update(Appointment).where(Appointment.account_id == account_id)
    db.session.execute(former.values(phone=None, name=None, phone_hash=secrets.token_bytes(32)))
    numbers = select(AccountPhone.phone_hash).where(AccountPhone.account_id == account_id)
    itself = (RoleNomination.nominated_by == account_id) & (RoleNomination.way == NominationWay.SELF)
    stood = update(RoleNomination).where(or_(itself, RoleNomination.phone_hash.in_(numbers)))
    taken_back = {"state": StandingState.WITHDRAWN, "decided_by": account_id, "decided_at": clock.now()}
    db.session.execute(stood.where(RoleNomination.state == StandingState.OPEN).values(taken_back))
    db.session.execute(stood.where(RoleNomination.reason.is_not(None)).values(reason=GONE))
    anonymous = {"name": GONE, "phone": "", "phone_hash": secrets.token_bytes(32), "grounds": GONE}
    db.session.execute(stood.values(anonymous))
    db.session.execute(delete(NominationBacking).where(NominationBacking.account_id == account_id))
    answered = update(AreaLeader).where(AreaLeader.phone_hash.in_(numbers))
    unnamed = {"name": GONE, "phone": "", "phone_hash": secrets.token_bytes(32)}
    db.session.execute(answered.values(until=func.coalesce(AreaLeader.until, clock.now()), **unnamed))
    party = update(PartyMember).where(PartyMember.account_id == account_id, PartyMember.left_at.is_(None))
    gone = {"left_at": clock.now(), "name": None, "phone": None, "phone_hash": None, "branch_id": None}
    db.session.execute(party.values(gone))
    left = update(GroupMember).where(GroupMember.account_id == account_id)
    db.session.execute(left.where(GroupMember.left_at.is_(None)).values(left_at=clock.now()))
    db.session.execute(left.values(phone="", phone_hash=secrets.token_bytes(32)))


def _wishes(account_id: UUID) -> None:
    db.session.execute(delete(Picture).where(Picture.created_by == account_id))
    mine = update(Wish).where(Wish.posted_by == account_id)
    db.session.execute(mine.where(Wish.state == WishState.DRAFT).values(state=WishState.WITHDRAWN, text=GONE))
    db.session.execute(mine.values(beneficiary_name=GONE, beneficiary_phone=None, consent_note=None))
    claims = update(WishClaim).where(WishClaim.account_id == account_id)
    db.session.execute(claims.values(reason=None, note=None))
    db.session.execute(delete(WishBacking).where(WishBacking.account_id == account_id))
    named = update(EntryPerson).where(EntryPerson.consent_by == account_id, EntryPerson.consent == Naming.GIVEN)
    db.session.execute(named.values(consent=Naming.WITHDRAWN, consent_at=clock.now()))
    nominations = update(Nomination).where(Nomination.account_id == account_id)
    gone = {"state": NominationState.WITHDRAWN, "text": GONE}
    db.session.execute(nominations.where(Nomination.state == NominationState.OPEN).values(gone))


def _volunteering(account_id: UUID) -> None:
    mine = update(Volunteer).where(Volunteer.account_id == account_id)
    db.session.execute(mine.where(Volunteer.left_at.is_(None)).values(left_at=clock.now()))
    db.session.execute(mine.values(name=GONE, id_type=None, id_number=None))
    reported = update(ReportIn).where(ReportIn.account_id == account_id, ReportIn.withdrawn_at.is_(None))
    db.session.execute(reported.values(withdrawn_at=clock.now(), name=None, branch=None))
    booked = update(Booking).where(Booking.person_id == account_id)
    db.session.execute(booked.values(name=None, phone=None, note=None))


def fates() -> tuple[Sequence[Fate], Sequence[Fate]]:
    """What is erased and what stays."""
    return ERASED, KEPT
