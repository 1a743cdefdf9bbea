"""What can be set about the simulated mini-program."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from wechat_simulator.errors import ControlError
from wechat_simulator.store import Store


@dataclass(frozen=True, slots=True)
class Preferences:
    """Facts about the mini-program's account.

    unionid                whether the app is bound to an open-platform account, so that logins bring a unionid
    subscribe_daily_quota  subscribe messages a day
    official_daily_quota   template messages of the official account a day
    media_check_delay_ms   from a media check to the event with its verdict
    pages                  pages that exist; empty: every well-formed path does
    """

    unionid: bool = True
    subscribe_daily_quota: int = 10_000_000
    official_daily_quota: int = 100_000
    media_check_delay_ms: int = 500
    pages: tuple[str, ...] = ()


class PreferenceBook:
    """The preferences in force; they survive a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.current = Preferences()
        self.current = self._changed(store.fact("preferences", {}))

    def change(self, changes: dict[str, Any]) -> Preferences:
        """Change some of them. ControlError 422 for an unknown name or a value of the wrong type."""
        self.current = self._changed(changes)
        self._store.keep_fact("preferences", asdict(self.current))
        return self.current

    def _changed(self, changes: dict[str, Any]) -> Preferences:
        if isinstance(changes.get("pages"), list):
            changes = {**changes, "pages": tuple(str(page) for page in changes["pages"])}
        known = asdict(self.current)
        for name, value in changes.items():
            if name not in known or type(value) is not type(known[name]) or (isinstance(value, int) and value < 0):
                raise ControlError(422, f"设置有误：{name[:40]}。可设置的有 {', '.join(known)}。")
        return replace(self.current, **changes)
