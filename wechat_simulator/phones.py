"""Phones: people as WeChat knows them, with what they have accepted and whether they follow the official account."""

import base64
import hashlib
import hmac
import re
import threading
import time
from dataclasses import dataclass, field

from wechat_simulator.errors import ControlError, WeChatError
from wechat_simulator.store import Store
from wechat_simulator.template_registry import Template

PHONE_NUMBER = re.compile(r"1[3-9]\d{9}")
VISIT_WINDOW_S = 2 * 3600
LOGINS_PER_MINUTE = 100
UNLIMITED = -1


@dataclass(slots=True)
class Phone:
    """One WeChat user.

    blocks_official  whether the follower takes no messages of the official account; forgotten at a restart
    credits      template id -> messages that may still be sent; UNLIMITED for a long-term subscription
    visited_at   Unix time of the last tap in the mini-program
    """

    openid: str
    phone_number: str
    unionid: str
    official_openid: str
    follower: bool = False
    high_risk: bool = False
    blocks_official: bool = False
    visited_at: float = 0.0
    credits: dict[str, int] = field(default_factory=dict)
    logins: tuple[int, int] = (0, 0)

    @property
    def visited_recently(self) -> bool:
        """Whether the user was in the mini-program within the last two hours."""
        return time.time() - self.visited_at < VISIT_WINDOW_S


class PhoneBook:
    """All phones, in memory, with every change passed on to the store."""

    def __init__(self, store: Store, appid: str) -> None:
        self._store = store
        self._appid = appid
        self._lock = threading.Lock()
        self._by_openid: dict[str, Phone] = {}
        self._by_official_openid: dict[str, Phone] = {}
        for row in store.read("SELECT * FROM phones ORDER BY rowid"):
            phone = self._remember(row["phone_number"])
            phone.follower, phone.high_risk = bool(row["follower"]), bool(row["high_risk"])
            phone.visited_at = row["visited_at"]
        for row in store.read("SELECT * FROM subscriptions"):
            if phone_of_row := self._by_openid.get(row["openid"]):
                phone_of_row.credits[row["template_id"]] = row["credits"]

    def __len__(self) -> int:
        return len(self._by_openid)

    def add(self, phone_number: str) -> Phone:
        """The phone with this number, made if there is none. ControlError 422 for a malformed number."""
        if not PHONE_NUMBER.fullmatch(phone_number):
            raise ControlError(422, f"手机号应为 11 位数字，以 1 开头：{phone_number[:20]}")
        with self._lock:
            phone = self._by_openid.get(self._identifier("miniprogram", phone_number))
            if phone is None:
                phone = self._remember(phone_number)
                self._store.write(
                    "INSERT OR IGNORE INTO phones (openid, phone_number) VALUES (?, ?)", phone.openid, phone_number
                )
        return phone

    def find(self, openid: object) -> Phone:
        """The phone of a mini-program openid. WeChatError 40003 if there is none."""
        try:
            return self._by_openid[openid]  # type: ignore[index]
        except (KeyError, TypeError):
            raise WeChatError(40003) from None

    def find_official(self, openid: object) -> Phone:
        """The phone of an official-account openid. WeChatError 40003 if there is none."""
        try:
            return self._by_official_openid[openid]  # type: ignore[index]
        except (KeyError, TypeError):
            raise WeChatError(40003) from None

    def search(self, text: str) -> list[Phone]:
        """Phones whose number or openid contains the text, the newest first."""
        phones = list(self._by_openid.values())
        return [phone for phone in reversed(phones) if text in phone.phone_number or text in phone.openid]

    def visit(self, phone: Phone) -> None:
        """The user has tapped something in the mini-program."""
        phone.visited_at = time.time()
        self._store.write("UPDATE phones SET visited_at = ? WHERE openid = ?", phone.visited_at, phone.openid)

    def count_login(self, phone: Phone) -> None:
        """Count a login against the limit per minute. WeChatError 45011 beyond it."""
        minute = int(time.time() // 60)
        with self._lock:
            logins = phone.logins[1] + 1 if phone.logins[0] == minute else 1
            phone.logins = (minute, logins)
        if logins > LOGINS_PER_MINUTE:
            raise WeChatError(45011)

    def follow(self, phone: Phone, follower: bool) -> None:
        """Follow the official account, or stop following it."""
        phone.follower = follower
        self._store.write("UPDATE phones SET follower = ? WHERE openid = ?", int(follower), phone.openid)

    def mark_high_risk(self, phone: Phone, high_risk: bool) -> None:
        """Have WeChat's risk control block the user's logins, or unblock them."""
        phone.high_risk = high_risk
        self._store.write("UPDATE phones SET high_risk = ? WHERE openid = ?", int(high_risk), phone.openid)

    def accept(self, phone: Phone, template: Template) -> None:
        """One accept: one more message, or a subscription without end if the template is long-term."""
        with self._lock:
            credits = UNLIMITED if template.long_term else phone.credits.get(template.template_id, 0) + 1
            self._set_credits(phone, template.template_id, credits)

    def withdraw(self, phone: Phone, template_id: str) -> None:
        """Switched off in the mini-program's settings: what was accepted is gone."""
        with self._lock:
            self._set_credits(phone, template_id, 0)

    def spend(self, phone: Phone, template_id: str) -> None:
        """Use one accept for one message. WeChatError 43101 if there is none left."""
        with self._lock:
            credits = phone.credits.get(template_id, 0)
            if credits == 0:
                raise WeChatError(43101)
            if credits != UNLIMITED:
                self._set_credits(phone, template_id, credits - 1)

    def _set_credits(self, phone: Phone, template_id: str, credits: int) -> None:
        phone.credits[template_id] = credits
        self._store.write(
            "INSERT OR REPLACE INTO subscriptions (openid, template_id, credits) VALUES (?, ?, ?)",
            phone.openid,
            template_id,
            credits,
        )

    def _remember(self, phone_number: str) -> Phone:
        phone = Phone(
            openid=self._identifier("miniprogram", phone_number),
            phone_number=phone_number,
            unionid=self._identifier("union", phone_number),
            official_openid=self._identifier("official", phone_number),
        )
        self._by_openid[phone.openid] = phone
        self._by_official_openid[phone.official_openid] = phone
        return phone

    def _identifier(self, kind: str, phone_number: str) -> str:
        digest = hmac.digest(self._appid.encode(), f"{kind}\x00{phone_number}".encode(), hashlib.sha256)
        return "o" + base64.urlsafe_b64encode(digest).decode()[:27]
