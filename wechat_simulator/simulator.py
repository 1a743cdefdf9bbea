"""The simulated WeChat: everything it knows, in one place."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.settings import Settings
from wechat_simulator.access_tokens import AccessTokens
from wechat_simulator.codes import Codes
from wechat_simulator.errors import WeChatError
from wechat_simulator.events import Events
from wechat_simulator.faults import Faults
from wechat_simulator.inbox import Inbox
from wechat_simulator.limits import Limits
from wechat_simulator.phones import PhoneBook
from wechat_simulator.preferences import PreferenceBook
from wechat_simulator.recent_ids import RecentIds
from wechat_simulator.scenes import Scenes
from wechat_simulator.store import Store
from wechat_simulator.template_registry import TEMPLATES_FILE, TemplateRegistry


@dataclass(frozen=True)
class App:
    """An account that calls WeChat's API: the mini-program, or the official account."""

    appid: str
    secret: str
    access_tokens: AccessTokens


class Simulator:
    """One mini-program, its official account, and the phones of their users."""

    def __init__(self, settings: Settings, templates_file: Path = TEMPLATES_FILE) -> None:
        self.appid = settings.secrets["wechat_appid"]
        self.secret = settings.secrets["wechat_secret"]
        self.store = Store(settings.data_dir / "simulator.sqlite")
        self.templates = TemplateRegistry(templates_file)
        self.phones = PhoneBook(self.store, self.appid)
        self.inbox = Inbox(self.store, self.templates)
        self.login_codes = Codes(used_errcode=40163)
        self.phone_codes = Codes(used_errcode=40029)
        secrets = settings.secrets
        self.miniprogram = App(self.appid, self.secret, AccessTokens(self.store, "access_tokens"))
        self.official = App(
            secrets["wechat_official_appid"],
            secrets["wechat_official_secret"],
            AccessTokens(self.store, "official_access_tokens"),
        )
        self.preferences = PreferenceBook(self.store)
        self.limits = Limits()
        self.scenes = Scenes()
        self.official_message_ids = RecentIds()
        self.faults = Faults()
        self.events = Events(self.store, {False: self.appid, True: self.official.appid})
        self._in_flight: set[str] = set()
        self._in_flight_lock = threading.Lock()

    @contextmanager
    def alone(self, openid: object) -> Iterator[None]:
        """Hold an openid during a call. WeChatError 43108 if another call for it is under way."""
        name = str(openid)
        with self._in_flight_lock:
            if name in self._in_flight:
                raise WeChatError(43108)
            self._in_flight.add(name)
        try:
            yield
        finally:
            with self._in_flight_lock:
                self._in_flight.discard(name)

    def app_with(self, appid: object) -> App:
        """The account with this appid. WeChatError 40013 if there is none."""
        for app in (self.miniprogram, self.official):
            if appid and app.appid == appid:
                return app
        raise WeChatError(40013)

    def close(self) -> None:
        """Write everything down and stop the threads."""
        self.events.close()
        self.store.close()
